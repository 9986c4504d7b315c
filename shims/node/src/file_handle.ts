/**
 * What `fs.promises.open` gives: https://nodejs.org/api/fs.html#class-filehandle. What is written is there for others once
 * the handle is closed, or `sync` or `datasync` is called.
 */
import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { ReadableStream } from "node:stream/web";
import { bytesOf, decoded, readOptions, statsOf } from "./file_data.ts";
import type { Open } from "./file_draft.ts";
import { readStream, writeStream } from "./file_streams.ts";
import { FsError, placed } from "./fs_error.ts";

/** What is fetched at once by what reads a file to its end. */
const AHEAD = 8 * 1024 * 1024;

type View = NodeJS.ArrayBufferView;

export class StoredHandle extends EventEmitter {
  #open: Open | undefined;
  #at = 0;
  #closing: Promise<void> | undefined;

  constructor(open: Open) {
    super();
    this.#open = open;
  }

  get fd(): never {
    throw new Error("a file in a store has no descriptor: use the methods of the handle");
  }

  async read(target?: unknown, ...rest: unknown[]): Promise<{ bytesRead: number; buffer: View }> {
    const { buffer, offset, length, position } = readArguments(target, rest);
    const bytes = await this.#piece("read", position ?? this.#at, length);
    bytes.copy(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), offset);
    if (position === undefined) this.#at += bytes.length;
    return { bytesRead: bytes.length, buffer };
  }

  async readv(buffers: readonly View[], position?: number | null): Promise<unknown> {
    let bytesRead = 0;
    for (const buffer of buffers) {
      const at = typeof position === "number" ? position + bytesRead : null;
      const got = await this.read(buffer, 0, buffer.byteLength, at);
      bytesRead += got.bytesRead;
      if (got.bytesRead < buffer.byteLength) break;
    }
    return { bytesRead, buffers };
  }

  /** From where the handle is to the end. */
  async readFile(options?: unknown): Promise<string | Buffer> {
    const given = readOptions(options);
    return decoded(await this.#rest(), given);
  }

  async write(data: unknown, ...rest: unknown[]): Promise<{ bytesWritten: number; buffer: unknown }> {
    const { bytes, position } = await writeArguments(data, rest);
    this.#put("write", bytes, position);
    return { bytesWritten: bytes.length, buffer: data };
  }

  async writev(buffers: readonly View[], position?: number | null): Promise<unknown> {
    const bytes = Buffer.concat(await Promise.all(buffers.map((buffer) => bytesOf(buffer))));
    this.#put("write", bytes, position ?? undefined);
    return { bytesWritten: bytes.length, buffers };
  }

  /** From where the handle is. */
  async writeFile(data: unknown, options?: unknown): Promise<void> {
    this.#put("write", await bytesOf(data, readOptions(options)), undefined);
  }

  appendFile(data: unknown, options?: unknown): Promise<void> {
    return this.writeFile(data, options);
  }

  async truncate(length = 0): Promise<void> {
    await placed({ syscall: "ftruncate" }, async () => this.#opened().truncate(Math.max(0, length)));
  }

  async stat(options?: unknown): Promise<unknown> {
    const open = this.#opened();
    const found = open.found ?? { modified: Date.now(), tag: "" };
    return statsOf({ ...found, size: open.size }, readOptions(options));
  }

  sync(): Promise<void> {
    return placed({ syscall: "fsync" }, async () => this.#opened().publish());
  }

  datasync(): Promise<void> {
    return this.sync();
  }

  createReadStream(options?: unknown): unknown {
    const open = this.#opened();
    return readStream(
      async () => open,
      undefined,
      readOptions(options),
      () => this.close(),
    );
  }

  createWriteStream(options?: unknown): unknown {
    const open = this.#opened();
    return writeStream(
      async () => uploadOf(open),
      undefined,
      readOptions(options),
      () => this.close(),
    );
  }

  readLines(options?: unknown): unknown {
    return createInterface({
      input: this.createReadStream(options) as NodeJS.ReadableStream,
      crlfDelay: Number.POSITIVE_INFINITY,
    });
  }

  readableWebStream(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: async (controller) => {
        const bytes = await this.#piece("read", this.#at, AHEAD);
        this.#at += bytes.length;
        if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
        else controller.close();
      },
    });
  }

  /** Nobody owns a file of a store, and nothing says who may read it. */
  chmod(): Promise<never> {
    return unsupported("chmod");
  }

  chown(): Promise<never> {
    return unsupported("chown");
  }

  utimes(): Promise<never> {
    return unsupported("utimes");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.for("nodejs.asyncDispose")](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const open = this.#opened();
    // From now on, as in Node: what is written after this would be in no file.
    this.#open = undefined;
    try {
      await placed({ syscall: "close" }, () => open.publish());
    } finally {
      this.emit("close");
    }
  }

  #opened(): Open {
    if (this.#open === undefined) throw new FsError("EBADF", { syscall: "fstat" }, "file closed");
    return this.#open;
  }

  #piece(syscall: string, at: number, length: number): Promise<Buffer> {
    return placed({ syscall }, async () => this.#opened().read(at, length));
  }

  #put(syscall: string, bytes: Buffer, position: number | undefined): void {
    const open = this.#opened();
    if (!open.flags.writes) throw new FsError("EBADF", { syscall });
    open.write(bytes, position ?? this.#at);
    if (position === undefined) this.#at += bytes.length;
  }

  async #rest(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (;;) {
      const piece = await this.#piece("read", this.#at, AHEAD);
      if (piece.length === 0) return Buffer.concat(pieces);
      pieces.push(piece);
      this.#at += piece.length;
    }
  }
}

