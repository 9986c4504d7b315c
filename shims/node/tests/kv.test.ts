import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { map, type StoredMap } from "../src/kv.ts";
import { FakeDynamodb } from "./fake_dynamodb.ts";

const table = await FakeDynamodb.start();
const PREFIX = "INFERRA_PERSIST_SESSIONS";
process.env[`${PREFIX}_TABLE`] = "sessions";

function stored(entries: [unknown, unknown][] = []): StoredMap {
  return map(new Map(entries), PREFIX) as StoredMap;
}

/** What was called since the last time. */
function actions(): string[] {
  return [...new Set(table.actions.splice(0))].map((action) => action.replace("dynamodb:", "")).sort();
}

beforeEach(() => table.reset());

test("without the variable the Map is left alone", () => {
  const own = new Map();
  assert.equal(map(own, "INFERRA_PERSIST_OTHER"), own);
});

test("each method answers what a Map does, and calls what it is granted", async () => {
  const sessions = stored();
  assert.equal(await sessions.get("a"), undefined);
  assert.equal(await sessions.has("a"), false);
  assert.deepEqual(actions(), ["GetItem"]);
  assert.equal(await sessions.set("a", { n: 1 }), sessions);
  assert.deepEqual(actions(), ["UpdateItem"]);
  assert.deepEqual(await sessions.get("a"), { n: 1 });
  assert.equal(await sessions.has("a"), true);
  actions();
  await sessions.set(1, "number");
  await sessions.set("1", "text");
  assert.equal(await sessions.get(1), "number");
  actions();
  assert.equal(await sessions.size, 3);
  assert.deepEqual(actions(), ["Scan"]);
  assert.equal(await sessions.delete("a"), true);
  assert.equal(await sessions.delete("a"), false);
  assert.deepEqual(actions(), ["DeleteItem"]);
  await sessions.clear();
  assert.deepEqual(actions(), ["DeleteItem", "Scan"]);
  assert.equal(await sessions.size, 0);
});

test("items keep the order in which their keys were new", async () => {
  const sessions = stored();
  for (const key of ["b", "a", "c", "d", "e"]) await sessions.set(key, key.toUpperCase());
  await sessions.set("b", "again");
  assert.deepEqual([...(await sessions.keys())], ["b", "a", "c", "d", "e"]);
  actions();
  assert.deepEqual([...(await sessions.values())], ["again", "A", "C", "D", "E"]);
  assert.deepEqual(actions(), ["Scan"]);
  const entries: unknown[] = [];
  for await (const entry of sessions) entries.push(entry);
  assert.deepEqual(entries[0], ["b", "again"]);
  const values: unknown[] = [];
  for await (const value of sessions.values()) values.push(value);
  assert.equal(values.length, 5);
  assert.deepEqual((await sessions.entries()).next().value, ["b", "again"]);
  const seen: unknown[] = [];
  await sessions.forEach(function (this: unknown, value, key, whole) {
    seen.push([value, key, whole === sessions, this]);
  }, "this");
  assert.deepEqual(seen[0], ["again", "b", true, "this"]);
});

test("a plain loop is an error, not an empty one", () => {
  assert.throws(() => [...(stored() as unknown as Iterable<unknown>)], TypeError);
});

test("nothing is read before somebody waits", async () => {
  stored().values();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(actions(), []);
});

test("the first entries are written once in the life of the table", async () => {
  const first = stored([["a", 1]]);
  assert.equal(await first.get("a"), 1);
  assert.deepEqual(actions(), ["GetItem", "UpdateItem"]);
  await first.delete("a");
  const second = stored([
    ["a", 1],
    ["b", 2],
  ]);
  assert.equal(await second.has("a"), false);
  assert.equal(await second.get("b"), 2);
  assert.equal(await second.size, 1);
  await second.set("b", 3);
  assert.equal(await stored([["b", 2]]).get("b"), 3);
});

test("entries that could not be written are tried again by the next call", async () => {
  const sessions = stored([["a", 1]]);
  table.failures.push("AccessDeniedException");
  await assert.rejects(sessions.get("a"), { name: "AccessDeniedException" });
  assert.equal(await sessions.get("a"), 1);
});

test("what is written is the value as it was", async () => {
  const sessions = stored();
  const value = { n: 1 };
  const writing = sessions.set("a", value);
  value.n = 2;
  await writing;
  assert.deepEqual(await sessions.get("a"), { n: 1 });
});

test("an item whose time is over is not there", async () => {
  table.items.set('"a"', { key: { S: '"a"' }, name: { S: '"a"' }, value: { S: "1" }, at: { N: "1" } });
  const sessions = stored();
  assert.equal(await sessions.get("a"), 1);
  table.items.set('"a"', { ...table.items.get('"a"'), until: { N: "5" } } as never);
  assert.equal(await sessions.has("a"), false);
  assert.equal(await sessions.size, 0);
});

test("a key that cannot be is nowhere, and cannot be set", async () => {
  const sessions = stored();
  assert.equal(await sessions.get({}), undefined);
  assert.equal(await sessions.delete(undefined), false);
  await assert.rejects(sessions.set({}, 1), TypeError);
  assert.deepEqual(actions(), []);
});
