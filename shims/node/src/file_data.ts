/** What code gives and gets: flags, encodings, contents, and what is known of files. */
import { constants, Dirent, Stats } from "node:fs";
import { dirname } from "node:path";
import { FsError, invalidArgument } from "./fs_error.ts";
import type { Found } from "./store.ts";

/** What opening a file with certain flags means: https://nodejs.org/api/fs.html#file-system-flags */
export interface Flags {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly appends: boolean;
  /** Whether a file that is not there is made. */
  readonly makes: boolean;
  /** Whether there must be no file. */
  readonly exclusive: boolean;
  readonly truncates: boolean;
}

const LETTERS = /^(r|rs|sr|w|wx|xw|a|ax|xa|as|sa)(\+?)$/;

export function readFlags(flags: unknown, usual: string): Flags {
  const given = flags ?? usual;
  if (typeof given === "number") return numericFlags(given);
  const [, letters, plus] = (typeof given === "string" ? LETTERS.exec(given) : null) ?? [];
  if (letters === undefined) {
    const error = new TypeError("The argument 'flags' is invalid");
    throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
  }
  const has = (letter: string) => letters.includes(letter);
  return {
    reads: has("r") || plus === "+",
    writes: !has("r") || plus === "+",
    appends: has("a"),
    makes: !has("r"),
    exclusive: has("x"),
    truncates: has("w"),
  };
}

function numericFlags(given: number): Flags {
  const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } = constants;
  const has = (flag: number) => (given & flag) !== 0;
  return {
    reads: !has(O_WRONLY),
    writes: has(O_WRONLY) || has(O_RDWR),
    appends: has(O_APPEND),
    makes: has(O_CREAT),
    exclusive: has(O_EXCL),
    truncates: has(O_TRUNC),
  };
}

/** Options that may stand as an encoding alone. */
export type Options = Readonly<Record<string, unknown>>;

export function readOptions(options: unknown): Options {
  if (typeof options === "string") return checked({ encoding: options });
  if (options === null || options === undefined || typeof options === "function") return {};
  if (typeof options !== "object") throw invalidArgument("options", "of type string or object", options);
  return checked(options as Options);
}

function checked(options: Options): Options {
  const { encoding, signal } = options;
  if (encoding !== undefined && encoding !== null && encoding !== "buffer") encodingOf(encoding);
  if (signal instanceof AbortSignal) signal.throwIfAborted();
  return options;
}

function encodingOf(encoding: unknown): BufferEncoding {
  if (typeof encoding === "string" && Buffer.isEncoding(encoding)) return encoding;
  const error = new TypeError("The argument 'encoding' is invalid encoding");
  throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
}

/** Content as it is asked for: as text where there is an encoding. */
export function decoded(bytes: Buffer, { encoding }: Options): string | Buffer {
  return encoding === undefined || encoding === null || encoding === "buffer"
    ? bytes
    : bytes.toString(encodingOf(encoding));
}

/** A name as it is asked for. */
export function named(name: string, { encoding }: Options): string | Buffer {
  const bytes = Buffer.from(name);
  if (encoding === "buffer") return bytes;
  return encoding === undefined || encoding === null ? name : bytes.toString(encodingOf(encoding));
}

/** The bytes of what is to be written, which may come in pieces. */
export async function bytesOf(data: unknown, options: Options = {}): Promise<Buffer> {
  if (typeof data === "string") return Buffer.from(data, encodingOf(options.encoding ?? "utf8"));
  // A copy: the caller may go on and change it.
  if (ArrayBuffer.isView(data))
    return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (isIterable(data)) {
    const pieces: Buffer[] = [];
    for await (const piece of data) pieces.push(await bytesOf(piece, options));
    return Buffer.concat(pieces);
  }
  const expected =
    "of type string or an instance of Buffer, TypedArray, DataView, Iterable, AsyncIterable or Stream";
  throw invalidArgument("data", expected, data);
}

function isIterable(data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> {
  return (
    typeof data === "object" && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data)
  );
}

const FILE = constants.S_IFREG | 0o644;
const DIRECTORY = constants.S_IFDIR | 0o755;

/** What `stat` answers for a file, or for a directory where nothing is known. */
export function statsOf(found: Found | undefined, { bigint }: Options = {}): Stats {
  const number = (value: number) => (bigint === true ? BigInt(Math.floor(value)) : value);
  const modified = Math.floor(found?.modified ?? 0);
  const size = found?.size ?? 0;
  const fields: Record<string, unknown> = {
    dev: number(0),
    mode: number(found ? FILE : DIRECTORY),
    nlink: number(1),
    uid: number(0),
    gid: number(0),
    rdev: number(0),
    blksize: number(4096),
    ino: number(0),
    size: number(size),
    blocks: number(Math.ceil(size / 512)),
  };
  for (const time of ["atime", "mtime", "ctime", "birthtime"]) {
    fields[`${time}Ms`] = number(modified);
    fields[time] = new Date(modified);
    if (bigint === true) fields[`${time}Ns`] = BigInt(modified) * 1_000_000n;
  }
  return kindly(Object.create(Stats.prototype) as Stats, fields, found !== undefined);
}

/** What `readdir` answers with `withFileTypes`. */
export function direntOf(name: string | Buffer, path: string, isFile: boolean): Dirent {
  return kindly(Object.create(Dirent.prototype) as Dirent, { name, parentPath: path, path }, isFile);
}

/** The directory of what `recursive` finds below another. */
export function parentOf(directory: string, name: string): string {
  const inside = dirname(name);
  return inside === "." ? directory : `${directory.replace(/\/$/, "")}/${inside}`;
}

const KINDS = ["isBlockDevice", "isCharacterDevice", "isFIFO", "isSocket", "isSymbolicLink"] as const;

/** Fields as own properties, and the methods that ask what it is. */
function kindly<T extends object>(made: T, fields: Readonly<Record<string, unknown>>, isFile: boolean): T {
  for (const [name, value] of Object.entries(fields))
    Object.defineProperty(made, name, { value, enumerable: true, writable: true, configurable: true });
  const answers: [string, boolean][] = [
    ["isFile", isFile],
    ["isDirectory", !isFile],
    ...KINDS.map((kind): [string, boolean] => [kind, false]),
  ];
  for (const [name, answer] of answers) Object.defineProperty(made, name, { value: () => answer });
  return made;
}

/** Opening what is no file. */
export function notAFile(isDirectory: boolean): FsError {
  return new FsError(isDirectory ? "EISDIR" : "ENOENT");
}
