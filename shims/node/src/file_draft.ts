/** A file that is open: what is read of it comes in ranges, what is written is the file once it is published. */
import { type Flags, notAFile } from "./file_data.ts";
import { FsError } from "./fs_error.ts";
import { keyOf, meansADirectory } from "./keys.ts";
import { ABSENT, type Base, Changed, type Found, type Store } from "./store.ts";

/** How often an append starts over because somebody else was faster. */
const TRIES = 20;

export interface Open {
  readonly flags: Flags;
  readonly size: number;
  readonly found: Found | undefined;
  read(at: number, length: number): Promise<Buffer>;
  /** Writes at a place; `undefined` for the end. */
  write(bytes: Buffer, at: number | undefined): void;
  truncate(size: number): void;
  /** Makes what was written the file. */
  publish(): Promise<void>;
}

/** Opens the file at `path`. */
export async function openFile(store: Store, path: unknown, flags: Flags): Promise<Open> {
  const key = keyOf(path);
  if (key === "" || meansADirectory(path)) throw new FsError("EISDIR");
  if (flags.writes) return Draft.open(store, key, flags);
  const found = await store.find(key);
  if (found === undefined) throw notAFile(await store.isDirectory(key));
  return new Reading(store, key, flags, found);
}

class Reading implements Open {
  readonly flags: Flags;
  readonly found: Found;
  readonly #store: Store;
  readonly #key: string;

  constructor(store: Store, key: string, flags: Flags, found: Found) {
    [this.#store, this.#key, this.flags, this.found] = [store, key, flags, found];
  }

  get size(): number {
    return this.found.size;
  }

  read(at: number, length: number): Promise<Buffer> {
    return rangeOf(this.#store, this.#key, this.found, at, length);
  }

  write(): void {
    throw new FsError("EBADF");
  }

  truncate(): void {
    throw new FsError("EINVAL");
  }

  async publish(): Promise<void> {}
}

/** Bytes of a file as it was found. */
export async function rangeOf(
  store: Store,
  key: string,
  found: Found,
  at: number,
  length: number,
): Promise<Buffer> {
  const wanted = Math.min(length, found.size - at);
  if (wanted <= 0) return Buffer.alloc(0);
  try {
    return await store.read(key, at, wanted, found.tag);
  } catch (error) {
    if (error instanceof Changed || (error instanceof FsError && error.code === "ENOENT"))
      throw new FsError("ESTALE", {}, "it was replaced or removed while it was being read", error);
    throw error;
  }
}

class Draft implements Open {
  readonly flags: Flags;
  readonly found: Found | undefined;
  readonly #store: Store;
  readonly #key: string;
  /** What the file has to be when this replaces it; `undefined` where that does not matter. */
  #base: Base | undefined;
  #baseSize = 0;
  /** Whether everything that was there is still there, so that an append can be put behind another. */
  #whole = true;
  #bytes: Buffer;
  #changed: boolean;
  #publishing: Promise<void> = Promise.resolve();

  static async open(store: Store, key: string, flags: Flags): Promise<Draft> {
    if (flags.exclusive) {
      // At once, so that nobody else can.
      await store.write(key, Buffer.alloc(0), ABSENT).catch((error: unknown) => {
        throw error instanceof Changed ? new FsError("EEXIST") : error;
      });
      return new Draft(store, key, flags, undefined, undefined);
    }
    if (flags.truncates && flags.makes) return new Draft(store, key, flags, undefined, undefined);
    const there = await store.content(key);
    if (there === undefined && !flags.makes) throw notAFile(await store.isDirectory(key));
    const draft = new Draft(store, key, flags, there, there?.found ?? ABSENT);
    if (flags.truncates) draft.truncate(0);
    return draft;
  }

  private constructor(
    store: Store,
    key: string,
    flags: Flags,
    there: { readonly bytes: Buffer; readonly found: Found } | undefined,
    base: Base | undefined,
  ) {
    [this.#store, this.#key, this.flags, this.found] = [store, key, flags, there?.found];
    this.#bytes = there?.bytes ?? Buffer.alloc(0);
    [this.#base, this.#baseSize] = [base, this.#bytes.length];
    // A file that is not there is made by being opened.
    this.#changed = there === undefined;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async read(at: number, length: number): Promise<Buffer> {
    if (!this.flags.reads) throw new FsError("EBADF");
    return Buffer.from(this.#bytes.subarray(at, at + length));
  }

  write(bytes: Buffer, at: number | undefined): void {
    const start = this.flags.appends || at === undefined ? this.#bytes.length : at;
    const end = Math.max(this.#bytes.length, start + bytes.length);
    const written = end > this.#bytes.length ? Buffer.concat([this.#bytes], end) : this.#bytes;
    bytes.copy(written, start);
    if (start < this.#baseSize) this.#whole = false;
    [this.#bytes, this.#changed] = [written, true];
  }

  truncate(size: number): void {
    if (size < this.#baseSize) this.#whole = false;
    const kept = this.#bytes.subarray(0, size);
    this.#bytes = Buffer.concat([kept], size);
    this.#changed = true;
  }

  /** One after the other: what is written in the meantime is the next one's. */
  publish(): Promise<void> {
    const publishing = this.#publishing.catch(() => undefined).then(() => this.#publishChanges());
    this.#publishing = publishing;
    return publishing;
  }

  async #publishChanges(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    try {
      await this.#publishAll();
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }

  async #publishAll(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      // A copy: what is written in the meantime may change it.
      const bytes = Buffer.from(this.#bytes);
      try {
        const made = await this.#store.write(this.#key, bytes, this.#base);
        // What comes after this replaces what is there then; an append is put behind it.
        this.#base = this.flags.appends ? made : undefined;
        this.#baseSize = bytes.length;
        return;
      } catch (error) {
        if (!(error instanceof Changed)) throw error;
        if (!(this.flags.appends && this.#whole))
          throw new FsError("ESTALE", {}, "another writer changed it after it was opened", error);
        await this.#startOver();
      }
    }
    throw new FsError("ESTALE", {}, "other writers changed it each time that this one wanted to");
  }

  /** Puts what was appended behind what others have appended in the meantime. */
  async #startOver(): Promise<void> {
    const there = await this.#store.content(this.#key);
    const appended = this.#bytes.subarray(this.#baseSize);
    this.#bytes = Buffer.concat([there?.bytes ?? Buffer.alloc(0), appended]);
    [this.#base, this.#baseSize] = [there?.found ?? ABSENT, there?.bytes.length ?? 0];
  }
}
