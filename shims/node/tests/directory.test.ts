import assert from "node:assert/strict";
import fs from "node:fs";
import fsp from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { Directory } from "../src/directory.ts";
import { claim } from "../src/directory_claim.ts";
import { module } from "../src/files.ts";
import { ABSENT, Changed } from "../src/store.ts";
import { cases, failure } from "./file_cases.ts";

const ROOT = fs.mkdtempSync(path.join(os.tmpdir(), "mounted-"));
const PREFIX = "INFERRA_PERSIST_UPLOADS";
process.env[`${PREFIX}_DIRECTORY`] = ROOT;
process.chdir(new URL("../..", import.meta.url).pathname);
process.on("exit", () => fs.rmSync(ROOT, { recursive: true, force: true }));

const files = module(fsp as never, PREFIX) as unknown as typeof fsp;
const whole = module(fs as never, PREFIX) as unknown as typeof fs;

function bytes(key: string): Buffer | undefined {
  try {
    return fs.readFileSync(path.join(ROOT, key));
  } catch {
    return undefined;
  }
}

function keys(): string[] {
  const all = fs.readdirSync(ROOT, { recursive: true, withFileTypes: true });
  const names = all.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  return names
    .map((name) => path.relative(ROOT, name))
    .filter((name) => !name.startsWith(".inferra"))
    .sort();
}

/** What is left of the work on files. */
function left(): string[] {
  return fs.readdirSync(path.join(ROOT, ".inferra"));
}

function put(key: string, content: string | Buffer): void {
  const place = path.join(ROOT, key);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  // As other writers do: a new file of that name.
  fs.rmSync(place, { force: true });
  fs.writeFileSync(place, content);
}

function reset(): void {
  for (const name of fs.readdirSync(ROOT))
    if (name !== ".inferra") fs.rmSync(path.join(ROOT, name), { recursive: true });
}

cases(PREFIX, {
  reset,
  put,
  bytes,
  text: (key) => bytes(key)?.toString(),
  keys,
  modified: (key) => Math.floor(fs.statSync(path.join(ROOT, key)).mtimeMs),
});

test("writers of one file come one after the other, and none is lost", async () => {
  const writers = [...Array(20).keys()];
  await Promise.all(writers.map((writer) => files.appendFile("log", `${writer}\n`)));
  const lines = bytes("log")?.toString().trim().split("\n");
  assert.deepEqual(
    lines?.map(Number).sort((a, b) => a - b),
    writers,
  );
  assert.deepEqual(left(), []);
});

test("one of several makes a file that must be new", async () => {
  const tries = [...Array(10).keys()].map((one) => files.writeFile("lock", `${one}`, { flag: "wx" }));
  const results = await Promise.allSettled(tries);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  assert.deepEqual(left(), []);
});

test("a writer who believes another file to be there replaces nothing", async () => {
  const store = new Directory(ROOT);
  const first = await store.write("a", Buffer.from("1"), ABSENT);
  const second = await store.write("a", Buffer.from("2"), first);
  await assert.rejects(store.write("a", Buffer.from("3"), first), Changed);
  assert.equal(bytes("a")?.toString(), "2");
  await store.write("a", Buffer.from("4"), second);
  await assert.rejects(store.read("a", 0, 1, second.tag), Changed);
});

test("a reader sees one content, whatever becomes of the file", async () => {
  const old = Buffer.alloc(3 * 1024 * 1024, "o");
  await files.writeFile("big", old);
  const seen: Buffer[] = [];
  const reading = files.readFile("big");
  await files.writeFile("big", Buffer.alloc(3 * 1024 * 1024, "n"));
  seen.push(await reading, await files.readFile("big"));
  for (const one of seen) assert.equal(new Set(one).size, 1);
});

