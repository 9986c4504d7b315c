import assert from "node:assert/strict";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { serve } from "@hono/node-server";
import type { Context as LambdaContext } from "aws-lambda";
import Fastify, { type FastifyInstance } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { requestListener } from "../src/frameworks.ts";
import { lambdaHandler, type Unit } from "../src/lambda.ts";
import { listenerOf } from "../src/unit.ts";
import { httpEventV1, httpEventV2 } from "./http_events.ts";
import { Process } from "./process.ts";

interface Answer {
  statusCode: number;
  body: string;
  headers: Record<string, string>;
  cookies?: string[];
}

const ask = async (event: unknown, unit: Unit) =>
  (await lambdaHandler(unit)(event, {} as LambdaContext)) as Answer;

const exporting = (app: unknown): Unit => ({
  modules: [async () => ({ app })],
  http: { module: 0, export: "app" },
});

function fastify(): FastifyInstance {
  const app = Fastify();
  app.register(
    async (inner) => {
      inner.post("/:id", async (request) => ({
        id: (request.params as { id: string }).id,
        body: request.body,
        query: request.query,
        ip: request.ip,
      }));
    },
    { prefix: "/inner" },
  );
  return app;
}

function hono(): Hono {
  const app = new Hono();
  app.post("/inner/:id", async (c) => {
    c.header("set-cookie", "a=1", { append: true });
    c.header("set-cookie", "b=2", { append: true });
    return c.json({ id: c.req.param("id"), body: await c.req.json(), query: { q: c.req.query("q") } });
  });
  app.get("/url", (c) => c.text(`${c.req.url} ${c.req.header("cookie")}`));
  return app;
}

function koa(): Koa {
  const app = new Koa();
  app.use(async (ctx) => {
    let text = "";
    for await (const chunk of ctx.req) text += chunk;
    ctx.body = { id: ctx.path.split("/").at(-1), body: JSON.parse(text), query: ctx.query };
  });
  return app;
}

/** As much of a Nest application as is asked of one. */
function nest(): object {
  const app = hono();
  const listener = listenerOf(app, "app");
  let listening: http.Server | undefined;
  return {
    async init() {
      listening = http.createServer(listener);
    },
    getHttpServer: () => listening,
    getHttpAdapter: () => ({ getInstance: () => ({}) }),
  };
}

for (const [name, app] of Object.entries({ fastify, hono, koa, nest })) {
  test(`${name}: an exported application answers events of both versions`, async () => {
    const answer = await ask(httpEventV2("POST", "/inner/7", { a: "ü" }), exporting(app()));
    assert.equal(answer.statusCode, 200);
    const { id, body, query } = JSON.parse(answer.body);
    assert.deepEqual({ id, body, query }, { id: "7", body: { a: "ü" }, query: { q: "1" } });
    const event = { ...httpEventV1("POST", "/inner/7", "7"), body: "{}" };
    event.multiValueHeaders = { "content-type": ["application/json"] };
    assert.equal((await ask(event, exporting(app()))).statusCode, 200);
  });
}

test("fastify: a start that fails is the answer's failure, and the process's", async () => {
  const app = Fastify();
  app.addHook("onReady", async () => {
    throw new Error("no database");
  });
  const lost: unknown[] = [];
  const listener = requestListener(app, (error) => lost.push(error));
  const dropped = await new Promise((resolve) => {
    listener?.({} as IncomingMessage, { destroy: resolve } as unknown as ServerResponse);
  });
  assert.match(String(dropped), /no database/);
  await turn();
  assert.deepEqual(lost, [dropped]);
});

test("fastify: a plugin that is registered after the module was loaded is there", async () => {
  const app = Fastify();
  const unit: Unit = {
    modules: [
      async () => {
        setImmediate(() => app.register(async (inner) => void inner.get("/late", async () => "late")));
        return { app };
      },
    ],
    http: { module: 0, export: "app" },
  };
  const handler = lambdaHandler(unit);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(((await handler(httpEventV2("GET", "/late"), {} as LambdaContext)) as Answer).body, "late");
});

test("hono: cookies, addresses and failures", async () => {
  const posted = await ask(httpEventV2("POST", "/inner/7", {}), exporting(hono()));
  assert.deepEqual(posted.cookies, ["a=1", "b=2"]);
  const event = httpEventV2("GET", "/url");
  event.headers = { host: "api.example.org", "x-forwarded-proto": "https" };
  assert.equal((await ask(event, exporting(hono()))).body, "https://api.example.org/url?q=1 a=1; b=2");
  const broken = { fetch: () => Promise.reject(new Error("broken")) };
  await assert.rejects(ask(httpEventV2("GET", "/"), exporting(broken)), /broken/);
});

test("hono: what its Node server serves answers events", async () => {
  const unit: Unit = {
    modules: [async () => serve({ fetch: hono().fetch, port: 3000 })],
    http: { module: 0, export: null },
  };
  const event = httpEventV2("POST", "/inner/7", { a: 1 });
  // It refuses what HTTP/1.1 does not allow; API Gateway always sends one.
  event.headers.host = "api.example.org";
  const answer = await ask(event, unit);
  assert.deepEqual(JSON.parse(answer.body), { id: "7", body: { a: 1 }, query: { q: "1" } });
  assert.deepEqual(answer.cookies, ["a=1", "b=2"]);
});

const listens = { http: { module: 0, export: null, listens: true } };

test("fastify: in a container it answers on every interface, wherever it listens", async () => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const module = `
      const { default: Fastify } = await import("fastify");
      const app = Fastify();
      app.get("/", async (request) => request.host);
      await app.listen({ port: Number(process.env.PORT), host: "${host}" });`;
    await using unit = await Process.start(module, listens);
    await unit.untilReady();
    const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const address = outside.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
    assert.equal((await unit.get("/", { host: address ?? "127.0.0.1" })).status, 200, host);
    unit.signal();
    assert.equal(await unit.end(), 0);
  }
});

test("an exported application of Fastify or Hono is served in a container", async () => {
  const made = {
    fastify: `const { default: Fastify } = await import("fastify"); const app = Fastify(); app.get("/", async () => "hello");`,
    hono: `const { Hono } = await import("hono"); const app = new Hono(); app.get("/", (c) => c.text("hello"));`,
  };
  for (const [name, module] of Object.entries(made)) {
    const unit = { http: { module: 0, export: "app", listens: false } };
    await using process = await Process.start(`${module} return { app };`, unit);
    await process.untilReady();
    assert.deepEqual(await process.get("/"), { status: 200, text: "hello" }, name);
  }
});
