import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { test } from "node:test";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { described } from "../src/failure.ts";
import { within } from "../src/patience.ts";

test("a request that nobody answers fails in time", async () => {
  const held: net.Socket[] = [];
  const silent = net.createServer((socket) => held.push(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const client = new SNSClient({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    requestHandler: within(300),
  });
  const started = Date.now();
  await assert.rejects(
    client.send(new PublishCommand({ TopicArn: "arn:aws:sns:eu-west-1:1:a", Message: "a" })),
  );
  assert.ok(Date.now() - started < 5000);
  for (const socket of held) socket.destroy();
  silent.close();
});

test("of an error a log holds the stacks, and nothing else that it carries", () => {
  const cause = Object.assign(new Error("the row is there"), { detail: "Key (email)=(ada@example.org)" });
  const error = Object.assign(new Error("not saved", { cause }), {
    config: { headers: { Authorization: "secret" } },
  });
  const text = described(error);
  assert.match(text, /not saved/);
  assert.match(text, /caused by Error: the row is there/);
  assert.doesNotMatch(text, /secret|ada@/);
  assert.equal(described("a text"), "a text");
});
