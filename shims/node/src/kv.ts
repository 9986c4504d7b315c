/**
 * A `Map` of the application's, kept in a table of DynamoDB. Each method answers a promise, which code that awaits what
 * a plain `Map` answers does not notice. What a read gives is a copy.
 */
import { createHash } from "node:crypto";
import { readBinding } from "./binding.ts";
import { type Item, Table } from "./dynamodb.ts";
import { dumpKey, dumpValue, identity, KeyTypeError, loadValue } from "./stored.ts";

/** Holds which of the first entries were written once. No key's identity is this. */
const ENTRIES = "#entries";

/**
 * Gives what stands for the `Map` `own`: itself where there is no binding. With one, its entries are written to the table
 * before the first call is answered, where they are absent; each of them once in the life of the table, so that one which
 * is deleted or changed later is not brought back by the next process that starts.
 */
export function map(own: Map<unknown, unknown>, prefix: string): unknown {
  const found = readBinding(prefix, ["table"]);
  return found === undefined ? own : new StoredMap(new Table(found.table), own);
}

/** The `Map` of which every method is asked with `await`. */
export class StoredMap {
  readonly #table: Table;
  readonly #first: readonly Item[];
  #prepared: Promise<void> | undefined;

  constructor(table: Table, entries: ReadonlyMap<unknown, unknown>) {
    this.#table = table;
    this.#first = [...entries].map(([key, value]) => itemOf(key, value));
  }

  async get(key: unknown): Promise<unknown> {
    const item = await this.#find(key);
    return item && loadValue(item.value);
  }

  async has(key: unknown): Promise<boolean> {
    return (await this.#find(key)) !== undefined;
  }

  async set(key: unknown, value: unknown): Promise<this> {
    // As it is now: the caller may go on and change it.
    const item = itemOf(key, value);
    await this.#ready();
    await this.#table.assign(item);
    return this;
  }

  async delete(key: unknown): Promise<boolean> {
    const wanted = identityOf(key);
    if (wanted === undefined) return false;
    await this.#ready();
    return this.#table.delete(wanted);
  }

  async clear(): Promise<void> {
    const items = await this.#items("names");
    await this.#table.deleteMany(items.map((item) => item.key));
  }

  get size(): Promise<number> {
    return this.#ready().then(() => this.#table.count());
  }

  keys(): Several<unknown> {
    return new Several(async () => (await this.#items("names")).map((item) => loadValue(item.name)));
  }

  values(): Several<unknown> {
    return new Several(async () => (await this.#items("all")).map((item) => loadValue(item.value)));
  }

  entries(): Several<[unknown, unknown]> {
    return new Several(async () =>
      (await this.#items("all")).map((item) => [loadValue(item.name), loadValue(item.value)]),
    );
  }

  async forEach(
    callback: (value: unknown, key: unknown, map: this) => void,
    thisArg?: unknown,
  ): Promise<void> {
    for (const [key, value] of await this.entries()) callback.call(thisArg, value, key, this);
  }

  [Symbol.asyncIterator](): AsyncIterator<[unknown, unknown]> {
    return this.entries()[Symbol.asyncIterator]();
  }

  [Symbol.iterator](): never {
    throw new TypeError("a Map that is stored is iterated with `for await`, or after `await map.entries()`");
  }

  get [Symbol.toStringTag](): string {
    return "Map";
  }

  async #find(key: unknown): Promise<Item | undefined> {
    const wanted = identityOf(key);
    if (wanted === undefined) return undefined;
    await this.#ready();
    return this.#table.get(wanted);
  }

  async #items(wanted: "all" | "names"): Promise<Item[]> {
    await this.#ready();
    return this.#table.scan(wanted);
  }

  /** Waits until the first entries are written; a failure is the caller's, and the next one tries again. */
  async #ready(): Promise<void> {
    if (this.#first.length === 0) return;
    this.#prepared ??= this.#writeEntries();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  async #writeEntries(): Promise<void> {
    const written = await this.#table.marks(ENTRIES);
    const missing = this.#first.filter((item) => !written.has(digest(item)));
    for (const item of missing) await this.#table.add(item);
    if (missing.length > 0) await this.#table.mark(ENTRIES, missing.map(digest));
  }
}

/**
 * What `keys`, `values` and `entries` answer. `await` gives an iterator over what there is, `for await` goes through it.
 * The table is only read once one of them asks.
 */
export class Several<T> implements PromiseLike<ArrayIterator<T>>, AsyncIterable<T> {
  readonly #read: () => Promise<T[]>;

  constructor(read: () => Promise<T[]>) {
    this.#read = read;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is there to be awaited
  then<A = ArrayIterator<T>, B = never>(
    onFulfilled?: ((iterator: ArrayIterator<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#read()
      .then((items) => items.values())
      .then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* await this.#read();
  }
}

function itemOf(key: unknown, value: unknown): Item {
  return { key: identity(key), name: dumpKey(key), value: dumpValue(value) };
}

/** `undefined` for what can be no key: a `Map` would not have it either. */
function identityOf(key: unknown): string | undefined {
  try {
    return identity(key);
  } catch (error) {
    if (error instanceof KeyTypeError) return undefined;
    throw error;
  }
}

function digest(item: Item): string {
  return createHash("sha256").update(item.key).digest("hex").slice(0, 16);
}
