import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import * as emitter from "../src/emitter.ts";
import { reportPublishes } from "../src/publish.ts";
import { startWorker, type Worker } from "../src/worker.ts";
import { ARN, DENIED, startFakeSns } from "./fake_sns.ts";
import { FakeSqs } from "./fake_sqs.ts";

const published = await startFakeSns();
const sqs = await FakeSqs.start();

const PREFIX = "INFERRA_PUBSUB_GREETINGS";
process.env[`${PREFIX}_TOPICS`] = JSON.stringify({ hello: `${ARN}hello`, bye: `${ARN}bye`, denied: DENIED });
const greetings = new EventEmitter();
emitter.bind(greetings, PREFIX);

const strays: string[] = [];
reportPublishes((failure) => strays.push(String(failure)));

const errors = mock.method(console, "error", () => {});
const logged = () => errors.mock.calls.map((call) => call.arguments.map(String).join(" ")).join("\n");

/** In the place of everything that a user may send. */
const SECRET = "secret";
const hello = (...args: unknown[]) => ({ emitter: PREFIX, event: "hello", args });

/** Long enough for each handler here. */
const GRACE_S = 12;
/** What a receive waits for a message, as the grace wants it. */
const WAIT_S = 2;

let worker: Worker | undefined;
const start = async (visibilityS = 30) => {
  worker = await startWorker({ url: sqs.url, visibilityS }, GRACE_S);
};

beforeEach(() => {
  sqs.reset();
  published.length = 0;
  strays.length = 0;
  errors.mock.resetCalls();
  greetings.removeAllListeners();
});
afterEach(async () => {
  const stopped = worker?.stop();
  // Answers the receive that waits.
  sqs.reset();
  await stopped;
  worker = undefined;
  assert.doesNotMatch(logged(), new RegExp(SECRET));
});

async function until(condition: () => boolean, patienceMs = 10_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `in vain: ${condition}\n${logged()}`);
    await setTimeout(5);
  }
}

