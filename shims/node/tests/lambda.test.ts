import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { EventEmitter } from "node:events";
import http from "node:http";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { Context } from "aws-lambda";
import express from "express";
import * as emitter from "../src/emitter.ts";
import { lambdaHandler, type Unit } from "../src/lambda.ts";
import { ARN, DENIED, snsEvent, startFakeSns } from "./fake_sns.ts";
import { balancerEvent, httpEventV1, httpEventV2 } from "./http_events.ts";

const published = await startFakeSns();
const context = {} as Context;

const PREFIX = "INFERRA_PUBSUB_GREETINGS";
process.env[`${PREFIX}_TOPICS`] = JSON.stringify({
  hello: `${ARN}hello`,
  bye: `${ARN}bye`,
  denied: DENIED,
});
const greetings = new EventEmitter();
emitter.bind(greetings, PREFIX);

const logs = (["log", "info", "warn", "error", "debug"] as const).map((name) => mock.method(console, name));

beforeEach(() => {
  published.length = 0;
  greetings.removeAllListeners();
});

/** In the place of everything that a user may send. */
const SECRET = "secret";

afterEach(() => {
  for (const log of logs)
    for (const call of log.mock.calls) assert.doesNotMatch(call.arguments.join(), new RegExp(SECRET));
});

function unit(exports: object, name: string | null = "app"): Unit {
  return { modules: [async () => exports], http: { module: 0, export: name } };
}

const receiver = () => lambdaHandler({ modules: [] });
const hello = (...args: unknown[]) => ({ emitter: PREFIX, event: "hello", args });

function greeter() {
  const app = express();
  app.use(async (_request, _response, next) => {
    await setTimeout(1);
    next();
  });
  app.use(express.json());
  app.get("/files/:name", ({ params, query, ip, headers }, response) => {
    response.cookie("c", "1").cookie("d", "2");
    response.json({ name: params.name, q: query.q, ip, cookie: headers.cookie });
  });
  app.post("/hello", ({ body }, response) => {
    greetings.emit(body.event, body.name);
    response.status(202).json({ accepted: body.name });
  });
  app.get("/picture", (_request, response) => {
    response.type("image/png").send(Buffer.from([0xff, 0x00]));
  });
  app.get("/bytes", (_request, response) => {
    response.type("application/octet-stream").send(Buffer.from([0xff, 0x00]));
  });
  app.get("/latin", (_request, response) => {
    response.setHeader("Content-Type", "text/plain; charset=ISO-8859-1");
    response.end(Buffer.from([0xe9]));
  });
  app.get("/untyped", (_request, response) => {
    response.end(Buffer.from([0xff, 0x00]));
  });
  app.get("/stream", (_request, response) => {
    response.write("a");
    response.end("b");
  });
  return app;
}

interface Answer {
  statusCode: number;
  body: string;
  headers: Record<string, string>;
  cookies?: string[];
  multiValueHeaders?: Record<string, string[]>;
  isBase64Encoded: boolean;
}

const ask = async (event: unknown, to: Unit = unit({ app: greeter() })) =>
  (await lambdaHandler(to)(event, context)) as Answer;

/** The body as the gateway sends it. */
const textOf = ({ body, isBase64Encoded }: Answer) =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();

test("HTTP API event (2.0): path, query, cookies and address reach the application", async () => {
  const answer = await ask(httpEventV2("GET", "/files/a"));
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(JSON.parse(answer.body), { name: "a", q: "1", ip: "192.0.2.1", cookie: "a=1; b=2" });
  assert.deepEqual(answer.cookies, ["c=1; Path=/", "d=2; Path=/"]);
});

test("REST API event (1.0): the whole path counts, whatever {proxy+} matched", async () => {
  const answer = await ask(httpEventV1("GET", "/files/a", "a"));
  assert.equal(answer.statusCode, 200);
  assert.equal(JSON.parse(answer.body).name, "a");
  assert.deepEqual(answer.multiValueHeaders?.["set-cookie"], ["c=1; Path=/", "d=2; Path=/"]);
});

