/**
 * Files in a folder that several machines have mounted, as EFS is: https://docs.aws.amazon.com/efs/latest/ug/how-it-works.html
 *
 * A file is never changed in place. Its content is written beside, and becomes the file by a rename, so that whoever has it
 * open goes on reading what was there, and whoever opens it finds it whole.
 */
import { randomBytes } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import fs, { type FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Claim, claim, WORK } from "./directory_claim.ts";
import { codeOf, FsError, spoken } from "./fs_error.ts";
import { type Base, Changed, type Entry, type Found, type Store, type Upload } from "./store.ts";

/** What was left behind longer ago than this belongs to nobody who is still at work. */
const LEFT_MS = 24 * 3600 * 1000;

/** How often what is written is tried again because the folder for it went, with the last file in it. */
const TRIES = 20;
const PAUSE_MS = 5;

/** What stands in for a file that was removed while it is open: https://docs.kernel.org/filesystems/nfs/ */
const REMOVED = /^\.nfs[0-9a-f]{8,}$/;

export class Directory implements Store {
  readonly #root: string;
  #swept = false;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async find(key: string): Promise<Found | undefined> {
    return absentOr(() => this.#opened(key, async (file) => foundIn(await regular(file))));
  }

  async content(key: string): Promise<{ bytes: Buffer; found: Found } | undefined> {
    return absentOr(() =>
      this.#opened(key, async (file) => {
        const found = foundIn(await regular(file));
        const bytes = await file.readFile();
        return { bytes, found: { ...found, size: bytes.length } };
      }),
    );
  }

  async read(key: string, at: number, length: number, tag: string): Promise<Buffer> {
    return this.#opened(key, async (file) => {
      if (foundIn(await regular(file)).tag !== tag) throw new Changed("the file is another one by now");
      const bytes = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    });
  }

  async write(key: string, content: Buffer, replacing?: Base): Promise<Base> {
    const draft = await this.#draft();
    return draft.closing(async () => {
      await draft.file.writeFile(content);
      return this.#publish(key, draft, replacing);
    });
  }

  upload(key: string, replacing?: Base): Upload {
    let draft: Promise<Draft> | undefined;
    const started = () => {
      draft ??= this.#draft();
      return draft;
    };
    return {
      add: (piece) => speaking(async () => (await started()).file.writeFile(piece)),
      finish: async () => {
        const finished = await started();
        await finished.closing(() => this.#publish(key, finished, replacing));
      },
      forget: async () => {
        await (await draft)?.forget();
      },
    };
  }

  async remove(key: string): Promise<void> {
    await absentOr(async () => {
      const place = await this.#place(key);
      await this.#claimed(key, undefined, () => fs.unlink(place));
      await this.#prune(dirname(place));
    });
  }

  async copy(source: string, target: string): Promise<void> {
    const draft = await this.#draft();
    await draft.closing(async () => {
      await this.#opened(source, async (file) => {
        await regular(file);
        for await (const piece of file.createReadStream({ autoClose: false }))
          await draft.file.writeFile(piece);
      });
      await this.#publish(target, draft, undefined);
    });
  }

  async below(key: string): Promise<string[]> {
    const found: string[] = [];
    const folders = [key];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
      for (const { name, found: file } of await this.#listed(folder)) {
        const one = folder === "" ? name : `${folder}/${name}`;
        (file ? found : folders).push(one);
      }
    return found.sort(byBytes);
  }

  async entries(key: string): Promise<Entry[]> {
    const found: Entry[] = [];
    for (const entry of await this.#listed(key)) {
      const inside = key === "" ? entry.name : `${key}/${entry.name}`;
      if (entry.found !== undefined || (await this.isDirectory(inside))) found.push(entry);
    }
    return found.sort((a, b) => byBytes(a.name, b.name));
  }

  /** Directories are what is in them: one that nothing is in is on its way to be made, or to go. */
  async isDirectory(key: string): Promise<boolean> {
    if (key === "") return true;
    for (const { name, found } of await this.#listed(key))
      if (found !== undefined || (await this.isDirectory(`${key}/${name}`))) return true;
    return false;
  }

  /** What is in a directory, in no order. What is neither file nor directory is not there. */
  async #listed(key: string): Promise<Entry[]> {
    const folder = join(this.#root, key);
    const listed = await absentOr(async () => {
      await this.#place(key === "" ? "" : `${key}/`);
      return fs.readdir(folder, { withFileTypes: true });
    });
    const found: Entry[] = [];
    for (const entry of listed ?? []) {
      const { name } = entry;
      if (REMOVED.test(name) || (key === "" && name === WORK)) continue;
      if (entry.isDirectory()) found.push({ name });
      if (!entry.isFile()) continue;
      const file = await absentOr(() => fs.lstat(join(folder, name), { bigint: true }));
      if (file !== undefined) found.push({ name, found: foundIn(file) });
    }
    return found;
  }

  /**
   * Where the file of a key is; of a key that ends in `/`, where that directory is. No symbolic link leads there: whatever
   * made one, what it leads to is no part of the store.
   */
  async #place(key: string): Promise<string> {
    if (key === WORK || key.startsWith(`${WORK}/`))
      throw new FsError("EACCES", {}, "the store keeps there what is being written");
    const place = join(this.#root, key);
    const folder = key === "" || key.endsWith("/") ? key : dirname(key);
    const wanted = join(await this.#mounted(), folder, "/");
    if (join(await fs.realpath(join(this.#root, folder)), "/") !== wanted)
      throw new FsError("EACCES", {}, "a symbolic link leads there");
    return place;
  }

  /** The folder itself, which may well be behind a link. */
  async #mounted(): Promise<string> {
    try {
      return await fs.realpath(this.#root);
    } catch (error) {
      throw new FsError("EIO", {}, `no file system is mounted at ${this.#root}`, error);
    }
  }

  /** Opened, which asks the server for what is there now: https://docs.kernel.org/filesystems/nfs/ */
  #opened<T>(key: string, act: (file: FileHandle) => Promise<T>): Promise<T> {
    return speaking(async () => {
      const file = await fs.open(await this.#place(key), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        return await act(file);
      } finally {
        await file.close();
      }
    });
  }

  #draft(): Promise<Draft> {
    return speaking(async () => {
      const folder = join(await this.#mounted(), WORK);
      if (!this.#swept) {
        await fs.mkdir(folder, { recursive: true, mode: 0o750 });
        this.#swept = true;
        void sweep(folder);
      }
      const path = join(folder, `${randomBytes(12).toString("hex")}.new`);
      return new Draft(path, await fs.open(path, "wx", 0o640));
    });
  }

  /** Makes a draft the file of `key`, where that is what it has to be. */
  #publish(key: string, draft: Draft, replacing: Base | undefined): Promise<Base> {
    return speaking(async () => {
      await draft.file.sync();
      const { tag } = foundIn(await draft.file.stat({ bigint: true }));
      for (let tries = 1; ; tries += 1) {
        try {
          await this.#folderOf(key);
          const place = await this.#place(key);
          if (replacing?.tag === "") await newly(draft.path, place);
          else await this.#claimed(key, draft.path, (mine) => this.#replace(key, place, mine, replacing));
          return { tag };
        } catch (error) {
          // The folder went with the last file in it, or the claim was taken for one of somebody who is gone; or there is a
          // folder where the file is to be, in which nothing is left.
          const again =
            codeOf(error) === "ENOENT" || (codeOf(error) === "EISDIR" && (await this.#emptied(key)));
          if (!again || tries === TRIES) throw error;
          await setTimeout(PAUSE_MS * tries * Math.random());
        }
      }
    });
  }

  async #replace(key: string, place: string, mine: Claim, replacing: Base | undefined): Promise<void> {
    if (replacing !== undefined && (await this.find(key))?.tag !== replacing.tag)
      throw new Changed("the file is another one by now");
    await mine.become(place);
  }

  async #folderOf(key: string): Promise<void> {
    const names = key.split("/").slice(0, -1);
    for (let depth = 1; depth <= names.length; depth += 1) {
      // Each by itself: none is made where a symbolic link leads.
      const place = await this.#place(names.slice(0, depth).join("/"));
      await fs.mkdir(place, { mode: 0o750 }).catch((error: unknown) => {
        if (codeOf(error) !== "EEXIST") throw error;
      });
    }
  }

  async #emptied(key: string): Promise<boolean> {
    if (await this.isDirectory(key)) return false;
    return fs.rmdir(await this.#place(key)).then(
      () => true,
      () => false,
    );
  }

  /** Does something to the file of `key` while no other writer does. */
  async #claimed<T>(key: string, draft: string | undefined, act: (mine: Claim) => Promise<T>): Promise<T> {
    if (draft === undefined) {
      const empty = await this.#draft();
      return empty.closing(() => this.#claimed(key, empty.path, act));
    }
    const mine = await claim(this.#root, key, draft);
    try {
      return await act(mine);
    } finally {
      await mine.release();
    }
  }

  /** Removes folders that nothing is in any more. */
  async #prune(folder: string): Promise<void> {
    for (let one = folder; one.startsWith(`${this.#root}/`); one = dirname(one))
      try {
        await fs.rmdir(one);
      } catch {
        return;
      }
  }
}

/** What a file is to be, under a name that nobody looks for. */
class Draft {
  readonly path: string;
  readonly file: FileHandle;

  constructor(path: string, file: FileHandle) {
    [this.path, this.file] = [path, file];
  }

  async closing<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await speaking(act);
    } finally {
      await this.forget();
    }
  }

  /** Whatever became of it has another name. */
  async forget(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await fs.unlink(this.path).catch(() => undefined);
  }
}

