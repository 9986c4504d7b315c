import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { EventEmitter } from "eventemitter3";
import { deliver } from "../src/deliver.ts";
import { bind } from "../src/emitter.ts";
import { settlePublishes } from "../src/publish.ts";
import { ARN, startFakeSns } from "./fake_sns.ts";

const published = await startFakeSns();
const PREFIX = "INFERRA_PUBSUB_ORDERS";
process.env[`${PREFIX}_TOPICS`] = JSON.stringify({ placed: `${ARN}placed`, error: `${ARN}error` });

class Orders extends EventEmitter {
  readonly seen: unknown[] = [];
  constructor() {
    super();
    this.on("placed", this.count, this);
  }
  count(order: unknown): void {
    this.seen.push(order);
  }
}

const orders = bind(new Orders(), PREFIX);
const arrivals = (event: string, ...args: unknown[]) => [
  { label: "one", body: JSON.stringify({ emitter: PREFIX, event, args }) },
];

beforeEach(() => {
  published.length = 0;
});

test("events with a topic are published, `error` among them; others stay in the process", async () => {
  const heard: unknown[] = [];
  orders.on("local", (what) => heard.push(what));
  assert.equal(orders.emit("placed", 1), true);
  assert.equal(orders.emit("error", "e"), true);
  assert.equal(orders.emit("local", 2), true);
  assert.equal(orders.emit("nobody"), false);
  assert.deepEqual(await settlePublishes(), []);
  assert.deepEqual(published.map(({ topic }) => topic).sort(), [`${ARN}error`, `${ARN}placed`]);
  assert.deepEqual([heard, orders.seen], [[2], []]);
});

test("a delivered event calls each listener on the object that it was subscribed with, and awaits it", async () => {
  const heard: unknown[] = [];
  orders.on("placed", async function (this: unknown, order) {
    await setTimeout(20);
    heard.push([this === orders, order]);
  });
  const other = {};
  orders.addListener(
    "placed",
    function (this: unknown, order) {
      heard.push([this === other, order]);
    },
    other,
  );
  assert.deepEqual(await deliver(arrivals("placed", 7)), []);
  assert.deepEqual(orders.seen, [7]);
  assert.deepEqual(heard, [
    [true, 7],
    [true, 7],
  ]);
});

test("a listener that throws or rejects is a failure of the delivery; the others run", async () => {
  orders.removeAllListeners("placed");
  const failures = [new Error("thrown"), new Error("rejected")];
  orders.on("placed", () => {
    throw failures[0];
  });
  orders.on("placed", () => Promise.reject(failures[1]));
  orders.on("placed", orders.count, orders);
  assert.deepEqual(await deliver(arrivals("placed", 8)), failures);
  assert.equal(orders.seen.at(-1), 8);
  assert.equal((await deliver(arrivals("error"))).length, 1, "nobody listens");
});