test("folders come and go with what is in them, while others write there", async () => {
  const churn = async (name: string) => {
    for (let turn = 0; turn < 20; turn += 1) {
      await files.writeFile(`d/e/${name}`, "x");
      await files.unlink(`d/e/${name}`);
    }
  };
  await Promise.all(["a", "b", "c"].map(churn));
  assert.equal(fs.existsSync(path.join(ROOT, "d")), false);
  fs.mkdirSync(path.join(ROOT, "left/over"), { recursive: true });
  assert.deepEqual(await files.readdir("."), []);
  await assert.rejects(files.stat("left"), failure("ENOENT", "stat"));
  await files.writeFile("left/over/x", "1");
  await files.rm("left", { recursive: true });
  fs.mkdirSync(path.join(ROOT, "name"));
  await files.writeFile("name", "a file after all");
});

test("no symbolic link leads out of the store", async () => {
  const outside = fs.mkdtempSync(path.join(os.tmpdir(), "outside-"));
  fs.writeFileSync(path.join(outside, "secret"), "s");
  fs.symlinkSync(outside, path.join(ROOT, "way"));
  fs.symlinkSync(path.join(outside, "secret"), path.join(ROOT, "link"));
  await assert.rejects(files.readFile("way/secret"), failure("EACCES", "open"));
  await assert.rejects(files.readFile("link"), failure("EACCES", "open"));
  await assert.rejects(files.writeFile("way/new", "x"), failure("EACCES", "open"));
  await assert.rejects(files.writeFile("way/deep/new", "x"), failure("EACCES", "open"));
  await assert.rejects(files.unlink("way/secret"), { code: "EACCES" });
  assert.deepEqual(await files.readdir("."), []);
  await files.writeFile("link", "its own");
  assert.deepEqual(fs.readdirSync(outside), ["secret"]);
  assert.equal(fs.readFileSync(path.join(outside, "secret"), "utf8"), "s");
  await assert.rejects(files.readFile("../../etc/passwd"), failure("EACCES", "open"));
  fs.rmSync(outside, { recursive: true });
});

test("what is being written is nobody's file", async () => {
  await files.writeFile("a", "1");
  assert.deepEqual(await files.readdir(".", { recursive: true }), ["a"]);
  await assert.rejects(files.readFile(".inferra/x"), failure("EACCES", "open"));
  await assert.rejects(files.writeFile(".inferra/x", ""), failure("EACCES", "open"));
});

test("a stream that fails leaves the file as it was, and nothing beside it", async () => {
  put("big", "old");
  const source = (async function* () {
    yield Buffer.alloc(1024, "x");
    throw new Error("broken");
  })();
  const stream = whole.createWriteStream("big");
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  await assert.rejects(pipeline(source, stream), /broken/);
  await closed;
  assert.equal(bytes("big")?.toString(), "old");
  assert.deepEqual(left(), []);
});

test("a copy that must be new replaces nothing", async () => {
  put("a", "1");
  put("b", "other");
  await assert.rejects(files.copyFile("a", "b", fs.constants.COPYFILE_EXCL), failure("EEXIST", "copyfile"));
  await files.copyFile("a", "c", fs.constants.COPYFILE_EXCL);
  assert.deepEqual([bytes("b")?.toString(), bytes("c")?.toString()], ["other", "1"]);
});

test("a file system that is not mounted is no empty one", async () => {
  process.env.INFERRA_PERSIST_GONE_DIRECTORY = path.join(ROOT, "not-there");
  const gone = module(fsp as never, "INFERRA_PERSIST_GONE") as unknown as typeof fsp;
  await assert.rejects(gone.readFile("a"), failure("EIO", "open"));
  await assert.rejects(gone.readdir("."), failure("EIO", "scandir"));
  await assert.rejects(gone.writeFile("a", "x"), /no file system is mounted/);
});

test("a claim of somebody who is gone is taken, and what was claimed is not replaced then", async (t) => {
  const draft = path.join(ROOT, ".inferra", "gone.new");
  fs.writeFileSync(draft, "of who is gone");
  const held = await claim(ROOT, "a", draft);
  // A second passes with every look at the clock.
  let now = performance.now();
  t.mock.method(performance, "now", () => {
    now += 1000;
    return now;
  });
  await files.writeFile("a", "mine");
  assert.equal(bytes("a")?.toString(), "mine");
  await assert.rejects(held.become(path.join(ROOT, "a")), { code: "ENOENT" });
  await held.release();
  fs.unlinkSync(draft);
  assert.deepEqual(left(), []);
});
