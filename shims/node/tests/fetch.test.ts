import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type FetchHandler, fetchListener } from "../src/fetch.ts";

/** Asks once, and leaves where the first piece of an answer arrives if told so; resolves to what was logged. */
async function logged(context: TestContext, handler: FetchHandler, leaves = false): Promise<string[]> {
  const log = context.mock.method(console, "error", () => {});
  const server = http.createServer(fetchListener(handler)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const asked = http.request({ port, method: "POST", agent: false }, (answer) => {
      answer.on("error", () => {}).on("close", resolve);
      answer.on("data", () => leaves && asked.destroy());
    });
    asked.on("error", () => resolve()).end("text");
  });
  await setTimeout(100);
  server.close();
  return log.mock.calls.map((call) => String(call.arguments[0]));
}

function streamed(after: (controller: ReadableStreamDefaultController) => void): Response {
  let pulled = 0;
  const body = new ReadableStream({
    async pull(controller) {
      pulled += 1;
      if (pulled === 1) controller.enqueue(Buffer.from("first"));
      else await setTimeout(20).then(() => after(controller));
    },
  });
  return new Response(body);
}

test("what fails in a handler is logged, and so is a body that fails on its way", async (context) => {
  const thrown = await logged(context, () => Promise.reject(new Error("no handler")));
  assert.match(thrown.join(), /no handler/);
  const broken = await logged(context, () => streamed((body) => body.error(new Error("no body"))));
  assert.match(broken.join(), /no body/);
});

test("a caller that leaves in the middle of an answer is not logged", async (context) => {
  assert.deepEqual(
    await logged(context, () => streamed((body) => body.enqueue(Buffer.from("more"))), true),
    [],
  );
});
