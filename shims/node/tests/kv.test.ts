import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { map, type StoredMap } from "../src/kv.ts";
import { FakeDynamodb } from "./fake_dynamodb.ts";
import { MISSING, RedisServers } from "./redis_servers.ts";

const table = await FakeDynamodb.start();
const PREFIX = "INFERRA_PERSIST_SESSIONS";

function stored(entries: [unknown, unknown][] = []): StoredMap {
  return map(new Map(entries), PREFIX) as StoredMap;
}

/** What was called since the last time. */
function actions(): string[] {
  return [...new Set(table.actions.splice(0))].map((action) => action.replace("dynamodb:", "")).sort();
}

function bind(variables: Record<string, string>): void {
  for (const name of ["TABLE", "HOST", "PORT", "TLS"]) delete process.env[`${PREFIX}_${name}`];
  for (const [name, value] of Object.entries(variables)) process.env[`${PREFIX}_${name}`] = value;
}

test("without the variable the Map is left alone", () => {
  const own = new Map();
  assert.equal(map(own, "INFERRA_PERSIST_OTHER"), own);
});

describe("in a table of DynamoDB", () => {
  before(() => bind({ TABLE: "sessions" }));
  beforeEach(() => table.reset());
  itIsAMap((wanted) => {
    const seen = actions();
    if (wanted !== undefined) assert.deepEqual(seen, wanted);
  });

  test("entries that could not be written are tried again by the next call", async () => {
    const sessions = stored([["a", 1]]);
    table.failures.push("AccessDeniedException");
    await assert.rejects(sessions.get("a"), { name: "AccessDeniedException" });
    assert.equal(await sessions.get("a"), 1);
  });

  test("an item whose time is over is not there", async () => {
    table.items.set('"a"', { key: { S: '"a"' }, name: { S: '"a"' }, value: { S: "1" }, at: { N: "1" } });
    const sessions = stored();
    assert.equal(await sessions.get("a"), 1);
    table.items.set('"a"', { ...table.items.get('"a"'), until: { N: "5" } } as never);
    assert.equal(await sessions.has("a"), false);
    assert.equal(await sessions.size, 0);
  });
});

describe("in a Redis", { skip: MISSING }, () => {
  let servers: RedisServers;
  let port: number;
  const tell = (...words: string[]) => servers.tellPlain(port, ...words);

  before(async () => {
    servers = new RedisServers();
    port = await servers.startPlain();
    bind({ HOST: "127.0.0.1", PORT: String(port), TLS: "false" });
  });
  beforeEach(() => tell("FLUSHALL"));
  after(() => servers.stop());
  itIsAMap(() => {});

  test("items are those of the Python package", async () => {
    const sessions = stored([["ann", { age: 7 }]]);
    assert.deepEqual(await sessions.get("ann"), { age: 7 });
    const names = ['INFERRA_PERSIST_SESSIONS:item:"ann"', "INFERRA_PERSIST_SESSIONS:marks:#entries"];
    assert.deepEqual((await tell("KEYS", "*")).trim().split("\n").sort(), names);
    const fields = (await tell("HMGET", names[0] ?? "", "name", "value", "at")).trim().split("\n");
    assert.deepEqual(fields.slice(0, 2), ['"ann"', '{"age":7}']);
    assert.match(fields[2] ?? "", /^\d{19}$/);
  });

  test("every page is read, and others' keys are left alone", async () => {
    await tell("SET", "theirs", "1");
    const sessions = stored();
    const keys = Array.from({ length: 1203 }, (_, index) => index);
    await Promise.all(keys.map((key) => sessions.set(key, key)));
    assert.equal(await sessions.size, 1203);
    assert.deepEqual(new Set(await sessions.values()), new Set(keys));
    await sessions.clear();
    assert.equal(await sessions.size, 0);
    assert.equal((await tell("GET", "theirs")).trim(), "1");
  });

  test("a connection that was lost is opened again", async () => {
    const sessions = stored();
    await sessions.set("a", 1);
    await tell("CLIENT", "KILL", "TYPE", "normal");
    assert.equal(await sessions.get("a"), 1);
  });

  test("what Redis refuses is told at once, and quotes nothing", async () => {
    const sessions = stored([["a", 1]]);
    await tell("CONFIG", "SET", "maxmemory", "1");
    const refused = await sessions.set("a", "secret").then(
      () => "",
      (error) => String(error),
    );
    await tell("CONFIG", "SET", "maxmemory", "0");
    assert.match(refused, /maxmemory/);
    assert.doesNotMatch(refused, /secret/);
    // The entry could not be written either, and the next call tries again.
    assert.equal(await sessions.get("a"), 1);
  });

  test("TLS is verified, and a process that waits for nothing ends", async () => {
    const encrypted = await servers.start();
    const source = JSON.stringify(new URL("../src/kv.ts", import.meta.url).href);
    const program = `
      const { map } = await import(${source});
      const sessions = map(new Map([["a", 1]]), "INFERRA_PERSIST_SESSIONS");
      await sessions.set("b", 2);
      console.log(JSON.stringify([...(await sessions.entries())]));`;
    const place = {
      [`${PREFIX}_HOST`]: "localhost",
      [`${PREFIX}_PORT`]: String(encrypted),
      [`${PREFIX}_TLS`]: "true",
    };
    assert.deepEqual(await servers.printed(program, place), [
      ["a", 1],
      ["b", 2],
    ]);
    await assert.rejects(servers.printed(program, { ...place, NODE_EXTRA_CA_CERTS: "" }));
  });
});