test("a message reaches each listener and is deleted after that", async () => {
  const heard: unknown[] = [];
  greetings.on("hello", async function (this: unknown, ...args) {
    await setTimeout(50);
    assert.equal(sqs.size, 1);
    heard.push([this === greetings, ...args]);
  });
  greetings.on("hello", (...args) => heard.push(args));
  sqs.put(hello(SECRET, { n: 1 }));
  await start(45);
  await until(() => sqs.size === 0);
  assert.deepEqual(heard, [
    [SECRET, { n: 1 }],
    [true, SECRET, { n: 1 }],
  ]);
  const [receive] = sqs.of("ReceiveMessage");
  assert.deepEqual(receive, {
    QueueUrl: sqs.url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: WAIT_S,
    VisibilityTimeout: 45,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  assert.doesNotMatch(logged(), /message/);
});

test("a message that fails comes again, each time later", async () => {
  let times = 0;
  greetings.on("hello", async () => {
    times += 1;
    if (times < 3) throw new Error(`failure ${times}`);
  });
  sqs.put(hello());
  await start(3);
  await until(() => sqs.size === 0);
  assert.equal(times, 3);
  const pauses = sqs.of("ChangeMessageVisibility").map(({ VisibilityTimeout }) => VisibilityTimeout);
  assert.deepEqual(pauses, [1, 3], "the square of the number of receives, and no more than the timeout");
  assert.match(logged(), /SQS message .* is visible again in 1 s: Error: failure 1/);
});

test("a message stays hidden for as long as its handler runs", async () => {
  let times = 0;
  greetings.on("hello", async () => {
    times += 1;
    await setTimeout(2500);
  });
  sqs.put(hello());
  await start(1);
  await until(() => sqs.size === 0);
  assert.equal(times, 1);
  assert.ok(sqs.of("ChangeMessageVisibility").length >= 4);
});

test("what a handler publishes is out before its message is deleted", async () => {
  greetings.on("hello", async () => {
    await setTimeout(1);
    greetings.emit("bye", 1);
  });
  sqs.put(hello());
  await start();
  await until(() => published.length === 1);
  assert.equal(sqs.size, 1);
  await until(() => sqs.size === 0);
});

test("a publish that fails fails the message of its handler, and no other", async () => {
  greetings.on("hello", async (event: string) => {
    await setTimeout(1);
    greetings.emit(event);
  });
  sqs.put(hello("denied"), hello("bye"));
  await start();
  await until(() => sqs.of("DeleteMessage").length === 1 && sqs.of("ChangeMessageVisibility").length === 1);
  assert.equal(sqs.size, 1);
  assert.match(logged(), /SNS did not take the event "denied"/);
  assert.deepEqual(strays, []);
});

test("a publish after the end of its handler is reported on its own", async () => {
  greetings.on("hello", () => {
    void setTimeout(150).then(() => greetings.emit("denied"));
  });
  sqs.put(hello());
  await start();
  await until(() => strays.length === 1);
  assert.equal(sqs.size, 0);
  assert.match(String(strays), /SNS did not take the event "denied"/);
});

test("ten messages are in hand at most, and a slow one holds up no other", async () => {
  let running = 0;
  let most = 0;
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  greetings.on("hello", async (n: number) => {
    running += 1;
    most = Math.max(most, running);
    await (n === 0 ? slow : setTimeout(5));
    running -= 1;
  });
  sqs.put(...Array.from({ length: 40 }, (_, n) => hello(n)));
  await start();
  await until(() => sqs.size === 1);
  release();
  await until(() => sqs.size === 0);
  assert.equal(most, 10);
});

for (const failure of ["RequestThrottled", "hang up"]) {
  test(`after a receive that failed (${failure}) the next follows`, async () => {
    greetings.on("hello", () => {});
    sqs.failures.push(failure, failure);
    sqs.put(hello());
    await start();
    await until(() => sqs.size === 0);
    assert.match(logged(), /messages cannot be received at present/);
    assert.equal(errors.mock.callCount(), 2);
  });
}

test("a receive waits for a part of the grace, and for five seconds at most", async () => {
  for (const [graceS, waitS] of [
    [900, 5],
    [30, 5],
    [12, 2],
    [3, 1],
    [0, 1],
  ] as const) {
    sqs.reset();
    worker = await startWorker({ url: sqs.url, visibilityS: 30 }, graceS);
    await until(() => sqs.of("ReceiveMessage").length === 1);
    const stopped = worker.stop();
    assert.equal(sqs.of("ReceiveMessage")[0]?.WaitTimeSeconds, waitS);
    sqs.reset();
    await stopped;
  }
});

test("a stop while receives fail begins no other one", async () => {
  sqs.failures.push(...Array<string>(20).fill("RequestThrottled"));
  await start();
  await until(() => errors.mock.callCount() === 3);
  const began = Date.now();
  await worker?.stop();
  assert.ok(Date.now() - began < 500);
  const receives = sqs.of("ReceiveMessage").length;
  await setTimeout(100);
  assert.equal(sqs.of("ReceiveMessage").length, receives);
});

test("a stop lets the receive in hand end, and what it brings is handled", async () => {
  const heard: unknown[] = [];
  greetings.on("hello", (name) => heard.push(name));
  await start();
  await until(() => sqs.of("ReceiveMessage").length === 1);
  const stopped = worker?.stop();
  await setTimeout(50);
  sqs.latencyMs = 200;
  sqs.put(hello("Ada"));
  await stopped;
  sqs.put(hello("Grace"));
  await setTimeout(100);
  assert.deepEqual(heard, ["Ada"]);
  assert.equal(sqs.size, 1);
  assert.deepEqual(sqs.of("ChangeMessageVisibility"), []);
  assert.equal(sqs.of("ReceiveMessage").length, 1);
});

test("a stop gives up a receive that is not answered by half of the grace", async () => {
  worker = await startWorker({ url: sqs.url, visibilityS: 30 }, 1);
  sqs.latencyMs = 5000;
  await until(() => sqs.of("ReceiveMessage").length === 1);
  const began = Date.now();
  await worker.stop();
  const took = Date.now() - began;
  assert.ok(took >= 450 && took < 1000, `${took} ms`);
  assert.equal(errors.mock.callCount(), 0);
});

test("a stop waits for the handlers that run, and their messages are deleted", async () => {
  const heard: string[] = [];
  greetings.on("hello", async () => {
    heard.push("begun");
    await setTimeout(300);
    greetings.emit("bye");
    heard.push("done");
  });
  sqs.put(hello());
  await start();
  await until(() => heard.length === 1);
  await worker?.stop();
  assert.deepEqual([heard, sqs.size, published.length], [["begun", "done"], 0, 1]);
});

test("a message that nobody can handle is an error that does not quote it", async () => {
  sqs.put(`${SECRET}{`, { emitter: SECRET, event: "hello", args: [] }, hello(SECRET));
  await start(600);
  await until(() => sqs.of("ChangeMessageVisibility").length === 3);
  assert.equal(sqs.size, 3);
  assert.match(logged(), /was not published by an inferra unit/);
  assert.match(logged(), /for an emitter that this unit does not have/);
  assert.match(logged(), /nothing listens to the event "hello"/);
});
