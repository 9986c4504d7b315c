import assert from "node:assert/strict";
import fs from "node:fs";
import fsp from "node:fs/promises";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { module } from "../src/files.ts";
import { FakeS3 } from "./fake_s3.ts";

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

/** An error as Node's own functions give it. */
function failure(code: string, syscall: string, path?: string) {
  return (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, code);
    assert.equal(error.syscall, syscall);
    assert.ok(error instanceof Error && (error.errno ?? 0) < 0);
    if (path !== undefined) assert.equal(error.path, path);
    assert.match(error.message, new RegExp(`^${code}: .*, ${syscall}`));
    return true;
  };
}

beforeEach(() => s3.reset());

test("without a variable the modules are left alone", () => {
  assert.equal(module(fsp as never, "INFERRA_PERSIST_OTHER"), fsp);
  assert.equal(module(fs as never, "INFERRA_PERSIST_OTHER"), fs);
});

test("a file is read as bytes, or as text in an encoding", async () => {
  s3.put("a.txt", "né");
  assert.deepEqual(await files.readFile("a.txt"), Buffer.from("né"));
  assert.equal(await files.readFile("./b/../a.txt", "utf8"), "né");
  assert.equal(await files.readFile(new URL(`file://${process.cwd()}/a.txt`), { encoding: "hex" }), "6ec3a9");
  assert.deepEqual(actions(), ["GetObject"]);
  await assert.rejects(files.readFile("a.txt", "utf9" as never), { code: "ERR_INVALID_ARG_VALUE" });
  await assert.rejects(files.readFile(7 as never), { code: "ERR_INVALID_ARG_TYPE" });
});

test("what is missing is ENOENT, and a directory is no file", async () => {
  s3.put("d/a.txt", "a");
  await assert.rejects(files.readFile("none"), failure("ENOENT", "open", "none"));
  await assert.rejects(files.readFile("d"), failure("EISDIR", "open", "d"));
  await assert.rejects(files.stat("none"), failure("ENOENT", "stat"));
  await assert.rejects(files.access("none"), failure("ENOENT", "access"));
  await assert.rejects(files.unlink("none"), failure("ENOENT", "unlink"));
  await assert.rejects(files.open("none"), failure("ENOENT", "open"));
  await assert.rejects(files.copyFile("none", "x"), failure("ENOENT", "copyfile"));
  await assert.rejects(files.rename("none", "x"), failure("ENOENT", "rename"));
  await assert.rejects(files.truncate("none"), failure("ENOENT", "open"));
  await assert.rejects(files.rm("none"), failure("ENOENT", "rm"));
  await files.rm("none", { force: true });
  await assert.rejects(files.writeFile("d/", "x"), failure("EISDIR", "open"));
  await assert.rejects(files.readFile("../outside"), failure("EACCES", "open"));
});

