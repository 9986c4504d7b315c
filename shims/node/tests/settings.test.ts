import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "../src/settings.ts";

const PREFIX = "INFERRA_EXECUTION_UNIT_SENDER";

test("each setting has a default, and no queue is bound", () => {
  assert.deepEqual(readSettings(PREFIX, {}), { port: undefined, healthPort: 8081, graceS: 30, queues: [] });
});

test("a queue that several topics share is one queue", () => {
  const settings = readSettings(PREFIX, {
    [`${PREFIX}_PORT`]: "3000",
    [`${PREFIX}_HEALTH_PORT`]: "3001",
    [`${PREFIX}_GRACE_S`]: "5",
    [`${PREFIX}_FRONT_IDLE_S`]: "600",
    INFERRA_PUBSUB_A_QUEUE: "https://sqs/1",
    INFERRA_PUBSUB_A_VISIBILITY_S: "180",
    INFERRA_PUBSUB_A_TOPICS: "{}",
    INFERRA_PUBSUB_B_QUEUE: "https://sqs/1",
    INFERRA_PUBSUB_B_VISIBILITY_S: "180",
  });
  const queues = [{ url: "https://sqs/1", visibilityS: 180 }];
  assert.deepEqual(settings, { port: 3000, healthPort: 3001, graceS: 5, queues, frontIdleS: 600 });
});

for (const value of ["", "x", "-1", "1.5", "65536", " 1"]) {
  test(`a port ${JSON.stringify(value)} is refused by its variable's name`, () => {
    assert.throws(() => readSettings(PREFIX, { [`${PREFIX}_PORT`]: value }), {
      message: `${PREFIX}_PORT must be a number from 0 to 65535`,
    });
  });
}

test("a queue without a visibility timeout is refused", () => {
  assert.throws(() => readSettings(PREFIX, { INFERRA_PUBSUB_A_QUEUE: "https://sqs/1" }), {
    message: "INFERRA_PUBSUB_A_VISIBILITY_S must be a number from 1 to 43200",
  });
});
