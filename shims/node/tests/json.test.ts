import assert from "node:assert/strict";
import { test } from "node:test";
import { assertJson } from "../src/json.ts";

class Point {
  x = 1;
}

const cycle: Record<string, unknown> = {};
cycle.self = { cycle };
const shared = { n: 1 };
const holed = [1, 2, 3];
delete holed[1];

test("what JSON carries passes, and comes back equal", () => {
  const faithful = [null, true, 1.5, "ü\u0000", [], {}, [[{ a: [null] }]], [shared, shared]];
  assertJson(faithful, "args");
  assert.deepEqual(JSON.parse(JSON.stringify(faithful)), faithful);
  assertJson([{ absent: undefined }, Object.create(null)], "args");
});

const unfaithful: [name: string, value: unknown, path: string][] = [
  ["undefined", undefined, "args[0]"],
  ["undefined in an array", { a: [1, undefined] }, "args[0].a[1]"],
  ["a hole in an array", holed, "args[0][1]"],
  ["a named property of an array", Object.assign([1], { extra: 2 }), "args[0].extra"],
  ["a function", { call: () => 1 }, "args[0].call"],
  ["toJSON", { toJSON: () => 1 }, "args[0].toJSON"],
  ["a symbol", [Symbol("s")], "args[0][0]"],
  ["a symbol key", { [Symbol("s")]: 1 }, "args[0]"],
  ["a bigint", { n: 1n }, "args[0].n"],
  ["NaN", { n: Number.NaN }, "args[0].n"],
  ["Infinity", { n: Number.POSITIVE_INFINITY }, "args[0].n"],
  ["a Date", { when: new Date(0) }, "args[0].when"],
  ["a Map", new Map(), "args[0]"],
  ["a Set", { "a b": new Set() }, 'args[0]["a b"]'],
  ["a Buffer", Buffer.from("x"), "args[0]"],
  ["an Error", new Error("secret"), "args[0]"],
  ["a RegExp", /x/, "args[0]"],
  ["a boxed string", Object("x"), "args[0]"],
  ["an instance", new Point(), "args[0]"],
  ["an object behind another", Object.create({ inherited: 1 }), "args[0]"],
  ["a cycle", cycle, "args[0].self.cycle"],
];

for (const [name, value, path] of unfaithful) {
  test(`${name} is refused at its path`, () => {
    assert.throws(
      () => assertJson([value], "args"),
      (error: unknown) => error instanceof TypeError && error.message.startsWith(`${path} is `),
    );
  });
}

test("the message names the class and not the content", () => {
  assert.throws(() => assertJson(new Point(), "args[0]"), {
    message: "args[0] is of class Point, which a JSON message cannot carry faithfully",
  });
});