test("what is written is what is read, in every form", async () => {
  await files.writeFile("a", "né", "latin1");
  assert.deepEqual(s3.objects.get("a")?.bytes, Buffer.from("né", "latin1"));
  assert.deepEqual(actions(), ["PutObject"]);
  await files.writeFile("a", new Uint16Array([0x6161]));
  assert.equal(s3.text("a"), "aa");
  await files.writeFile(
    "a",
    (async function* () {
      yield "b";
      yield Buffer.from("c");
    })(),
  );
  assert.equal(s3.text("a"), "bc");
  await assert.rejects(files.writeFile("a", {} as never), { code: "ERR_INVALID_ARG_TYPE" });
  await assert.rejects(files.writeFile("a", "x", { flag: "wx" }), failure("EEXIST", "open"));
  await files.writeFile("a", "X", { flag: "r+" });
  assert.equal(s3.text("a"), "Xc");
  await files.truncate("a", 1);
  assert.equal(s3.text("a"), "X");
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

test("a handle that appends twice keeps what others append in between", async () => {
  const handle = await files.open("log", "a");
  await handle.write("1");
  await handle.sync();
  await files.appendFile("log", "o");
  await handle.write("2");
  await handle.close();
  assert.equal(s3.text("log"), "1o2");
});

test("what is written while a handle is synchronised is written as well, and after it is closed refused", async () => {
  const handle = await files.open("a", "w");
  await handle.write("1");
  const syncing = handle.sync();
  await handle.write("2");
  await Promise.all([syncing, handle.sync()]);
  assert.equal(s3.text("a"), "12");
  const log = await files.open("log", "a");
  await log.write("1");
  const logging = log.sync();
  await log.write("2");
  await logging;
  const closing = log.close();
  await assert.rejects(log.write("3"), { code: "EBADF" });
  await closing;
  assert.equal(s3.text("log"), "12");
  await handle.close();
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

test("directories are what is in them", async () => {
  for (const key of ["a.txt", "d/b.txt", "d/e/c.txt", "d/f.txt", "d.txt"]) s3.put(key, key);
  assert.deepEqual(await files.readdir("."), ["a.txt", "d", "d.txt"]);
  assert.deepEqual(actions(), ["ListBucket"]);
  assert.deepEqual(await files.readdir("d", { recursive: true }), ["b.txt", "e", "e/c.txt", "f.txt"]);
  const entries = await files.readdir("d", { withFileTypes: true });
  assert.deepEqual(
    entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry instanceof fs.Dirent]),
    [
      ["b.txt", true, false, true],
      ["e", false, true, true],
      ["f.txt", true, false, true],
    ],
  );
  await assert.rejects(files.readdir("a.txt"), failure("ENOTDIR", "scandir"));
  assert.deepEqual(await files.readdir("nothing-yet"), []);
  await files.mkdir("d/new", { recursive: true });
  await assert.rejects(files.mkdir("a.txt"), failure("EEXIST", "mkdir"));
  await assert.rejects(files.rmdir("d"), failure("ENOTEMPTY", "rmdir"));
  await assert.rejects(files.rm("d"), failure("EISDIR", "rm"));
  await files.rename("d", "moved");
  assert.deepEqual([...s3.objects.keys()].sort(), [
    "a.txt",
    "d.txt",
    "moved/b.txt",
    "moved/e/c.txt",
    "moved/f.txt",
  ]);
  await files.rm("moved", { recursive: true });
  assert.deepEqual([...s3.objects.keys()].sort(), ["a.txt", "d.txt"]);
});

test("what is known of files is told as Node does", async () => {
  s3.put("a", "abc");
  s3.put("d/b", "");
  const stats = await files.stat("a");
  assert.deepEqual([stats.size, stats.isFile(), stats.isDirectory()], [3, true, false]);
  assert.equal(stats.mtime.getTime(), 1_700_000_000_000);
  assert.ok(stats instanceof fs.Stats);
  assert.equal((await files.stat("a", { bigint: true })).size, 3n);
  assert.equal((await files.lstat("d")).isDirectory(), true);
  await files.access("a", fs.constants.R_OK);
  assert.equal(await files.realpath("a"), `${process.cwd()}/a`);
});

test("files are copied, moved and removed with exactly those rights", async () => {
  s3.put("a b", "1");
  await files.copyFile("a b", "c");
  assert.deepEqual(actions(), ["GetObject", "PutObject"]);
  await assert.rejects(files.copyFile("a b", "c", fs.constants.COPYFILE_EXCL), failure("EEXIST", "copyfile"));
  await files.rename("c", "e");
  assert.ok(actions().includes("DeleteObject"));
  assert.deepEqual([...s3.objects.keys()], ["a b", "e"]);
  await files.unlink("e");
  assert.deepEqual(actions(), ["DeleteObject", "GetObject"]);
});

test("a handle reads and writes where it is, and is the file once it is closed", async () => {
  s3.put("a", "hello");
  const reading = await files.open("a");
  const buffer = Buffer.alloc(3);
  assert.equal((await reading.read(buffer, 0, 3)).bytesRead, 3);
  assert.equal(buffer.toString(), "hel");
  assert.equal((await reading.read(buffer, { position: 0, length: 1 })).bytesRead, 1);
  assert.equal(await reading.readFile("utf8"), "lo");
  await assert.rejects(reading.write("x"), failure("EBADF", "write"));
  await reading.close();
  await assert.rejects(reading.stat(), { code: "EBADF" });

  const writing = await files.open("a", "r+");
  await writing.write("J");
  await writing.write(Buffer.from("!?"), 0, 1, 5);
  assert.equal(s3.text("a"), "hello");
  assert.equal((await writing.stat()).size, 6);
  await writing.close();
  assert.equal(s3.text("a"), "Jello!");

  await assert.rejects(files.open("a", "wx"), failure("EEXIST", "open"));
  const lines: string[] = [];
  s3.put("lines", "1\n2\r\n3");
  const handle = await files.open("lines");
  for await (const line of handle.readLines()) lines.push(line);
  assert.deepEqual(lines, ["1", "2", "3"]);
  assert.throws(() => reading.fd, /descriptor/);
});

test("a writer that finds another file than it opened says so", async () => {
  s3.put("a", "one");
  const handle = await files.open("a", "r+");
  await handle.write("x");
  s3.put("b", "");
  s3.put("a", "two");
  await assert.rejects(handle.close(), failure("ESTALE", "close"));
  assert.equal(s3.text("a"), "two");
});

test("callbacks get what promises do", async () => {
  s3.put("a", "1");
  const read = promisify(whole.readFile);
  assert.equal(String(await read("a")), "1");
  await new Promise<void>((resolve) => {
    whole.readFile("none", (error, data) => {
      assert.equal(error?.code, "ENOENT");
      assert.equal(data, undefined);
      resolve();
    });
  });
  await new Promise<void>((resolve) => {
    whole.writeFile("b", "x", (...args) => {
      assert.deepEqual(args, [null]);
      resolve();
    });
  });
  assert.equal(s3.text("b"), "x");
  assert.equal(await promisify(whole.exists)("b"), true);
  assert.equal(await promisify(whole.exists)("none"), false);
  assert.throws(() => (whole.readFile as unknown as (path: string) => void)("a"), {
    code: "ERR_INVALID_ARG_TYPE",
  });
  assert.equal(await whole.promises.readFile("b", "utf8"), "x");
  assert.equal(whole.constants, fs.constants);
});

test("what a store cannot serve says so, and what to use", () => {
  assert.throws(() => whole.readFileSync("a"), /use fs.promises.readFile/);
  assert.throws(() => whole.watch("a"), /no meaning/);
  assert.throws(() => (files as unknown as { symlink(): void }).symlink(), /no meaning/);
});

test("streams read a part or all, in an encoding, and tell of what is missing", async () => {
  s3.put("a", "0123456789");
  assert.equal(await text(whole.createReadStream("a")), "0123456789");
  const part = whole.createReadStream("a", { start: 2, end: 4, encoding: "utf8", highWaterMark: 1 });
  const pieces: unknown[] = [];
  for await (const piece of part) pieces.push(piece);
  assert.equal(pieces.join(""), "234");
  assert.equal(part.bytesRead, 3);
  assert.equal(part.path, "a");
  await assert.rejects(text(whole.createReadStream("none")), failure("ENOENT", "open", "none"));
  s3.put("empty", "");
  assert.equal(await text(whole.createReadStream("empty")), "");
});

test("what a stream writes is the file once it is finished", async () => {
  const stream = whole.createWriteStream("a");
  stream.write("one ");
  assert.equal(s3.text("a"), undefined);
  await new Promise<void>((resolve) => stream.end("two", () => resolve()));
  assert.equal(s3.text("a"), "one two");
  assert.equal(stream.bytesWritten, 7);
  await pipeline(whole.createReadStream("a"), whole.createWriteStream("b", { flags: "a" }));
  await pipeline(whole.createReadStream("a"), whole.createWriteStream("b", { flags: "a" }));
  assert.equal(s3.text("b"), "one twoone two");
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

test("a large file goes in parts", async () => {
  const pieces = [1, 2, 3].map((piece) => Buffer.alloc(6 * 1024 * 1024, piece));
  await pipeline(pieces, whole.createWriteStream("big"));
  assert.deepEqual(s3.objects.get("big")?.bytes.equals(Buffer.concat(pieces)), true);
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
