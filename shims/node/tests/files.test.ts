import assert from "node:assert/strict";
import fs from "node:fs";
import fsp from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { module } from "../src/files.ts";
import { FakeS3 } from "./fake_s3.ts";
import { cases, failure } from "./file_cases.ts";

const s3 = await FakeS3.start();
const PREFIX = "INFERRA_PERSIST_NOTES";
process.env[`${PREFIX}_BUCKET`] = "notes";
// Keys are paths below the folder of the unit, which is two above the module.
process.chdir(new URL("../..", import.meta.url).pathname);

const files = module(fsp as never, PREFIX) as unknown as typeof fsp;
const whole = module(fs as never, PREFIX) as unknown as typeof fs;

/** What was called since the last time, without what is granted with reading. */
function actions(): string[] {
  return [...new Set(s3.actions.splice(0))].map((action) => action.replace("s3:", "")).sort();
}

cases(PREFIX, {
  reset: () => s3.reset(),
  put: (key, content) => s3.put(key, content),
  bytes: (key) => s3.objects.get(key)?.bytes,
  text: (key) => s3.text(key),
  keys: () => [...s3.objects.keys()].sort(),
  modified: (key) => s3.objects.get(key)?.modified.getTime(),
});

test("each call needs the rights that it is granted with, and no more", async () => {
  s3.put("a b", "1");
  await files.readFile("a b");
  assert.deepEqual(actions(), ["GetObject"]);
  await files.writeFile("c", "x");
  assert.deepEqual(actions(), ["PutObject"]);
  await files.appendFile("c", "x");
  assert.deepEqual(actions(), ["GetObject", "PutObject"]);
  await files.readdir(".");
  assert.deepEqual(actions(), ["ListBucket"]);
  await files.copyFile("a b", "c");
  assert.deepEqual(actions(), ["GetObject", "PutObject"]);
  await files.rename("c", "e");
  assert.ok(actions().includes("DeleteObject"));
  await files.unlink("e");
  assert.deepEqual(actions(), ["DeleteObject", "GetObject"]);
});

test("without a variable the modules are left alone", () => {
  assert.equal(module(fsp as never, "INFERRA_PERSIST_OTHER"), fsp);
  assert.equal(module(fs as never, "INFERRA_PERSIST_OTHER"), fs);
});

test("appends of several writers are all kept", async () => {
  await files.appendFile("log", "1");
  assert.deepEqual(actions(), ["GetObject", "PutObject"]);
  let others = 2;
  s3.beforeWrite = () => {
    if (others > 0) s3.put("log", `${s3.text("log")}o`);
    others -= 1;
  };
  await files.writeFile("log", "2", { flag: "a" });
  assert.equal(s3.text("log"), "1oo2");
});

test("a write whose answer is lost is done once", async () => {
  s3.lost = 1;
  await files.appendFile("log", "1");
  s3.lost = 2;
  await files.appendFile("log", "2");
  assert.equal(s3.text("log"), "12");
  s3.lost = 1;
  await files.writeFile("new", "x", { flag: "wx" });
  s3.lost = 1;
  const handle = await files.open("newer", "wx");
  await handle.write("y");
  await handle.close();
  assert.deepEqual([s3.text("new"), s3.text("newer")], ["x", "y"]);
  await assert.rejects(files.writeFile("new", "x", { flag: "wx" }), failure("EEXIST", "open"));
  s3.lost = 1;
  const update = await files.open("new", "r+");
  await update.write("z");
  await update.close();
  assert.equal(s3.text("new"), "z");
  const pieces = [1, 2].map((piece) => Buffer.alloc(6 * 1024 * 1024, piece));
  s3.lost = 1;
  await pipeline(pieces, whole.createWriteStream("big"));
  assert.ok(s3.objects.get("big")?.bytes.equals(Buffer.concat(pieces)));
});

test("an append whose answer is lost is not repeated behind another writer's", async () => {
  await files.appendFile("log", "1");
  const other = module(fsp as never, PREFIX) as unknown as typeof fsp;
  s3.lost = 1;
  let others = 1;
  s3.afterLoss = async () => {
    if (others-- > 0) await other.appendFile("log", "o");
  };
  await files.appendFile("log", "2");
  assert.equal(s3.text("log"), "12o");
});

test("a copy that must be new replaces nothing that somebody makes at the same time", async () => {
  s3.put("a", "1");
  s3.beforeWrite = () => s3.put("b", "other");
  await assert.rejects(files.copyFile("a", "b", fs.constants.COPYFILE_EXCL), failure("EEXIST", "copyfile"));
  assert.equal(s3.text("b"), "other");
  s3.beforeWrite = undefined;
  const big = Buffer.alloc(17 * 1024 * 1024, "x");
  s3.put("big", big);
  await files.copyFile("big", "copy", fs.constants.COPYFILE_EXCL);
  assert.ok(s3.objects.get("copy")?.bytes.equals(big));
  s3.put("empty", "");
  await files.copyFile("empty", "none", fs.constants.COPYFILE_EXCL);
  assert.equal(s3.text("none"), "");
});

test("a new file is made although S3 first refuses it for a write that came to nothing", async () => {
  s3.failures.push(409);
  await files.writeFile("a", "x", { flag: "wx" });
  assert.equal(s3.text("a"), "x");
});

test("a stream that fails leaves the file as it was, and no parts", async () => {
  s3.put("big", "old");
  const source = (async function* () {
    for (let piece = 0; piece < 3; piece += 1) yield Buffer.alloc(6 * 1024 * 1024, piece);
    throw new Error("broken");
  })();
  const stream = whole.createWriteStream("big");
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  await assert.rejects(pipeline(source, stream), /broken/);
  await closed;
  assert.equal(s3.text("big"), "old");
  assert.equal(s3.uploads, 0);
  assert.ok(actions().includes("AbortMultipartUpload"));
});

test("what S3 refuses surfaces as an error of files", async () => {
  s3.failures.push(403);
  await assert.rejects(files.readFile("a"), failure("EACCES", "open"));
  s3.failures.push(400);
  await assert.rejects(files.writeFile("a", "hunter2"), (error: Error) => {
    assert.ok(!JSON.stringify(error).includes("hunter2") && !error.stack?.includes("hunter2"));
    return failure("EIO", "open")(error);
  });
});