test("the stage of a REST API is put before the paths of redirections and cookies", async () => {
  const app = express();
  app.get("/move", ({ query, path }, response) => {
    response.cookie("here", path, { path: "/users" }).cookie("everywhere", "1");
    response.redirect(String(query.to ?? "/users"));
  });
  const to = unit({ app });
  const moved = async (location: string) => {
    const event = {
      ...httpEventV1("GET", "/move", "move"),
      multiValueQueryStringParameters: { to: [location] },
    };
    return (await ask(event, to)).multiValueHeaders?.location?.[0];
  };
  for (const [location, expected] of [
    ["/users/?a=/b", "/prod/users/?a=/b"],
    ["https://api.example.com/users", "https://api.example.com/prod/users"],
    ["/prod/users", "/prod/users"],
    ["/production", "/prod/production"],
    ["https://elsewhere.example/users", "https://elsewhere.example/users"],
    ["//elsewhere.example/users", "//elsewhere.example/users"],
    ["users", "users"],
  ])
    assert.equal(await moved(String(location)), expected);
  const answer = await ask(httpEventV1("GET", "/move", "move"), to);
  const cookies = ["here=%2Fmove; Path=/prod/users", "everywhere=1; Path=/"];
  assert.deepEqual(answer.multiValueHeaders?.["set-cookie"], cookies);
});

test("a load balancer's event: what it does not decode, who asks, and an answer that it takes", async () => {
  const answer = await ask(balancerEvent("GET", "/files/a%20b"));
  assert.equal(answer.statusCode, 200);
  const expected = { name: "a b", q: "a b", ip: "192.0.2.1", cookie: "a=1; b=2" };
  assert.deepEqual(JSON.parse(textOf(answer)), expected);
  assert.deepEqual(answer.multiValueHeaders?.["set-cookie"], ["c=1; Path=/", "d=2; Path=/"]);
  const body = Buffer.from(JSON.stringify({ event: "hello", name: SECRET }));
  assert.equal((await ask(balancerEvent("POST", "/hello", body))).statusCode, 202);
  const picture = await ask(balancerEvent("GET", "/picture"));
  assert.deepEqual([picture.isBase64Encoded, picture.body], [true, "/wA="]);
  const { multiValueHeaders, ...single } = balancerEvent("GET", "/files/a");
  const one = await ask({ ...single, headers: { host: "shop.example.com" } });
  assert.deepEqual([one.statusCode, one.multiValueHeaders], [200, undefined]);
  assert.equal(one.headers["set-cookie"], "d=2; Path=/");
});

test("a binary response is encoded, a written one is whole, an unknown route is the application's 404", async () => {
  const picture = await ask(httpEventV2("GET", "/picture"));
  assert.deepEqual([picture.isBase64Encoded, picture.body], [true, "/wA="]);
  for (const [path, body] of Object.entries({ "/bytes": "/wA=", "/latin": "6Q==", "/untyped": "/wA=" })) {
    const bytes = await ask(httpEventV2("GET", path));
    assert.deepEqual([path, bytes.isBase64Encoded, bytes.body], [path, true, body]);
  }
  const hello = await ask(httpEventV2("GET", "/files/a"));
  assert.equal(hello.isBase64Encoded, false);
  assert.equal(textOf(await ask(httpEventV2("GET", "/stream"))), "ab");
  assert.equal((await ask(httpEventV2("GET", "/nowhere"))).statusCode, 404);
});

test("the response follows the publish; a body is parsed behind an asynchronous middleware", async () => {
  const answer = await ask(httpEventV2("POST", "/hello", { event: "hello", name: SECRET }));
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(published, [{ topic: `${ARN}hello`, message: hello(SECRET) }]);
});

test("an application is made by the function that is exported, and taken out of what that gives", async () => {
  const made = { module: 0, export: "create", factory: true } as const;
  const whole = { modules: [async () => ({ create: async () => greeter() })], http: made };
  assert.equal((await ask(httpEventV2("GET", "/files/a"), whole)).statusCode, 200);
  const create = () => ({ app: greeter(), other: 1 });
  const part = { modules: [async () => ({ create })], http: { ...made, part: "app" } };
  assert.equal((await ask(httpEventV2("GET", "/files/a"), part)).statusCode, 200);
});

test("a failed publish fails the invocation, although the application answered", async () => {
  await assert.rejects(
    ask(httpEventV2("POST", "/hello", { event: "denied", name: SECRET })),
    (error: Error) => {
      assert.match(error.message, /^SNS did not take the event "denied" of INFERRA_PUBSUB_GREETINGS/);
      assert.doesNotMatch(String(error.stack), new RegExp(SECRET));
      return true;
    },
  );
  assert.equal((await ask(httpEventV2("GET", "/files/a"))).statusCode, 200);
});

test("what is published while modules are loaded belongs to the first invocation", async () => {
  const module = async () => {
    greetings.emit("hello", "from init");
    return { app: greeter() };
  };
  const handler = lambdaHandler({ modules: [module], http: { module: 0, export: "app" } });
  await handler(httpEventV2("GET", "/stream"), context);
  assert.equal(published.length, 1);
});

