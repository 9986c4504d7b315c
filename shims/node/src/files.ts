/**
 * Connects Node's modules for files to the store that was planned for them.
 *
 * `PREFIX_BUCKET` names a bucket of S3, `PREFIX_DIRECTORY` a folder in which a file system is mounted; `PREFIX_SECRET` is the
 * ARN of a secret, whose value is then the one file that there is, and `PREFIX_PARAMETER` the name of an encrypted parameter
 * that is the same. Where none is set, `module` gives what it was given.
 */
import { promisify } from "node:util";
import { Directory } from "./directory.ts";
import { described } from "./failure.ts";
import { readFlags, readOptions } from "./file_data.ts";
import { openFile } from "./file_draft.ts";
import { type Functions, promisesOf } from "./file_promises.ts";
import { readStream, writeStream } from "./file_streams.ts";
import { FsError, invalidArgument } from "./fs_error.ts";
import { keyOf, meansADirectory, textOf } from "./keys.ts";
import { Bucket } from "./s3.ts";
import { SecretFile } from "./secret_file.ts";
import type { Changed, Store, Upload } from "./store.ts";

type Members = Record<string, unknown>;

/** What stands in for the module `fs`, or for `fs/promises`. */
export function module(own: Members, prefix: string): Members {
  const store = storeOf(prefix);
  if (store === undefined) return own;
  const promises = promisesOf(store);
  // Only `fs` has the other: https://nodejs.org/api/fs.html#promises-api
  const ownPromises = own.promises as Members | undefined;
  if (ownPromises === undefined) return standIn(own, promises);
  return standIn(own, {
    ...callbacksOf(promises),
    createReadStream: (path: unknown, options: unknown) => reading(store, path, options),
    createWriteStream: (path: unknown, options: unknown) => writing(store, path, options),
    promises: standIn(ownPromises, promises),
  });
}

const stores = new Map<string, Store>();

function storeOf(prefix: string): Store | undefined {
  const known = stores.get(prefix);
  if (known !== undefined) return known;
  for (const [property, make] of [
    ["BUCKET", (value: string) => new Bucket(value)],
    ["DIRECTORY", (value: string) => new Directory(value)],
    ["SECRET", (value: string) => new SecretFile(value)],
    ["PARAMETER", (value: string) => new SecretFile(value)],
  ] as const) {
    const value = process.env[`${prefix}_${property}`];
    if (value === undefined) continue;
    if (value === "") throw new Error(`${prefix}_${property} must be a text that is not empty`);
    const store = make(value);
    stores.set(prefix, store);
    return store;
  }
  return undefined;
}

/** The module with its functions replaced. Those that a store cannot serve say so, and the rest are no functions of files. */
function standIn(own: Members, functions: Members): Members {
  const made: Members = {};
  for (const name of Object.keys(own)) {
    const member = own[name];
    // A class, such as `Stats`, begins with a capital.
    const works = typeof member === "function" && /^[a-z]/.test(name);
    made[name] = name in functions ? functions[name] : works ? refusing(name) : member;
  }
  if ("default" in own) made.default = made;
  return made;
}

function refusing(name: string): () => never {
  const other = name.endsWith("Sync") ? `: use fs.promises.${name.slice(0, -"Sync".length)}` : "";
  const refuse = () => {
    throw new Error(`fs.${name}() has no meaning for files in a store${other}`);
  };
  return Object.defineProperty(refuse, "name", { value: name });
}

/** The same functions with a callback as the last argument. */
function callbacksOf(promises: Functions): Members {
  const made: Members = {};
  for (const [name, answer] of Object.entries(promises))
    if (name !== "open") made[name] = Object.defineProperty(callingBack(answer), "name", { value: name });
  made.realpath = Object.assign(made.realpath as object, { native: made.realpath });
  made.exists = existsOf(promises);
  return made;
}

function callingBack(answer: Functions[string]): (...args: unknown[]) => void {
  return (...args) => {
    const callback = args.pop();
    if (typeof callback !== "function") throw invalidArgument("cb", "of type function", callback);
    // What the callback throws is nobody's rejection.
    call(answer, args).then(
      (value) => process.nextTick(callback as () => void, ...(value === undefined ? [null] : [null, value])),
      (error: unknown) => process.nextTick(callback as () => void, error),
    );
  };
}

/** A wrong argument is thrown at once, as Node does. */
function call(answer: Functions[string], args: unknown[]): Promise<unknown> {
  return answer(...args);
}

function existsOf({ access }: Functions): unknown {
  const ask = async (path: unknown): Promise<boolean> => {
    try {
      await access?.(path);
      return true;
    } catch (error) {
      if (error instanceof FsError && error.code === "ENOENT") return false;
      throw error;
    }
  };
  // It calls back with the answer alone. As in Node, what cannot be a path is not there; a store that does not answer is logged.
  const exists = (path: unknown, callback: (answer: boolean) => void): void => {
    ask(path).then(
      (answer) => process.nextTick(callback, answer),
      (error: unknown) => {
        if (!(error instanceof FsError || error instanceof TypeError)) console.error(described(error));
        process.nextTick(callback, false);
      },
    );
  };
  return Object.assign(exists, { [promisify.custom]: ask });
}

function reading(store: Store, path: unknown, options: unknown): unknown {
  const given = readOptions(options);
  const text = textOf(path);
  return readStream(() => openFile(store, path, readFlags(given.flags, "r")), text, given);
}

function writing(store: Store, path: unknown, options: unknown): unknown {
  const given = readOptions(options);
  const text = textOf(path);
  return writeStream(() => uploadTo(store, path, given), text, given);
}

/** What a stream with these options writes to. */
async function uploadTo(
  store: Store,
  path: unknown,
  options: Readonly<Record<string, unknown>>,
): Promise<Upload> {
  const flags = readFlags(options.flags, typeof options.start === "number" ? "r+" : "w");
  const key = keyOf(path);
  if (key === "" || meansADirectory(path)) throw new FsError("EISDIR");
  if (flags.truncates && !flags.exclusive) return store.upload(key);
  const open = await openFile(store, path, flags);
  let at = typeof options.start === "number" ? options.start : 0;
  return {
    async add(piece) {
      open.write(piece, at);
      at += piece.length;
    },
    finish: () => open.publish(),
    async forget() {},
  };
}

export type { Changed };