/** What is the same wherever it is kept; `called` says which actions of AWS were. */
function itIsAMap(called: (wanted?: string[]) => void): void {
  test("each method answers what a Map does, and calls what it is granted", async () => {
    const sessions = stored();
    assert.equal(await sessions.get("a"), undefined);
    assert.equal(await sessions.has("a"), false);
    called(["GetItem"]);
    assert.equal(await sessions.set("a", { n: 1 }), sessions);
    called(["UpdateItem"]);
    assert.deepEqual(await sessions.get("a"), { n: 1 });
    assert.equal(await sessions.has("a"), true);
    called();
    await sessions.set(1, "number");
    await sessions.set("1", "text");
    assert.equal(await sessions.get(1), "number");
    called();
    assert.equal(await sessions.size, 3);
    called(["Scan"]);
    assert.equal(await sessions.delete("a"), true);
    assert.equal(await sessions.delete("a"), false);
    called(["DeleteItem"]);
    await sessions.clear();
    called(["DeleteItem", "Scan"]);
    assert.equal(await sessions.size, 0);
  });

  test("items keep the order in which their keys were new", async () => {
    const sessions = stored();
    for (const key of ["b", "a", "c", "d", "e"]) await sessions.set(key, key.toUpperCase());
    await sessions.set("b", "again");
    assert.deepEqual([...(await sessions.keys())], ["b", "a", "c", "d", "e"]);
    called();
    assert.deepEqual([...(await sessions.values())], ["again", "A", "C", "D", "E"]);
    called(["Scan"]);
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
    called([]);
  });

  test("the first entries are written once in the life of the table", async () => {
    const first = stored([["a", 1]]);
    assert.equal(await first.get("a"), 1);
    called(["GetItem", "UpdateItem"]);
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

  test("what is written is the value as it was", async () => {
    const sessions = stored();
    const value = { n: 1 };
    const writing = sessions.set("a", value);
    value.n = 2;
    await writing;
    assert.deepEqual(await sessions.get("a"), { n: 1 });
  });

  test("a key that cannot be is nowhere, and cannot be set", async () => {
    const sessions = stored();
    assert.equal(await sessions.get({}), undefined);
    assert.equal(await sessions.delete(undefined), false);
    await assert.rejects(sessions.set({}, 1), TypeError);
    called([]);
  });
}
