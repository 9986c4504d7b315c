import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Redis } from "ioredis";
import { createClient as makeClient } from "redis";
import * as ioredis from "../src/ioredis.ts";
import * as redis from "../src/redis.ts";
import { MISSING, RedisServers } from "./redis_servers.ts";

const PREFIX = "INFERRA_PERSIST_CACHE";
const source = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url).href);

/** The options that a client would be made from, with a binding that has no server. */
function bound(tls = "true"): string {
  process.env[`${PREFIX}_HOST`] = "cache.example";
  process.env[`${PREFIX}_PORT`] = "6380";
  process.env[`${PREFIX}_TLS`] = tls;
  return PREFIX;
}

test("without a binding everything is the application's own", () => {
  assert.equal(redis.createClient(makeClient, "INFERRA_PERSIST_NONE"), makeClient);
  assert.equal(ioredis.client(Redis, "INFERRA_PERSIST_NONE"), Redis);
  assert.equal(ioredis.cluster(Redis.Cluster, "INFERRA_PERSIST_NONE"), Redis.Cluster);
});

const given = (...args: unknown[]) => args;
const socket = { host: "cache.example", port: 6380, tls: true };

for (const [name, options, expected] of [
  ["nothing", undefined, { socket }],
  ["a URL", { url: "redis://me:mine@localhost:6379/2" }, { database: 2, socket }],
  ["a socket's path", { url: "unix:///tmp/redis.sock" }, { socket }],
  [
    "a socket",
    {
      username: "me",
      password: "mine",
      socket: { host: "a", path: "/b", ca: "c", connectTimeout: 3 },
      RESP: 3,
    },
    { RESP: 3, socket: { connectTimeout: 3, ...socket } },
  ],
] as const)
  test(`createClient with ${name}`, () => {
    assert.deepEqual(redis.createClient(given, bound())(options), [expected]);
    assert.deepEqual(redis.createClientPool(given, bound())(options, { maximum: 3 }), [
      expected,
      { maximum: 3 },
    ]);
  });

test("createClient on a server without TLS", () => {
  const made = redis.createClient(given, bound("false"));
  assert.deepEqual(made({ url: "rediss://localhost" }), [{ socket: { host: "cache.example", port: 6380 } }]);
});

test("createCluster keeps what is for all nodes, and names one", () => {
  const options = {
    rootNodes: [{ url: "redis://localhost:7000" }, { url: "redis://localhost:7001" }],
    defaults: { password: "mine", socket: { connectTimeout: 3 } },
    nodeAddressMap: {},
    useReplicas: true,
  };
  const everywhere = { connectTimeout: 3, tls: true };
  assert.deepEqual(redis.createCluster(given, bound())(options), [
    {
      useReplicas: true,
      rootNodes: [{ socket: { ...everywhere, host: "cache.example", port: 6380 } }],
      defaults: { socket: everywhere },
    },
  ]);
});

for (const [args, expected] of [
  [[], {}],
  [[6379], {}],
  [[6379, "localhost", { db: 3 }], { db: 3 }],
  [["6379"], {}],
  [["/tmp/redis.sock"], {}],
  [["localhost"], {}],
  [
    ["redis://me:mine@localhost:6379/4?family=6", { keyPrefix: "a:" }],
    { db: 4, keyPrefix: "a:", family: "6" },
  ],
  [
    [{ host: "localhost", password: "mine", username: "me", db: 2, path: "/tmp/a", tls: { ca: "b" } }],
    { db: 2 },
  ],
] as const)
  test(`new Redis(${JSON.stringify(args).slice(1, -1)})`, () => {
    const Planned = ioredis.client(Redis, bound()) as unknown as new (...args: unknown[]) => Redis;
    const made = new Planned(...args, { lazyConnect: true });
    assert.ok(made instanceof Redis);
    const { host, port, path, username, password, tls, ...more } = made.options;
    assert.deepEqual(
      [host, port, path, username, password, tls],
      ["cache.example", 6380, undefined, null, null, {}],
    );
    for (const [option, value] of Object.entries(expected))
      assert.equal(more[option as keyof typeof more], value);
  });

