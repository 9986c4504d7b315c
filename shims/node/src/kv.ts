/**
 * A `Map` of the application's, kept in a table of DynamoDB or in a Redis. Each method answers a promise, which code that
 * awaits what a plain `Map` answers does not notice. What a read gives is a copy.
 */
import { createHash } from "node:crypto";
import { dumpKey, dumpValue, identity, KeyTypeError, loadValue } from "./stored.ts";
import { boundTable, type Item, type Table } from "./table.ts";

/** Holds which of the first entries were written once. No key's identity is this. */
const ENTRIES = "#entries";

/**
 * Gives what stands for the `Map` `own`: itself where there is no binding. With one, its entries are written to the table
 * before the first call is answered, where they are absent; each of them once in the life of the table, so that one which
 * is deleted or changed later is not brought back by the next process that starts.
 */
export function map(own: Map<unknown, unknown>, prefix: string): unknown {
  const table = boundTable(prefix);
  return table === undefined ? own : new StoredMap(table, own);
}

/** The `Map` of which every method is asked with `await`. */
export class StoredMap {
  readonly #table: Promise<Table>;
  readonly #first: readonly Item[];
  #prepared: Promise<void> | undefined;

  constructor(table: Promise<Table>, entries: ReadonlyMap<unknown, unknown>) {
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
    const table = await this.#ready();
    await table.assign(item);
    return this;
  }

  async delete(key: unknown): Promise<boolean> {
    const wanted = identityOf(key);
    if (wanted === undefined) return false;
    const table = await this.#ready();
    return table.delete(wanted);
  }

  async clear(): Promise<void> {
    const items = await this.#items("names");
    const table = await this.#table;
    await table.deleteMany(items.map((item) => item.key));
  }

  get size(): Promise<number> {
    return this.#ready().then((table) => table.count());
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
    const table = await this.#ready();
    return table.get(wanted);
  }

  async #items(wanted: "all" | "names"): Promise<Item[]> {
    const table = await this.#ready();
    return table.scan(wanted);
  }

  /** The store, when the first entries are written; a failure is the caller's, and the next one tries again. */
  async #ready(): Promise<Table> {
    const table = await this.#table;
    if (this.#first.length === 0) return table;
    this.#prepared ??= this.#writeEntries(table);
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
    return table;
  }

  async #writeEntries(table: Table): Promise<void> {
    const written = await table.marks(ENTRIES);
    const missing = this.#first.filter((item) => !written.has(digest(item)));
    for (const item of missing) await table.add(item);
    if (missing.length > 0) await table.mark(ENTRIES, missing.map(digest));
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