test("modules are loaded once, one after the other", async () => {
  const order: string[] = [];
  const slow = async () => {
    await setTimeout(10);
    order.push("first");
  };
  const handler = lambdaHandler({ modules: [slow, async () => order.push("second")] });
  greetings.on("hello", () => order.push("handled"));
  await handler(snsEvent(hello()), context);
  await handler(snsEvent(hello()), context);
  assert.deepEqual(order, ["first", "second", "handled", "handled"]);
});

test("the export may be a server, a Koa application, or part of a CommonJS module", async () => {
  const listener: http.RequestListener = (_request, response) => void response.end("ok");
  const exports = [
    { app: http.createServer(listener) },
    { app: { callback: () => listener } },
    { default: { app: listener } },
  ];
  for (const module of exports) assert.equal(textOf(await ask(httpEventV2("GET", "/"), unit(module))), "ok");
});

test("a listener finds the request as Node makes it: its body is unread, and not on the request", async () => {
  const app: http.RequestListener = async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    response.end(JSON.stringify(["body" in request, text]));
  };
  const answer = await ask(httpEventV2("POST", "/", { a: 1 }), unit({ app }));
  assert.deepEqual(JSON.parse(textOf(answer)), [false, '{"a":1}']);
});

test("a head is written with headers, in every form, and the response goes on", async () => {
  const writes: ((response: http.ServerResponse) => unknown)[] = [
    (response) => response.writeHead(201, { "x-a": "1", "x-b": ["2", "3"] }).end("done"),
    (response) => response.writeHead(201, "Made", { "x-a": "1", "x-b": ["2", "3"] }).end("done"),
    (response) => response.writeHead(201, ["x-a", "1", "x-b", "2", "x-b", "3"]).end("done"),
    (response) => {
      response.statusCode = 201;
      response.setHeader("x-a", "1").setHeader("x-b", ["2", "3"]).end("done");
    },
  ];
  for (const write of writes) {
    const answer = await ask(
      httpEventV2("GET", "/"),
      unit({ app: (_: unknown, response: http.ServerResponse) => write(response) }),
    );
    assert.deepEqual([answer.statusCode, textOf(answer)], [201, "done"]);
    assert.equal(answer.headers["x-a"], "1");
    assert.match(answer.headers["x-b"] ?? "", /^2, ?3$/);
  }
});

test("without an export, the first server that listens answers, also where it listens late", async () => {
  const module = async () => {
    void setTimeout(20).then(() =>
      http.createServer((_request, response) => void response.end("late")).listen(3000),
    );
  };
  const handler = lambdaHandler({ modules: [module], http: { module: 0, export: null } });
  const answer = (await handler(httpEventV2("GET", "/"), context)) as Answer;
  assert.equal(textOf(answer), "late");
  const exported = { module: 0, export: "app", late: true } as const;
  const beside = lambdaHandler({ modules: [async () => ({ app: greeter() })], http: exported });
  assert.equal(textOf((await beside(httpEventV2("GET", "/"), context)) as Answer), "late");
});

test("a listener that throws, or drops its response, fails the invocation", async () => {
  const failure = new Error("in the listener");
  const throwing = () => {
    throw failure;
  };
  await assert.rejects(ask(httpEventV2("GET", "/"), unit({ app: throwing })), failure);
  const dropping: http.RequestListener = (_request, response) => void response.destroy();
  await assert.rejects(ask(httpEventV2("GET", "/"), unit({ app: dropping })), /dropped before/);
});

test("an SNS event calls each listener with the arguments and the emitter, and awaits it", async () => {
  const heard: unknown[] = [];
  greetings.on("hello", async function (this: unknown, ...args) {
    await setTimeout(20);
    heard.push([this === greetings, ...args]);
  });
  greetings.on("hello", (...args) => heard.push(args));
  greetings.on("bye", () => assert.fail("another event"));
  await receiver()(snsEvent(hello(SECRET, { n: 1 })), context);
  assert.deepEqual(heard, [
    [SECRET, { n: 1 }],
    [true, SECRET, { n: 1 }],
  ]);
  assert.deepEqual(published, []);
});

test("what Python gives by keywords is one object behind the other arguments", async () => {
  const heard: unknown[] = [];
  greetings.on("hello", (...args) => heard.push(args));
  await receiver()(snsEvent({ ...hello(1), kwargs: { name: "Ada" } }, hello(2)), context);
  assert.deepEqual(heard, [[1, { name: "Ada" }], [2]]);
});

