/** The functions of `fs/promises`, over a store: https://nodejs.org/api/fs.html#promises-api */
import { constants } from "node:fs";
import { resolve } from "node:path";
import {
  bytesOf,
  decoded,
  direntOf,
  named,
  notAFile,
  type Options,
  parentOf,
  readFlags,
  readOptions,
  statsOf,
} from "./file_data.ts";
import { openFile, rangeOf } from "./file_draft.ts";
import { StoredHandle } from "./file_handle.ts";
import { FsError, type Place, placed } from "./fs_error.ts";
import { keyOf, meansADirectory, textOf } from "./keys.ts";
import { ABSENT, Changed, type Found, type Store } from "./store.ts";

/** How often an append starts over because somebody else was faster. */
const TRIES = 20;

/** What a copy holds in memory. */
const AHEAD = 8 * 1024 * 1024;

export type Functions = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

export function promisesOf(store: Store): Functions {
  const files = new Files(store);
  return {
    access: (path, mode) => files.access(path, mode),
    appendFile: (path, data, options) => files.appendFile(path, data, options),
    copyFile: (source, target, mode) => files.copyFile(source, target, mode),
    lstat: (path, options) => files.stat("lstat", path, options),
    mkdir: (path, options) => files.mkdir(path, options),
    open: (path, flags) => files.open(path, flags),
    readFile: (path, options) => files.readFile(path, options),
    readdir: (path, options) => files.readdir(path, options),
    realpath: (path, options) => files.realpath(path, options),
    rename: (source, target) => files.rename(source, target),
    rm: (path, options) => files.rm(path, options),
    rmdir: (path) => files.rmdir(path),
    stat: (path, options) => files.stat("stat", path, options),
    truncate: (path, length) => files.truncate(path, length),
    unlink: (path) => files.unlink(path),
    writeFile: (path, data, options) => files.writeFile(path, data, options),
  };
}

