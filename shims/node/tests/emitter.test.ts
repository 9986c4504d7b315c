import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { beforeEach, test } from "node:test";
import * as emitter from "../src/emitter.ts";
import { settlePublishes } from "../src/publish.ts";
import { ARN, DENIED, startFakeSns } from "./fake_sns.ts";

const published = await startFakeSns();

let number = 0;

/** A new emitter under a prefix of its own, bound the way that wired code does it. */
function bind(topics: Record<string, string> | string | undefined, own = new EventEmitter()) {
  number += 1;
  const prefix = `INFERRA_PUBSUB_T${number}`;
  if (topics !== undefined)
    process.env[`${prefix}_TOPICS`] = typeof topics === "string" ? topics : JSON.stringify(topics);
  assert.equal(emitter.bind(own, prefix), own);
  return { own, prefix };
}

beforeEach(() => {
  published.length = 0;
});

test("without the variable the emitter is left alone", async () => {
  const { own } = bind(undefined);
  assert.equal(Object.hasOwn(own, "emit"), false);
  assert.equal(own.emit("hello"), false);
  let heard = 0;
  own.on("hello", () => heard++);
  assert.equal(own.emit("hello"), true);
  assert.equal(heard, 1);
});

test("an event with a topic is published, and its local listeners are not called", async () => {
  const { own, prefix } = bind({ hello: `${ARN}hello` });
  own.on("hello", () => assert.fail("called here"));
  assert.equal(own.emit("hello", "Ada", { n: [1] }), true);
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(published, [
    { topic: `${ARN}hello`, message: { emitter: prefix, event: "hello", args: ["Ada", { n: [1] }] } },
  ]);
});

test("what is published is what the arguments were when they were emitted", async () => {
  const { own, prefix } = bind({ hello: `${ARN}hello` });
  const user = { name: "Ada" };
  own.emit("hello", user);
  user.name = "Grace";
  await settlePublishes();
  assert.deepEqual(published[0]?.message, { emitter: prefix, event: "hello", args: [{ name: "Ada" }] });
});

test("events without a topic, symbols and Node's own events stay local", async () => {
  const { own } = bind({ hello: `${ARN}hello`, toString: `${ARN}x` });
  const heard: unknown[] = [];
  const symbol = Symbol("hello");
  own.on("newListener", (name) => heard.push(["newListener", name]));
  own.on("other", function (this: unknown, date: Date) {
    heard.push([this === own, date instanceof Date]);
  });
  own.on(symbol, () => heard.push("symbol"));
  assert.equal(own.emit("other", new Date(0)), true);
  assert.equal(own.emit(symbol), true);
  assert.equal(own.emit("constructor"), false);
  assert.deepEqual(heard, [["newListener", "other"], ["newListener", symbol], [true, true], "symbol"]);
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(published, []);
});

test("`error` keeps Node's meaning, topic or not", () => {
  const { own } = bind({ error: `${ARN}error` });
  const failure = new Error("unheard");
  assert.throws(() => own.emit("error", failure), failure);
  own.on("error", (heard) => assert.equal(heard, failure));
  assert.equal(own.emit("error", failure), true);
});

test("a class's own emit still serves the events that stay local", () => {
  class Bus extends EventEmitter {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      return super.emit(event, "through the class", ...args);
    }
  }
  const { own } = bind({ hello: `${ARN}hello` }, new Bus());
  own.on("other", (...args) => assert.deepEqual(args, ["through the class", 1]));
  assert.equal(own.emit("other", 1), true);
});

test("what JSON would change is refused at emit, and nothing is published", async () => {
  const { own } = bind({ hello: `${ARN}hello` });
  assert.throws(() => own.emit("hello", { when: new Date(0) }), {
    name: "TypeError",
    message: /^args\[0\]\.when is of class Date/,
  });
  assert.throws(() => own.emit("hello", undefined), { name: "TypeError", message: /^args\[0\] / });
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(published, []);
});

test("a refused publish is reported once, with its reason and size but not its content", async () => {
  const { own, prefix } = bind({ hello: DENIED });
  own.emit("hello", "secret");
  const [failure, ...more] = await settlePublishes();
  assert.equal(more.length, 0);
  assert.match(
    String(failure),
    new RegExp(`SNS did not take the event "hello" of ${prefix} \\(\\d+ bytes\\): `),
  );
  assert.match(String(failure), /AuthorizationError.*not allowed/);
  assert.doesNotMatch(String(failure), /secret/);
  assert.deepEqual(await settlePublishes(), []);
});

test("an emitter that is created twice under one prefix is refused", () => {
  const { prefix } = bind({ hello: `${ARN}hello` });
  assert.throws(() => emitter.bind(new EventEmitter(), prefix), /already/);
});

for (const malformed of ["", "{", "null", '"x"', '{"hello": 1}']) {
  test(`the variable ${JSON.stringify(malformed)} is refused by name`, () => {
    assert.throws(() => bind(malformed), /^Error: INFERRA_PUBSUB_T\d+_TOPICS is not a JSON object/);
  });
}
