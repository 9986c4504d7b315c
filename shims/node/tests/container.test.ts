import assert from "node:assert/strict";
import http from "node:http";
import { networkInterfaces } from "node:os";
import { beforeEach, test } from "node:test";
import { ARN, DENIED, startFakeSns } from "./fake_sns.ts";
import { FakeSqs } from "./fake_sqs.ts";
import { PREFIX, Process } from "./process.ts";

const published = await startFakeSns();
const sqs = await FakeSqs.start();

const GREETINGS = "INFERRA_PUBSUB_GREETINGS";
const topics = { [`${GREETINGS}_TOPICS`]: JSON.stringify({ hello: `${ARN}hello`, denied: DENIED }) };
const bindEmitter = `
  const { EventEmitter } = await import("node:events");
  const greetings = new EventEmitter();
  globalThis.inferra.emitter.bind(greetings, "${GREETINGS}");`;

/** Answers `/slow` after 700 ms and everything else at once. */
const listener = `(request, response) => {
  console.log("request", request.url);
  if (request.url.startsWith("/slow")) setTimeout(() => { console.log("answered"); response.end("slow"); }, 700);
  else if (request.url !== "/never") response.end(JSON.stringify([request.headers.host, request.socket.remoteAddress]));
}`;
const createServer = `const http = await import("node:http"); const server = http.createServer(${listener});`;
const ownServer = `${createServer} server.listen(Number(process.env.PORT), "127.0.0.1");`;
const listens = { http: { module: 0, export: null, listens: true } };
const exported = { http: { module: 0, export: "app", listens: false } };
const either = { http: { module: 0, export: "app", listens: true } };
/** A connection, say, for whose sake the process does not end. */
const busy = "setInterval(() => {}, 1000);";
/** An export and, later, a server of the application's own on the same port. */
const lateBesideExport = (ms: number) => `
  const http = await import("node:http");
  const server = http.createServer((_, response) => response.end("its own"));
  setTimeout(() => server.listen(Number(process.env.PORT), "127.0.0.1"), ${ms});
  return { app: (_, response) => response.end("the export") };`;

beforeEach(() => {
  published.length = 0;
  sqs.reset();
});

test("a server on the loopback interface answers on every one, and so do the probes", async () => {
  await using unit = await Process.start(ownServer, listens);
  await unit.untilReady();
  assert.equal(await unit.probe("/live"), 200);
  assert.equal(await unit.probe("/other"), 404);
  const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const address = outside.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (address !== undefined) assert.equal((await unit.get("/", { host: address })).status, 200);
});

const applications: [string, string][] = [
  ["a function", `return { app: ${listener} };`],
  ["a server", `${createServer} return { app: server };`],
  ["part of a CommonJS module", `return { default: { app: ${listener} } };`],
];
for (const [name, module] of applications) {
  test(`an export that is ${name} is served on the unit's port`, async () => {
    await using unit = await Process.start(module, exported);
    await unit.untilReady();
    assert.equal((await unit.get("/")).status, 200);
    unit.signal();
    assert.equal(await unit.end(), 0);
  });
}

test("an application that an exported function makes is served on the unit's port", async () => {
  const made = { http: { module: 0, export: "create", factory: true, part: "app", listens: false } as const };
  await using unit = await Process.start(`return { create: async () => ({ app: ${listener} }) };`, made);
  await unit.untilReady();
  assert.equal((await unit.get("/")).status, 200);
});

test("it is live, but not ready, until a server listens", async () => {
  const late = `${createServer} setTimeout(() => server.listen(Number(process.env.PORT)), 600);`;
  await using unit = await Process.start(late, listens);
  await unit.until(async () => (await unit.probe("/live")) === 200);
  assert.equal(await unit.probe("/ready"), 503);
  await unit.untilReady();
  assert.equal((await unit.get("/")).status, 200);
});

test("it is not ready while only another server listens, such as one for metrics", async () => {
  const module = `${createServer}
    http.createServer().listen(0, "127.0.0.1", () => console.log("metrics"));
    process.on("SIGUSR2", () => server.listen(Number(process.env.PORT)));`;
  await using unit = await Process.start(module, listens);
  await unit.until(() => unit.output.includes("metrics"));
  assert.equal(await unit.probe("/ready"), 503);
  unit.signal("SIGUSR2");
  await unit.untilReady();
  assert.equal((await unit.get("/")).status, 200);
});

test("where the port is not known, the first server is the one", async () => {
  await using unit = await Process.start(ownServer, listens, { [`${PREFIX}_PORT`]: undefined });
  await unit.untilReady();
});