class Files {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  access(path: unknown, mode: unknown): Promise<void> {
    return placed(at("access", path), async () => {
      const key = keyOf(path);
      if ((await this.#store.find(key)) === undefined && !(await this.#store.isDirectory(key)))
        throw new FsError("ENOENT");
      if (typeof mode === "number" && (mode & constants.X_OK) !== 0) throw new FsError("EACCES");
    });
  }

  async readFile(path: unknown, options: unknown): Promise<string | Buffer> {
    const given = readOptions(options);
    if (path instanceof StoredHandle) return path.readFile(options);
    const { writes } = readFlags(given.flag, "r");
    return placed(at("open", path), async () => {
      const key = keyOf(path);
      const there = meansADirectory(path) ? undefined : await this.#store.content(key);
      if (there !== undefined) return decoded(there.bytes, given);
      const isDirectory = await this.#store.isDirectory(key);
      if (isDirectory || !writes) throw notAFile(isDirectory);
      await this.#store.write(key, Buffer.alloc(0));
      return decoded(Buffer.alloc(0), given);
    });
  }

  async writeFile(path: unknown, data: unknown, options: unknown): Promise<void> {
    const given = readOptions(options);
    if (path instanceof StoredHandle) return path.writeFile(data, options);
    const flags = readFlags(given.flag, "w");
    const bytes = await bytesOf(data, given);
    if (flags.appends) return this.#append(path, bytes, flags.exclusive);
    return placed(at("open", path), async () => {
      const key = this.#fileKey(path);
      if (flags.truncates) return this.#put(key, bytes, flags.exclusive);
      // `r+` writes over the start of what is there.
      const open = await openFile(this.#store, path, flags);
      open.write(bytes, 0);
      await open.publish();
    });
  }

  async appendFile(path: unknown, data: unknown, options: unknown): Promise<void> {
    const given = readOptions(options);
    if (path instanceof StoredHandle) return path.appendFile(data, options);
    const flags = readFlags(given.flag, "a");
    if (!flags.appends) return this.writeFile(path, data, options);
    return this.#append(path, await bytesOf(data, given), flags.exclusive);
  }

  open(path: unknown, flags: unknown): Promise<StoredHandle> {
    return placed(at("open", path), async () => {
      return new StoredHandle(await openFile(this.#store, path, readFlags(flags, "r")));
    });
  }

  copyFile(source: unknown, target: unknown, mode: unknown): Promise<void> {
    return placed(between("copyfile", source, target), async () => {
      const from = this.#fileKey(source, "src");
      const to = this.#fileKey(target, "dest");
      const exclusive = typeof mode === "number" && (mode & constants.COPYFILE_EXCL) !== 0;
      if (exclusive && (await this.#store.find(to)) !== undefined) throw new FsError("EEXIST");
      const found = await this.#store.find(from);
      if (found === undefined) throw notAFile(await this.#store.isDirectory(from));
      if (exclusive) await this.#copyNew(from, found, to);
      else if (from !== to) await this.#store.copy(from, to);
    });
  }

  /** Directories are implied by what is in them, so there is nothing to make. */
  mkdir(path: unknown, options: unknown): Promise<undefined> {
    return placed(at("mkdir", path), async () => {
      readOptions(typeof options === "number" ? undefined : options);
      if ((await this.#store.find(keyOf(path))) !== undefined) throw new FsError("EEXIST");
      return undefined;
    });
  }

  async readdir(path: unknown, options: unknown): Promise<unknown[]> {
    const given = readOptions(options);
    return placed(at("scandir", path), async () => {
      const key = keyOf(path);
      const names = given.recursive === true ? await this.#namesBelow(key) : await this.#namesIn(key);
      if (names.length === 0 && key !== "" && (await this.#store.find(key)) !== undefined)
        throw new FsError("ENOTDIR");
      if (given.withFileTypes !== true) return names.map(([name]) => named(name, given));
      const directory = textOf(path);
      return names.map(([name, isFile]) => {
        const last = name.slice(name.lastIndexOf("/") + 1);
        return direntOf(named(last, given), parentOf(directory, name), isFile);
      });
    });
  }

  async realpath(path: unknown, options: unknown): Promise<string | Buffer> {
    return named(resolve(textOf(path)), readOptions(options));
  }

  rename(source: unknown, target: unknown): Promise<void> {
    return placed(between("rename", source, target), async () => {
      const [from, to] = [keyOf(source, "oldPath"), keyOf(target, "newPath")];
      const isFile = (await this.#store.find(from)) !== undefined;
      if (from === to && isFile) return;
      if (isFile) {
        if (await this.#store.isDirectory(to)) throw new FsError("EISDIR");
        await this.#store.copy(from, to);
        return this.#store.remove(from);
      }
      if (to === from || to.startsWith(`${from}/`)) throw new FsError("EINVAL");
      const moved = await this.#store.below(from);
      if (moved.length === 0) throw new FsError("ENOENT");
      if (await this.#store.isDirectory(to)) throw new FsError("ENOTEMPTY");
      // One by one: whoever looks in between sees a part on each side.
      for (const key of moved) await this.#store.copy(key, to + key.slice(from.length));
      for (const key of moved) await this.#store.remove(key);
    });
  }

  async rm(path: unknown, options: unknown): Promise<void> {
    const { force, recursive } = readOptions(options);
    return placed(at("rm", path), async () => {
      const key = keyOf(path);
      if ((await this.#store.find(key)) !== undefined) return this.#store.remove(key);
      const below = await this.#store.below(key);
      if (below.length === 0) {
        if (force === true) return;
        throw new FsError("ENOENT");
      }
      if (recursive !== true) throw new FsError("EISDIR");
      for (const one of below) await this.#store.remove(one);
    });
  }

  rmdir(path: unknown): Promise<void> {
    return placed(at("rmdir", path), async () => {
      const key = keyOf(path);
      if ((await this.#store.find(key)) !== undefined) throw new FsError("ENOTDIR");
      if ((await this.#store.entries(key)).length > 0) throw new FsError("ENOTEMPTY");
    });
  }

  async stat(syscall: string, path: unknown, options: unknown): Promise<unknown> {
    const given = readOptions(options);
    return placed(at(syscall, path), async () => {
      const key = keyOf(path);
      const found = meansADirectory(path) ? undefined : await this.#store.find(key);
      if (found === undefined && !(await this.#store.isDirectory(key))) throw new FsError("ENOENT");
      return statsOf(found, given);
    });
  }

  truncate(path: unknown, length: unknown): Promise<void> {
    return placed(at("open", path), async () => {
      const open = await openFile(this.#store, path, readFlags("r+", "r+"));
      open.truncate(typeof length === "number" ? Math.max(0, length) : 0);
      await open.publish();
    });
  }

  unlink(path: unknown): Promise<void> {
    return placed(at("unlink", path), async () => {
      const key = keyOf(path);
      if ((await this.#store.find(key)) === undefined) throw notAFile(await this.#store.isDirectory(key));
      await this.#store.remove(key);
    });
  }

  #fileKey(path: unknown, name?: string): string {
    const key = keyOf(path, name);
    if (key === "" || meansADirectory(path)) throw new FsError("EISDIR");
    return key;
  }

  async #put(key: string, bytes: Buffer, exclusive: boolean): Promise<void> {
    try {
      await this.#store.write(key, bytes, exclusive ? ABSENT : undefined);
    } catch (error) {
      throw takenOr(error);
    }
  }

  /** Makes a file that nobody else has made in the meantime. */
  async #copyNew(from: string, found: Found, to: string): Promise<void> {
    const upload = this.#store.upload(to, ABSENT);
    try {
      for (let at = 0; at < found.size; at += AHEAD)
        await upload.add(await rangeOf(this.#store, from, found, at, AHEAD));
      await upload.finish();
    } catch (error) {
      await upload.forget();
      throw takenOr(error);
    }
  }

  /** Puts bytes behind what is there, also where others do so at the same time. */
  #append(path: unknown, bytes: Buffer, exclusive: boolean): Promise<void> {
    return placed(at("open", path), async () => {
      const key = this.#fileKey(path);
      if (exclusive) return this.#put(key, bytes, true);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const there = await this.#store.content(key);
        const whole = there === undefined ? bytes : Buffer.concat([there.bytes, bytes]);
        try {
          await this.#store.write(key, whole, there?.found ?? ABSENT);
          return;
        } catch (error) {
          if (!(error instanceof Changed)) throw error;
        }
      }
      throw new FsError("ESTALE", {}, "other writers changed it each time that this one wanted to");
    });
  }

  async #namesIn(key: string): Promise<[name: string, isFile: boolean][]> {
    return (await this.#store.entries(key)).map(({ name, found }) => [name, found !== undefined]);
  }

  /** Everything below, directories before what is in them. */
  async #namesBelow(key: string): Promise<[name: string, isFile: boolean][]> {
    const names = new Map<string, boolean>();
    for (const found of await this.#store.below(key)) {
      const name = key === "" ? found : found.slice(key.length + 1);
      const parts = name.split("/");
      for (let length = 1; length < parts.length; length += 1) {
        const directory = parts.slice(0, length).join("/");
        if (!names.has(directory)) names.set(directory, false);
      }
      names.set(name, true);
    }
    return [...names];
  }
}

function takenOr(error: unknown): unknown {
  return error instanceof Changed ? new FsError("EEXIST", {}, undefined, error) : error;
}

function at(syscall: string, path: unknown): Place {
  return { syscall, path: textOf(path) };
}

function between(syscall: string, source: unknown, target: unknown): Place {
  return { syscall, path: textOf(source, "src"), dest: textOf(target, "dest") };
}

export type { Options };
