import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { beforeEach, test } from "node:test";
import type { Context } from "aws-lambda";
import { deliver } from "../src/deliver.ts";
import * as emitter from "../src/emitter.ts";
import { lambdaHandler } from "../src/lambda.ts";
import { settlePublishes } from "../src/publish.ts";
import { BUS, busEvent, SOURCE, startFakeEventBridge } from "./fake_eventbridge.ts";

const { taken, refusals } = await startFakeEventBridge();

const PREFIX = "INFERRA_PUBSUB_ORDERS";
/** In the place of everything that a user may send. */
const SECRET = "secret";

Object.assign(process.env, {
  [`${PREFIX}_BUS`]: BUS,
  [`${PREFIX}_SOURCE`]: SOURCE,
  [`${PREFIX}_EVENTS`]: JSON.stringify({ placed: "placed", $paid: "event-paid" }),
});
const orders = new EventEmitter();
emitter.bind(orders, PREFIX);

const placed = (...args: unknown[]) => ({ emitter: PREFIX, event: "placed", args });

beforeEach(() => {
  taken.length = 0;
  refusals.length = 0;
  orders.removeAllListeners();
});

test("an event is put on the bus with its source and type", async () => {
  orders.on("placed", () => assert.fail("called here"));
  assert.equal(orders.emit("placed", 7), true);
  assert.equal(orders.emit("$paid"), true);
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(
    taken.toSorted((one, other) => other.type.localeCompare(one.type)),
    [
      { bus: BUS, source: SOURCE, type: "placed", detail: placed(7) },
      { bus: BUS, source: SOURCE, type: "event-paid", detail: { emitter: PREFIX, event: "$paid", args: [] } },
    ],
  );
});

test("an event that is not on the bus stays local", async () => {
  let heard = 0;
  orders.on("other", () => heard++);
  assert.equal(orders.emit("other"), true);
  assert.equal(heard, 1);
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(taken, []);
});

test("an entry that is refused in a request that succeeds is an error with its code, and without its content", async () => {
  refusals.push({ code: "NotAuthorizedForDetailTypeException", message: "not this one" });
  orders.emit("placed", SECRET);
  const [failure, ...more] = await settlePublishes();
  assert.equal(more.length, 0);
  assert.match(
    String(failure),
    /EventBridge did not take the event "placed" of INFERRA_PUBSUB_ORDERS \(\d+ bytes\): Not.*not this one/,
  );
  const cause = failure?.cause as { name?: string; $fault?: string };
  assert.deepEqual([cause.name, cause.$fault], ["NotAuthorizedForDetailTypeException", "client"]);
  assert.doesNotMatch(String(failure?.stack), new RegExp(SECRET));
  assert.deepEqual(taken, []);
});

test("an entry that may be taken a moment later is tried again, and given up in the end", async () => {
  refusals.push({ code: "ThrottlingException" }, { code: "InternalFailure" });
  orders.emit("placed", 1);
  assert.deepEqual(await settlePublishes(), []);
  assert.equal(taken.length, 1);
  refusals.push(...Array.from({ length: 3 }, () => ({ code: "ThrottlingException" })));
  orders.emit("placed", 2);
  const [failure] = await settlePublishes();
  assert.equal((failure?.cause as Error | undefined)?.name, "ThrottlingException");
  assert.deepEqual([taken.length, refusals.length], [1, 0]);
});

test("an event that is too large is the client's error", async () => {
  const message = "Total size of the entries in the request is over the limit.";
  refusals.push({ code: "ValidationException", message, status: 400 });
  orders.emit("placed", SECRET);
  const [failure] = await settlePublishes();
  assert.equal((failure?.cause as Error | undefined)?.name, "ValidationException");
  assert.match(String(failure), /EventBridge did not take .*over the limit/);
});

test("a listener is called with an event as a function is given it, and as a queue holds it", async () => {
  const seen: unknown[] = [];
  orders.on("placed", (...args) => seen.push(args));
  await lambdaHandler({ modules: [] })(busEvent(placed(1)), {} as Context);
  const body = JSON.stringify(busEvent({ ...placed(2), kwargs: { note: "n" } }));
  assert.deepEqual(await deliver([{ label: "SQS message m-1", body }]), []);
  assert.deepEqual(seen, [[1], [2, { note: "n" }]]);
});

test("a listener that fails makes the invocation fail", async () => {
  const failure = new Error("in the listener");
  orders.on("placed", () => {
    throw failure;
  });
  await assert.rejects(lambdaHandler({ modules: [] })(busEvent(placed()), {} as Context), failure);
});

for (const detail of [null, "x", { emitter: SECRET }, { emitter: SECRET, event: SECRET, args: [] }]) {
  test(`an event that is not ours is refused by its id: ${JSON.stringify(detail)}`, async () => {
    await assert.rejects(lambdaHandler({ modules: [] })(busEvent(detail), {} as Context), (error: Error) => {
      assert.match(error.message, /^EventBridge event e-1 (was not published by|is for an emitter)/);
      assert.doesNotMatch(String(error.stack), new RegExp(SECRET));
      return true;
    });
  });
}

test("AWS's own events are none of an emitter's", async () => {
  await assert.rejects(lambdaHandler({ modules: [] })(busEvent({}, "aws.s3"), {} as Context), {
    message: "this unit takes no events of the kind aws.s3",
  });
});

test("half a binding is refused by name", () => {
  const other = "INFERRA_PUBSUB_HALF";
  process.env[`${other}_BUS`] = BUS;
  assert.throws(
    () => emitter.bind(new EventEmitter(), other),
    /^Error: INFERRA_PUBSUB_HALF_SOURCE is absent/,
  );
  process.env[`${other}_SOURCE`] = SOURCE;
  assert.throws(
    () => emitter.bind(new EventEmitter(), other),
    /^Error: INFERRA_PUBSUB_HALF_EVENTS is not a JSON/,
  );
});
