/** Units that nobody calls: a bot, a consumer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Process } from "./process.ts";

const loop = `setInterval(() => {}, 1000); console.log("at work");`;

test("a program is ready as soon as it starts, also where its first line never ends", async () => {
  await using unit = await Process.start(`${loop} await new Promise(() => {});`);
  await unit.untilReady();
  assert.equal(await unit.probe("/live"), 200);
  unit.signal();
  assert.equal(await unit.end(), 0);
});

test("a program that ends is over, and one that fails ends with its error", async () => {
  await using over = await Process.start(`console.log("done");`);
  assert.equal(await over.end(), 0);
  for (const failing of [
    `throw new Error("failed")`,
    `setTimeout(() => { throw new Error("failed") }, 50)`,
    `setTimeout(() => Promise.reject(new Error("failed")), 50)`,
  ]) {
    await using unit = await Process.start(failing);
    assert.equal(await unit.end(), 1, failing);
    assert.match(unit.output, /Error: failed/);
  }
});

test("a program that knows how to stop does so by itself", async () => {
  const program = `
    const timer = setInterval(() => {}, 1000);
    process.on("SIGTERM", () => setTimeout(() => { console.log("put down"); clearInterval(timer); }, 300));`;
  await using unit = await Process.start(program);
  await unit.untilReady();
  unit.signal();
  assert.equal(await unit.end(), 0);
  assert.match(unit.output, /put down/);
});

test("a program that stops too slowly is ended", async () => {
  const program = `setInterval(() => {}, 1000); process.on("SIGTERM", () => console.log("soon"));`;
  await using unit = await Process.start(program, {}, { INFERRA_EXECUTION_UNIT_MAIN_GRACE_S: "1" });
  await unit.untilReady();
  unit.signal();
  assert.equal(await unit.end(), 1);
  assert.match(unit.output, /soon\n.*not finished within 1 seconds/);
});