test("new Redis with sentinels is refused", () => {
  const Planned = ioredis.client(Redis, bound());
  const message = /^the option "sentinels" names servers of its own, but INFERRA_PERSIST_CACHE_\*/;
  assert.throws(() => new Planned({ sentinels: [{ host: "a" }], name: "main" }), {
    name: "TypeError",
    message,
  });
});

describe("on servers with TLS", { skip: MISSING }, () => {
  let servers: RedisServers;
  let node: Record<string, string>;
  let cluster: Record<string, string>;
  const variables = (port: number) => ({
    [`${PREFIX}_HOST`]: "localhost",
    [`${PREFIX}_PORT`]: String(port),
    [`${PREFIX}_TLS`]: "true",
  });
  before(async () => {
    servers = new RedisServers();
    [node, cluster] = await Promise.all([
      servers.start().then(variables),
      servers.startCluster().then(variables),
    ]);
  });
  after(() => servers?.stop());

  test("node-redis", async () => {
    const program = `
      import * as own from "redis";
      import * as planned from ${source("redis.ts")};
      const options = { url: "redis://me:mine@elsewhere:1/3" };
      const client = await planned.createClient(own.createClient, "${PREFIX}")(options).connect();
      await client.set("a", "1");
      const pool = await planned.createClientPool(own.createClientPool, "${PREFIX}")(options).connect();
      console.log(JSON.stringify([await client.get("a"), await pool.get("a"), (await client.clientInfo()).db]));
      await Promise.all([client.close(), pool.close()]);`;
    assert.deepEqual(await servers.printed(program, node), ["1", "1", 3]);
  });

  test("node-redis, cluster", async () => {
    const program = `
      import * as own from "redis";
      import { createCluster } from ${source("redis.ts")};
      const options = { rootNodes: [{ url: "redis://elsewhere:7000" }], defaults: { password: "mine" } };
      const client = await createCluster(own.createCluster, "${PREFIX}")(options).connect();
      await client.set("a", "1");
      console.log(JSON.stringify(await client.get("a")));
      await client.close();`;
    assert.equal(await servers.printed(program, cluster), "1");
  });

  test("ioredis", async () => {
    const program = `
      import { Redis } from "ioredis";
      import { client } from ${source("ioredis.ts")};
      const made = new (client(Redis, "${PREFIX}"))("redis://me:mine@elsewhere:1/3", { keyPrefix: "x:" });
      await made.set("a", "1");
      const other = made.duplicate();
      console.log(JSON.stringify([await other.get("a"), await made.client("INFO").then((i) => /db=3/.test(i))]));
      await Promise.all([made.quit(), other.quit()]);`;
    assert.deepEqual(await servers.printed(program, node), ["1", true]);
  });

  test("ioredis, cluster", async () => {
    const program = `
      import { Redis } from "ioredis";
      import { cluster } from ${source("ioredis.ts")};
      const made = new (cluster(Redis.Cluster, "${PREFIX}"))([{ host: "elsewhere", port: 1 }], { redisOptions: { password: "a" } });
      await made.set("a", "1");
      console.log(JSON.stringify(await made.get("a")));
      await made.quit();`;
    assert.equal(await servers.printed(program, cluster), "1");
  });

  test("a server whose certificate nobody knows is refused", async () => {
    const program = `
      import { createClient } from "redis";
      import * as planned from ${source("redis.ts")};
      const client = planned.createClient(createClient, "${PREFIX}")({ socket: { reconnectStrategy: false } });
      client.on("error", () => {});
      console.log(JSON.stringify(await client.connect().then(() => "connected", (error) => error.code)));`;
    const unknown = { ...node, NODE_EXTRA_CA_CERTS: "" };
    assert.equal(await servers.printed(program, unknown), "SELF_SIGNED_CERT_IN_CHAIN");
  });
});