test("a failing listener fails the invocation after all others have ended", async () => {
  const heard: string[] = [];
  const failures = [new Error("one"), new Error("two")];
  greetings.on("hello", () => {
    throw failures[0];
  });
  greetings.on("hello", async () => {
    await setTimeout(20);
    heard.push("slow");
    greetings.emit("bye");
  });
  await assert.rejects(receiver()(snsEvent(hello()), context), failures[0]);
  assert.deepEqual(heard, ["slow"]);
  assert.equal(published.length, 1, "and what they published is out");

  greetings.on("hello", () => Promise.reject(failures[1]));
  await assert.rejects(receiver()(snsEvent(hello()), context), {
    name: "AggregateError",
    message: "Error: one; Error: two",
    errors: failures,
  });
});

test("all records of an event are delivered", async () => {
  const heard: unknown[] = [];
  greetings.on("hello", (name) => heard.push(name));
  await assert.rejects(receiver()(snsEvent(hello(SECRET), "garbage", hello(`${SECRET}2`)), context), /m-1/);
  assert.deepEqual(heard, [SECRET, `${SECRET}2`]);
});

test("a `once` listener hears one message; the next is an error and not lost", async () => {
  let heard = 0;
  greetings.once("hello", async () => heard++);
  const handler = receiver();
  await handler(snsEvent(hello()), context);
  await assert.rejects(handler(snsEvent(hello()), context), /nothing listens to the event "hello"/);
  assert.equal(heard, 1);
});

const refused: [string, unknown][] = [
  ["no JSON", `${SECRET}{`],
  ["no object", JSON.stringify(SECRET)],
  ["null", "null"],
  ["no arguments", { emitter: PREFIX, event: "hello", [SECRET]: SECRET }],
  ["keywords that are no object", { ...hello(), kwargs: [SECRET] }],
  ["arguments that are no array", { emitter: PREFIX, event: "hello", args: SECRET }],
  ["an unknown emitter", { emitter: SECRET, event: "hello", args: [] }],
  ["an unknown event", { emitter: PREFIX, event: SECRET, args: [SECRET] }],
  ["an event that nothing listens to", hello(SECRET)],
];
for (const [name, message] of refused) {
  test(`an SNS message with ${name} is an error that does not quote it`, async () => {
    await assert.rejects(receiver()(snsEvent(message), context), (error: Error) => {
      assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}${error.cause}`, new RegExp(SECRET));
      return true;
    });
  });
}

const kinds: [string, unknown][] = [
  ["aws:s3", { Records: [{ eventSource: "aws:s3", s3: SECRET }] }],
  ["aws:sqs", { Records: [{ eventSource: "aws:sqs", body: SECRET }] }],
  ["aws.ec2", { source: "aws.ec2", "detail-type": SECRET }],
  ["unknown", { source: SECRET }],
  ["unknown", { Records: [] }],
  ["string", SECRET],
  ["null", null],
];
for (const [kind, event] of kinds) {
  test(`an event of the kind ${kind} is refused: ${JSON.stringify(event)}`, async () => {
    await assert.rejects(receiver()(event, context), {
      message: `this unit takes no events of the kind ${kind}`,
    });
  });
}

test("a unit behind no gateway refuses HTTP events", async () => {
  await assert.rejects(receiver()(httpEventV2("GET", "/"), context), /behind no gateway/);
});

const run = promisify(execFile);
const imports = `import { lambdaHandler } from ${JSON.stringify(new URL("../src/lambda.ts", import.meta.url).href)};`;
const crashes: [string, string, RegExp][] = [
  [
    "a module that fails to load",
    "lambdaHandler({ modules: [() => Promise.reject(new Error('half loaded'))] })",
    /half loaded/,
  ],
  [
    "an export that cannot answer",
    "lambdaHandler({ modules: [async () => ({ app: 1 })], http: { module: 0, export: 'app' } })",
    /the export "app" is neither/,
  ],
];
for (const [name, code, message] of crashes) {
  test(`${name} ends the process, so that Lambda starts another`, async () => {
    const script = `${imports} const handler = ${code}; await handler({}, {}).catch(() => {}); setTimeout(() => {}, 5000);`;
    const child = run(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    await assert.rejects(child, (error: { code: number; stderr: string }) => {
      assert.notEqual(error.code, 0);
      assert.match(error.stderr, message);
      return true;
    });
  });
}