test("an application that does not get to listen is served by its export", async () => {
  // In a bundle, this guard never holds.
  const module = `
    const { createRequire } = await import("node:module");
    const require = createRequire(import.meta.url);
    const app = ${listener};
    if (require.main === undefined) return { app };
    require("node:http").createServer(app).listen(Number(process.env.PORT));`;
  await using unit = await Process.start(module, either);
  const began = Date.now();
  await unit.untilReady();
  assert.ok(Date.now() - began < 8000, "no patience with a process that has nothing left to do");
  assert.equal((await unit.get("/")).status, 200);
  assert.match(unit.output, /does not listen on port \d+; its export "app" is served there/);
  unit.signal();
  assert.equal(await unit.end(), 0);
});

test("so is one that is kept busy, after a while", async () => {
  await using unit = await Process.start(`${busy} return { app: ${listener} };`, either, {}, 300);
  await unit.untilReady();
  assert.equal((await unit.get("/")).status, 200);
});

test("an application that listens late is left to itself", async () => {
  await using unit = await Process.start(lateBesideExport(600), either);
  await unit.untilReady();
  assert.equal((await unit.get("/")).text, "its own");
  assert.equal(unit.output, "");
});

test("an application that listens later still takes its port over", async () => {
  await using unit = await Process.start(lateBesideExport(1500), either, {}, 100);
  await unit.untilReady();
  assert.equal((await unit.get("/")).text, "the export");
  // A connection that comes in between may be refused.
  await unit.until(async () => (await unit.get("/").catch(() => undefined))?.text === "its own");
  assert.equal(await unit.probe("/ready"), 200);
  unit.signal();
  assert.equal(await unit.end(), 0);
});

test("a late application without an export is waited for", async () => {
  const late = `${createServer} setTimeout(() => server.listen(Number(process.env.PORT)), 900);`;
  await using unit = await Process.start(late, listens, {}, 100);
  await unit.until(() => /nothing listens on port \d+ yet/.test(unit.output));
  assert.equal(await unit.probe("/ready"), 503);
  await unit.untilReady();
});

test("a server that is none of Node's own HTTP servers is left to itself", async () => {
  const module = `
    const net = await import("node:net");
    net.createServer((socket) => socket.end("HTTP/1.0 204 No Content\\r\\n\\r\\n")).listen(Number(process.env.PORT));
    return { app: ${listener} };`;
  await using unit = await Process.start(module, either, {}, 300);
  await unit.untilReady();
  assert.equal((await unit.get("/")).status, 204);
  assert.equal(unit.output, "");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`at ${signal} a request in hand is answered, and idle connections hold nothing up`, async () => {
    await using unit = await Process.start(ownServer, listens);
    await unit.untilReady();
    const agent = new http.Agent({ keepAlive: true });
    await unit.get("/", { agent });
    const slow = unit.get("/slow", { agent: new http.Agent({ keepAlive: true }) });
    await unit.until(() => unit.output.includes("/slow"));
    unit.signal(signal);
    await unit.until(async () => (await unit.probe("/ready")) === 503);
    assert.equal(await unit.probe("/live"), 200);
    await assert.rejects(unit.get("/"), { code: "ECONNREFUSED" });
    assert.equal((await slow).text, "slow");
    const answered = Date.now();
    assert.equal(await unit.end(), 0);
    assert.ok(Date.now() - answered < 2000);
    agent.destroy();
  });
}

test("an application that closes its server itself does not cut a request off", async () => {
  const module = `${ownServer} process.on("SIGTERM", () => server.close());`;
  await using unit = await Process.start(module, listens);
  await unit.untilReady();
  const slow = unit.get("/slow");
  await unit.until(() => unit.output.includes("/slow"));
  unit.signal();
  assert.equal((await slow).text, "slow");
  assert.equal(await unit.end(), 0);
});

test("a request that takes too long is a failure", async () => {
  await using unit = await Process.start(ownServer, listens, { [`${PREFIX}_GRACE_S`]: "1" });
  await unit.untilReady();
  const never = assert.rejects(unit.get("/never"));
  await unit.until(() => unit.output.includes("/never"));
  unit.signal();
  assert.equal(await unit.end(), 1);
  await never;
  assert.match(unit.output, /requests or messages were not finished within 1 seconds/);
});

test("the application sees the request that the gateway got", async () => {
  await using unit = await Process.start(ownServer, listens);
  await unit.untilReady();
  const forwarded = "for=198.51.100.9, for=192.0.2.1;host=api.example.com;proto=https";
  const seen = await unit.get("/", { headers: { forwarded } });
  assert.deepEqual(JSON.parse(seen.text), ["api.example.com", "192.0.2.1"]);
});

