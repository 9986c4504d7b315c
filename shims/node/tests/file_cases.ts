/** What files do whatever they are kept in. */
import assert from "node:assert/strict";
import fs from "node:fs";
import fsp from "node:fs/promises";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { module } from "../src/files.ts";

/** What is kept, seen from behind. */
export interface Kept {
  reset(): void;
  put(key: string, content: string | Buffer): void;
  bytes(key: string): Buffer | undefined;
  text(key: string): string | undefined;
  /** Sorted. */
  keys(): string[];
  /** Milliseconds since 1970. */
  modified(key: string): number | undefined;
}

/** An error as Node's own functions give it. */
export function failure(code: string, syscall: string, path?: string) {
  return (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, code);
    assert.equal(error.syscall, syscall);
    assert.ok(error instanceof Error && (error.errno ?? 0) < 0);
    if (path !== undefined) assert.equal(error.path, path);
    assert.match(error.message, new RegExp(`^${code}: .*, ${syscall}`));
    return true;
  };
}

/** Runs the cases over the store that `prefix` binds. */
export function cases(prefix: string, store: Kept): void {
  const files = module(fsp as never, prefix) as unknown as typeof fsp;
  const whole = module(fs as never, prefix) as unknown as typeof fs;

  beforeEach(() => store.reset());

  test("a file is read as bytes, or as text in an encoding", async () => {
    store.put("a.txt", "né");
    assert.deepEqual(await files.readFile("a.txt"), Buffer.from("né"));
    assert.equal(await files.readFile("./b/../a.txt", "utf8"), "né");
    assert.equal(
      await files.readFile(new URL(`file://${process.cwd()}/a.txt`), { encoding: "hex" }),
      "6ec3a9",
    );
    await assert.rejects(files.readFile("a.txt", "utf9" as never), { code: "ERR_INVALID_ARG_VALUE" });
    await assert.rejects(files.readFile(7 as never), { code: "ERR_INVALID_ARG_TYPE" });
  });

  test("what is missing is ENOENT, and a directory is no file", async () => {
    store.put("d/a.txt", "a");
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
    assert.deepEqual(store.bytes("a"), Buffer.from("né", "latin1"));
    await files.writeFile("a", new Uint16Array([0x6161]));
    assert.equal(store.text("a"), "aa");
    await files.writeFile(
      "a",
      (async function* () {
        yield "b";
        yield Buffer.from("c");
      })(),
    );
    assert.equal(store.text("a"), "bc");
    await assert.rejects(files.writeFile("a", {} as never), { code: "ERR_INVALID_ARG_TYPE" });
    await assert.rejects(files.writeFile("a", "x", { flag: "wx" }), failure("EEXIST", "open"));
    await files.writeFile("a", "X", { flag: "r+" });
    assert.equal(store.text("a"), "Xc");
    await files.truncate("a", 1);
    assert.equal(store.text("a"), "X");
  });

  test("a handle that appends twice keeps what others append in between", async () => {
    const handle = await files.open("log", "a");
    await handle.write("1");
    await handle.sync();
    await files.appendFile("log", "o");
    await handle.write("2");
    await handle.close();
    assert.equal(store.text("log"), "1o2");
  });

  test("what is written while a handle is synchronised is written as well, and after it is closed refused", async () => {
    const handle = await files.open("a", "w");
    await handle.write("1");
    const syncing = handle.sync();
    await handle.write("2");
    await Promise.all([syncing, handle.sync()]);
    assert.equal(store.text("a"), "12");
    const log = await files.open("log", "a");
    await log.write("1");
    const logging = log.sync();
    await log.write("2");
    await logging;
    const closing = log.close();
    await assert.rejects(log.write("3"), { code: "EBADF" });
    await closing;
    assert.equal(store.text("log"), "12");
    await handle.close();
  });

  test("directories are what is in them", async () => {
    for (const key of ["a.txt", "d/b.txt", "d/e/c.txt", "d/f.txt", "d.txt"]) store.put(key, key);
    assert.deepEqual(await files.readdir("."), ["a.txt", "d", "d.txt"]);
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
    assert.deepEqual(store.keys(), ["a.txt", "d.txt", "moved/b.txt", "moved/e/c.txt", "moved/f.txt"]);
    await files.rm("moved", { recursive: true });
    assert.deepEqual(store.keys(), ["a.txt", "d.txt"]);
  });

  test("what is known of files is told as Node does", async () => {
    store.put("a", "abc");
    store.put("d/b", "");
    const stats = await files.stat("a");
    assert.deepEqual([stats.size, stats.isFile(), stats.isDirectory()], [3, true, false]);
    assert.equal(stats.mtime.getTime(), store.modified("a"));
    assert.ok(stats instanceof fs.Stats);
    assert.equal((await files.stat("a", { bigint: true })).size, 3n);
    assert.equal((await files.lstat("d")).isDirectory(), true);
    await files.access("a", fs.constants.R_OK);
    assert.equal(await files.realpath("a"), `${process.cwd()}/a`);
  });

  test("files are copied, moved and removed with exactly those rights", async () => {
    store.put("a b", "1");
    await files.copyFile("a b", "c");
    await assert.rejects(
      files.copyFile("a b", "c", fs.constants.COPYFILE_EXCL),
      failure("EEXIST", "copyfile"),
    );
    await files.rename("c", "e");
    assert.deepEqual(store.keys(), ["a b", "e"]);
    await files.unlink("e");
  });

  test("a handle reads and writes where it is, and is the file once it is closed", async () => {
    store.put("a", "hello");
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
    assert.equal(store.text("a"), "hello");
    assert.equal((await writing.stat()).size, 6);
    await writing.close();
    assert.equal(store.text("a"), "Jello!");

    await assert.rejects(files.open("a", "wx"), failure("EEXIST", "open"));
    const lines: string[] = [];
    store.put("lines", "1\n2\r\n3");
    const handle = await files.open("lines");
    for await (const line of handle.readLines()) lines.push(line);
    assert.deepEqual(lines, ["1", "2", "3"]);
    assert.throws(() => reading.fd, /descriptor/);
  });

  test("a writer that finds another file than it opened says so", async () => {
    store.put("a", "one");
    const handle = await files.open("a", "r+");
    await handle.write("x");
    store.put("b", "");
    store.put("a", "two");
    await assert.rejects(handle.close(), failure("ESTALE", "close"));
    assert.equal(store.text("a"), "two");
  });

  test("callbacks get what promises do", async () => {
    store.put("a", "1");
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
    assert.equal(store.text("b"), "x");
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
    store.put("a", "0123456789");
    assert.equal(await text(whole.createReadStream("a")), "0123456789");
    const part = whole.createReadStream("a", { start: 2, end: 4, encoding: "utf8", highWaterMark: 1 });
    const pieces: unknown[] = [];
    for await (const piece of part) pieces.push(piece);
    assert.equal(pieces.join(""), "234");
    assert.equal(part.bytesRead, 3);
    assert.equal(part.path, "a");
    await assert.rejects(text(whole.createReadStream("none")), failure("ENOENT", "open", "none"));
    store.put("empty", "");
    assert.equal(await text(whole.createReadStream("empty")), "");
  });

  test("what a stream writes is the file once it is finished", async () => {
    const stream = whole.createWriteStream("a");
    stream.write("one ");
    assert.equal(store.text("a"), undefined);
    await new Promise<void>((resolve) => stream.end("two", () => resolve()));
    assert.equal(store.text("a"), "one two");
    assert.equal(stream.bytesWritten, 7);
    await pipeline(whole.createReadStream("a"), whole.createWriteStream("b", { flags: "a" }));
    await pipeline(whole.createReadStream("a"), whole.createWriteStream("b", { flags: "a" }));
    assert.equal(store.text("b"), "one twoone two");
  });

  test("a large file goes in parts", async () => {
    const pieces = [1, 2, 3].map((piece) => Buffer.alloc(6 * 1024 * 1024, piece));
    await pipeline(pieces, whole.createWriteStream("big"));
    assert.deepEqual(store.bytes("big")?.equals(Buffer.concat(pieces)), true);
  });
}
