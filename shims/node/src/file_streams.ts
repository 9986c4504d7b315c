/** Streams over files of a store: https://nodejs.org/api/fs.html#fscreatereadstreampath-options */
import { Readable, Writable } from "node:stream";
import type { Options } from "./file_data.ts";
import type { Open } from "./file_draft.ts";
import { placed } from "./fs_error.ts";
import type { Upload } from "./store.ts";

/** What is fetched at once, and held in memory. */
const AHEAD = 1024 * 1024;

/** Nothing could be done with the descriptor that streams tell of when they open. */
const NO_DESCRIPTOR = -1;

/** A stream of a file's content. `close` is what is done at its end, besides. */
export function readStream(
  open: () => Promise<Open>,
  path: string | undefined,
  options: Options,
  close?: () => Promise<void>,
): Readable {
  const place = { syscall: "open", ...(path !== undefined && { path }) };
  let file: Open | undefined;
  let at = numberOr(options.start, 0);
  // `end` is the last byte that is read.
  const end = numberOr(options.end, Number.POSITIVE_INFINITY) + 1;
  const stream = new Readable({
    highWaterMark: numberOr(options.highWaterMark, 64 * 1024),
    emitClose: options.emitClose !== false,
    autoDestroy: options.autoClose !== false,
    ...encodingIn(options),
    ...signalIn(options),
    construct(callback) {
      placed(place, open).then((opened) => {
        file = opened;
        callback();
        this.emit("open", NO_DESCRIPTOR);
        this.emit("ready");
      }, callback);
    },
    read() {
      const piece = Math.min(AHEAD, end - at);
      const reading =
        file !== undefined && piece > 0 ? file.read(at, piece) : Promise.resolve(Buffer.alloc(0));
      placed({ ...place, syscall: "read" }, () => reading).then(
        (bytes) => {
          at += bytes.length;
          Object.assign(stream, { bytesRead: at - numberOr(options.start, 0) });
          this.push(bytes.length > 0 ? bytes : null);
        },
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, callback) {
      after(close, error, callback);
    },
  });
  return Object.assign(stream, { path, bytesRead: 0, pending: false, close: closing(stream) });
}

/** A stream that makes a file: what was written is the file once it is finished, and nothing of it where it fails. */
export function writeStream(
  open: () => Promise<Upload>,
  path: string | undefined,
  options: Options,
  close?: () => Promise<void>,
): Writable {
  const place = { syscall: "open", ...(path !== undefined && { path }) };
  let upload: Upload | undefined;
  let finished = false;
  const stream = new Writable({
    highWaterMark: numberOr(options.highWaterMark, 64 * 1024),
    emitClose: options.emitClose !== false,
    autoDestroy: options.autoClose !== false,
    decodeStrings: true,
    ...(typeof options.encoding === "string" && { defaultEncoding: options.encoding as BufferEncoding }),
    ...signalIn(options),
    construct(callback) {
      placed(place, open).then((opened) => {
        upload = opened;
        callback();
        this.emit("open", NO_DESCRIPTOR);
        this.emit("ready");
      }, callback);
    },
    write(piece: Buffer, _, callback) {
      // A copy: the caller may use the buffer again.
      placed({ ...place, syscall: "write" }, async () => upload?.add(Buffer.from(piece))).then(() => {
        Object.assign(stream, { bytesWritten: stream.bytesWritten + piece.length });
        callback();
      }, callback);
    },
    final(callback) {
      placed({ ...place, syscall: "close" }, async () => upload?.finish()).then(() => {
        finished = true;
        callback();
      }, callback);
    },
    destroy(error, callback) {
      const leave = async () => {
        if (!finished) await upload?.forget();
        await close?.();
      };
      after(leave, error, callback);
    },
  }) as Writable & { bytesWritten: number };
  return Object.assign(stream, { path, bytesWritten: 0, pending: false, close: closing(stream) });
}

/** `close(callback)` of Node's own streams. */
function closing(stream: Readable | Writable) {
  return (callback?: (error?: Error | null) => void): void => {
    if (callback !== undefined) {
      if (stream.closed) process.nextTick(callback);
      else stream.once("close", callback);
    }
    // What was written before is kept.
    if (stream instanceof Writable) stream.end();
    else stream.destroy();
  };
}

function after(
  act: (() => Promise<void>) | undefined,
  error: Error | null,
  callback: (error: Error | null) => void,
): void {
  if (act === undefined) callback(error);
  else
    act().then(
      () => callback(error),
      (own: unknown) => callback(error ?? (own as Error)),
    );
}

function encodingIn(options: Options): { encoding?: BufferEncoding } {
  return typeof options.encoding === "string" && options.encoding !== "buffer"
    ? { encoding: options.encoding as BufferEncoding }
    : {};
}

function signalIn(options: Options): { signal?: AbortSignal } {
  return options.signal instanceof AbortSignal ? { signal: options.signal } : {};
}

function numberOr(value: unknown, usual: number): number {
  return typeof value === "number" ? value : usual;
}