test("what was published is out before the process ends", async () => {
  const module = `${bindEmitter} ${ownServer} server.on("request", () => greetings.emit("hello", 1));`;
  await using unit = await Process.start(module, listens, topics);
  await unit.untilReady();
  await unit.get("/");
  unit.signal();
  assert.equal(await unit.end(), 0);
  assert.equal(published.length, 1);
});

test("a publish that fails is reported, to the emitter too where it listens", async () => {
  const module = `${bindEmitter} ${ownServer}
    server.on("request", (request) => {
      if (request.url === "/heard") greetings.on("error", (error) => console.log("heard:", error.message));
      greetings.emit("denied", "secret");
    });`;
  await using unit = await Process.start(module, listens, topics);
  await unit.untilReady();
  await unit.get("/");
  await unit.until(() => unit.output.includes("SNS did not take"));
  await unit.get("/heard");
  await unit.until(() => unit.output.includes('heard: SNS did not take the event "denied"'));
  assert.equal(await unit.probe("/ready"), 200);
  assert.doesNotMatch(unit.output, /secret/);
});

const queue = () => ({
  ...topics,
  [`${GREETINGS}_QUEUE`]: sqs.url,
  [`${GREETINGS}_VISIBILITY_S`]: "30",
  INFERRA_PUBSUB_OTHER_QUEUE: sqs.url,
  INFERRA_PUBSUB_OTHER_VISIBILITY_S: "30",
});
const hello = (...args: unknown[]) => ({ emitter: GREETINGS, event: "hello", args });

test("a unit with a queue handles its messages, and finishes those in hand", async () => {
  const module = `${bindEmitter}
    greetings.on("hello", async (name) => {
      console.log("begun", name);
      await new Promise((resolve) => setTimeout(resolve, 500));
      console.log("done", name);
    });`;
  await using unit = await Process.start(module, {}, queue());
  await unit.untilReady();
  sqs.put(hello("Ada"));
  await unit.until(() => unit.output.includes("begun Ada"));
  unit.signal();
  await unit.until(async () => (await unit.probe("/ready")) === 503);
  assert.equal(await unit.end(), 0);
  assert.match(unit.output, /done Ada/);
  assert.equal(sqs.size, 0);
});

test("topics share one queue, and a unit that waits for messages ends when the wait does", async () => {
  await using unit = await Process.start(bindEmitter, {}, { ...queue(), [`${PREFIX}_GRACE_S`]: "18" });
  await unit.untilReady();
  await unit.until(() => sqs.of("ReceiveMessage").length > 0);
  assert.equal(sqs.of("ReceiveMessage").length, 1);
  unit.signal();
  assert.equal(await unit.end(), 0);
});

test("a message that takes too long is a failure, and not deleted", async () => {
  const module = `${bindEmitter} greetings.on("hello", () => { console.log("begun"); return new Promise(() => {}); });`;
  await using unit = await Process.start(module, {}, { ...queue(), [`${PREFIX}_GRACE_S`]: "1" });
  await unit.untilReady();
  sqs.put(hello());
  await unit.until(() => unit.output.includes("begun"));
  unit.signal();
  assert.equal(await unit.end(), 1);
  assert.equal(sqs.size, 1);
});

test("without a queue, a program that has nothing left to do ends as it always did", async () => {
  await using unit = await Process.start(`console.log("done");`);
  assert.equal(await unit.end(), 0);
  assert.equal(unit.output, "done\n");
});

const broken: [string, string, object, Record<string, string>, RegExp][] = [
  ["a module that fails to load", "throw new Error('half loaded');", {}, {}, /half loaded/],
  ["an export that cannot answer", "return { app: 1 };", exported, {}, /the export "app" is neither/],
  [
    "an application that neither listens nor exports anything",
    "",
    listens,
    {},
    /nothing left to do, does not listen on port \d+, and exports nothing that could be served/,
  ],
  [
    "an application that does not listen, with an export that cannot answer",
    "return { app: 1 };",
    either,
    {},
    /and the export "app" is neither/,
  ],
  ["a malformed setting", "", {}, { [`${PREFIX}_GRACE_S`]: "soon" }, /_GRACE_S must be a number from 0/],
  [
    "a queue without its timeout",
    "",
    {},
    { [`${GREETINGS}_QUEUE`]: "x" },
    /GREETINGS_VISIBILITY_S must be a number/,
  ],
];
for (const [name, module, unit, environment, message] of broken) {
  test(`${name} ends the process as a failure`, async () => {
    await using started = await Process.start(module, unit, environment);
    assert.equal(await started.end(), 1);
    assert.match(started.output, message);
  });
}