/** Where there must be no file: only one of several succeeds, whatever any of them believes to be there. */
async function newly(draft: string, place: string): Promise<void> {
  try {
    await fs.link(draft, place);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw new Changed("the file is there already", { cause: error });
    throw error;
  }
}

async function sweep(folder: string): Promise<void> {
  try {
    for (const name of await fs.readdir(folder)) {
      const path = join(folder, name);
      const { mtimeMs } = await fs.lstat(path);
      if (Date.now() - mtimeMs > LEFT_MS) await fs.unlink(path);
    }
  } catch {
    // Somebody else sweeps as well, or may; it changes nothing that a file says.
  }
}

async function regular(file: FileHandle): Promise<BigIntStats> {
  const stats = await file.stat({ bigint: true });
  if (!stats.isFile()) throw new FsError("ENOENT");
  return stats;
}

/** No two contents have the same number and were written at the same moment. */
function foundIn({ ino, mtimeMs, mtimeNs, size }: BigIntStats): Found {
  return { size: Number(size), modified: Number(mtimeMs), tag: `${ino}-${mtimeNs}-${size}` };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Makes what Node says an error of files, without the places on this machine. */
async function speaking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof Changed ? error : spoken(error);
  }
}

async function absentOr<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await speaking(act);
  } catch (error) {
    // A file where a directory would be is no directory with something in it.
    if (error instanceof FsError && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
