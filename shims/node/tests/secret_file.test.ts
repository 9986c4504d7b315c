import assert from "node:assert/strict";
import fs from "node:fs";
import fsp from "node:fs/promises";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { module } from "../src/files.ts";
import { serve } from "./fake_aws.ts";

const VALUES: Record<string, unknown> = {
  "arn:text": { SecretString: "s3cret\n" },
  "arn:bytes": { SecretBinary: Buffer.from([1, 2]).toString("base64") },
};
let asked = 0;
await serve("AWS_ENDPOINT_URL_SECRETS_MANAGER", ({ body }) => {
  asked += 1;
  const { SecretId } = JSON.parse(body.toString()) as { SecretId: string };
  const found = VALUES[SecretId];
  const type = SecretId === "arn:denied" ? "AccessDeniedException" : "ResourceNotFoundException";
  return found === undefined
    ? { status: 400, body: JSON.stringify({ __type: type }) }
    : { body: JSON.stringify(found) };
});

function bind(name: string): typeof fsp {
  const prefix = `INFERRA_PERSIST_${name.toUpperCase()}`;
  process.env[`${prefix}_SECRET`] = `arn:${name}`;
  return module(fsp as never, prefix) as unknown as typeof fsp;
}

await serve("AWS_ENDPOINT_URL_SSM", ({ body }) => {
  const { Name, WithDecryption } = JSON.parse(body.toString()) as { Name: string; WithDecryption: boolean };
  return Name === "/persist/shop/key" && WithDecryption
    ? { body: JSON.stringify({ Parameter: { Value: "s3cret\n" } }) }
    : { status: 400, body: JSON.stringify({ __type: "ParameterNotFound" }) };
});

process.chdir(new URL("../..", import.meta.url).pathname);

test("a secret is one file, whatever its path, and is asked for once", async () => {
  const files = bind("text");
  assert.deepEqual(
    await Promise.all([files.readFile("key.pem", "utf8"), files.readFile("config/key.pem", "utf8")]),
    ["s3cret\n", "s3cret\n"],
  );
  assert.equal((await files.stat("key.pem")).size, 7);
  await files.access("key.pem");
  const handle = await files.open("key.pem");
  assert.equal(await handle.readFile("utf8"), "s3cret\n");
  await handle.close();
  assert.equal(asked, 1);
  const bytes = await files.readFile("key.pem");
  bytes.fill(0);
  assert.equal(await files.readFile("key.pem", "utf8"), "s3cret\n");
  process.env.INFERRA_PERSIST_WHOLE_SECRET = "arn:text";
  const whole = module(fs as never, "INFERRA_PERSIST_WHOLE") as unknown as typeof fs;
  assert.equal(await text(whole.createReadStream("key.pem")), "s3cret\n");
});

test("a secret of bytes is bytes", async () => {
  assert.deepEqual(await bind("bytes").readFile("key"), Buffer.from([1, 2]));
});

test("a secret is only read", async () => {
  const files = bind("text");
  for (const act of [
    () => files.writeFile("key.pem", "x"),
    () => files.appendFile("key.pem", "x"),
    () => files.unlink("key.pem"),
    () => files.copyFile("key.pem", "other"),
  ])
    await assert.rejects(act(), { code: "EROFS" });
  await assert.rejects(files.readdir("."), { code: "ENOTDIR" });
});

test("a secret without a value says how it gets one; one that may not be read says that", async () => {
  await assert.rejects(bind("none").readFile("key"), { code: "ENOENT", message: /put-secret-value/ });
  await assert.rejects(bind("denied").readFile("key"), { code: "EACCES", message: /may not read/ });
});

test("an encrypted parameter is the same", async () => {
  process.env.INFERRA_PERSIST_KEY_PARAMETER = "/persist/shop/key";
  const files = module(fsp as never, "INFERRA_PERSIST_KEY") as unknown as typeof fsp;
  assert.equal(await files.readFile("key.pem", "utf8"), "s3cret\n");
  process.env.INFERRA_PERSIST_UNSET_PARAMETER = "/persist/shop/none";
  const none = module(fsp as never, "INFERRA_PERSIST_UNSET") as unknown as typeof fsp;
  await assert.rejects(none.readFile("key.pem"), {
    code: "ENOENT",
    message: /put one in: aws ssm put-parameter --name \/persist\/shop\/none --type SecureString/,
  });
});
