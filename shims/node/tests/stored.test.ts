import assert from "node:assert/strict";
import { test } from "node:test";
import { dumpKey, dumpValue, identity, KeyTypeError, loadValue } from "../src/stored.ts";

const VALUES: [unknown, string][] = [
  [null, "null"],
  ["é\u2028", '"é\u2028"'],
  [1.5, "1.5"],
  [Number.NaN, '{"$float":"nan"}'],
  [Number.NEGATIVE_INFINITY, '{"$float":"-inf"}'],
  [-0, '{"$float":"-0.0"}'],
  [12n, '{"$bigint":"12"}'],
  [{ a: [true, { b: "c" }] }, '{"a":[true,{"b":"c"}]}'],
  [{ $a: 1 }, '{"$object":[["$a",1]]}'],
  [JSON.parse('{"__proto__":1}'), '{"$object":[["__proto__",1]]}'],
  [new Date(0), '{"$datetime":["1970-01-01T00:00:00",0,[0,0,0]]}'],
  [new Date(1), '{"$datetime":["1970-01-01T00:00:00.001000",0,[0,0,0]]}'],
  [
    new Map<unknown, unknown>([
      [1, "a"],
      ["b", null],
    ]),
    '{"$dict":[[1,"a"],["b",null]]}',
  ],
  [new Set([1, "a"]), '{"$set":[1,"a"]}'],
  [Buffer.from("hi"), '{"$bytes":"aGk="}'],
  [new Uint8Array([1]), '{"$bytearray":"AQ=="}'],
];

test("what is read is what was written", () => {
  for (const [value, text] of VALUES) {
    assert.equal(dumpValue(value), text);
    assert.deepEqual(loadValue(text), value);
  }
  assert.deepEqual(loadValue(dumpValue({ a: undefined, b: 1 })), { b: 1 });
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("what Python writes is read, or said to be of its own", () => {
  assert.deepEqual(loadValue('{"$tuple":[1,2]}'), [1, 2]);
  assert.deepEqual(loadValue('{"$frozenset":[1]}'), new Set([1]));
  assert.deepEqual(loadValue('{"$datetime":["1970-01-01T01:00:00.500000",0,[0,3600,0]]}'), new Date(500));
  assert.throws(() => loadValue('{"$decimal":"1.5"}'), /Python's type decimal/);
  assert.throws(() => loadValue('{"$datetime":["1970-01-01T01:00:00",0,null]}'), TypeError);
});

test("what cannot be read back is refused by its type, without a word of the value", () => {
  class Session {
    secret = "hunter2";
  }
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const holes = [1];
  holes[2] = 3;
  for (const [value, named] of [
    [new Session(), /type Session/],
    [{ a: [new Session()] }, /type Session/],
    [undefined, /type undefined/],
    [[undefined], /type undefined/],
    [() => 1, /type function/],
    [Symbol("a"), /type symbol/],
    [/a/, /type RegExp/],
    [new Error("hunter2"), /type Error/],
    [circle, /contains itself/],
    [holes, /holes/],
    [new Date(Number.NaN), /invalid/],
  ] as const) {
    assert.throws(
      () => dumpValue(value),
      (error: Error) =>
        error instanceof TypeError && named.test(error.message) && !/hunter2/.test(error.message),
    );
  }
});

test("what is no stored value is refused without a word of it", () => {
  for (const text of [
    "hunter2",
    '{"$bigint":"hunter2"}',
    '{"$hunter2":1}',
    '{"$dict":["hunter2"]}',
    '{"$dict":"hunter2"}',
    '{"$datetime":["hunter2",0,[0,0,0]]}',
    '{"$datetime":"hunter2"}',
  ]) {
    assert.throws(
      () => loadValue(text),
      (error: Error) =>
        error instanceof TypeError && error.cause === undefined && !/hunter2/.test(error.stack ?? ""),
      text,
    );
  }
});

test("keys are one where a Map takes them for one, and have the texts that Python gives them", () => {
  assert.notEqual(identity(1), identity("1"));
  assert.equal(identity(0), identity(-0));
  assert.equal(identity(Number.NaN), identity(Number.NaN));
  for (const [key, text] of [
    ["a", '"a"'],
    [1, "1"],
    [1e21, "1000000000000000000000"],
    [1.5, "1.5"],
    [0.00001, "1e-05"],
    [1.5e-10, "1.5e-10"],
    [true, "true"],
    [null, "null"],
    [1n, '{"$bigint":"1"}'],
  ] as const)
    assert.equal(identity(key), text);
  assert.match(identity("x".repeat(3000)), /^#[0-9a-f]{64}$/);
  assert.equal(dumpKey(-0), "0");
  for (const key of [{}, [], undefined, Symbol("a"), () => 1])
    assert.throws(() => identity(key), KeyTypeError);
});