// Node has the symbol by its own name from 20 on; TypeScript's library for these names it later.
const asyncDispose: unknown = (Symbol as unknown as Record<string, unknown>).asyncDispose;
if (typeof asyncDispose === "symbol")
  Object.defineProperty(StoredHandle.prototype, asyncDispose, { value: StoredHandle.prototype.close });

function unsupported(name: string): Promise<never> {
  return Promise.reject(new Error(`${name}() has no meaning for a file in a store`));
}

/** What a stream writes to a file that is open. */
function uploadOf(open: Open) {
  let at = 0;
  return {
    async add(piece: Buffer) {
      open.write(piece, at);
      at += piece.length;
    },
    async finish() {},
    async forget() {},
  };
}

/** `read(buffer, offset, length, position)`, `read(buffer, { … })`, `read({ buffer, … })`. */
function readArguments(target: unknown, rest: readonly unknown[]) {
  const isView = ArrayBuffer.isView(target);
  const options = (isView ? rest[0] : target) as Record<string, unknown> | number | null | undefined;
  const given = typeof options === "object" && options !== null ? options : {};
  const buffer: View = isView
    ? (target as View)
    : ((given.buffer as View | undefined) ?? Buffer.alloc(16_384));
  const [first, second, third] = typeof options === "object" ? [] : rest;
  const offset = numberOr(first ?? given.offset, 0);
  const position = third ?? given.position;
  return {
    buffer,
    offset,
    length: Math.min(
      numberOr(second ?? given.length, buffer.byteLength - offset),
      buffer.byteLength - offset,
    ),
    position: typeof position === "number" || typeof position === "bigint" ? placeOf(position) : undefined,
  };
}

/** -1 is where the handle is. */
function placeOf(position: number | bigint): number | undefined {
  return position < 0 ? undefined : Number(position);
}

/** `write(text, position, encoding)`, `write(buffer, offset, length, position)`, `write(buffer, { … })`. */
async function writeArguments(data: unknown, rest: readonly unknown[]) {
  if (typeof data === "string") {
    const [position, encoding] = rest;
    return { bytes: await bytesOf(data, { encoding }), position: optionalNumber(position) };
  }
  const whole = await bytesOf(data);
  const options = rest[0];
  const given = typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {};
  const [first, second, third] = typeof options === "object" ? [] : rest;
  const offset = numberOr(first ?? given.offset, 0);
  const length = numberOr(second ?? given.length, whole.length - offset);
  return {
    bytes: whole.subarray(offset, offset + length),
    position: optionalNumber(third ?? given.position),
  };
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function numberOr(value: unknown, usual: number): number {
  return typeof value === "number" ? value : usual;
}
