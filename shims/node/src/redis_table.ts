/**
 * A Redis as a store of texts by key, with the items that inferra's Python package writes.
 *
 * The keys of a store begin with its name, so that others may be beside it. An item is a hash with `name` (the key as it
 * was given), `value`, `at` (when its key was new, which orders the items) and, where it ends by itself, `until` (the
 * millisecond, at which Redis deletes it). Whatever takes several commands is a script, which Redis runs at once.
 */
import type { Server } from "./cache.ts";
import { ask } from "./redis_connection.ts";
import type { Item, Table as Store } from "./table.ts";

/** Keys that are named at once. */
const AT_ONCE = 500;

/** KEYS: of the item. ARGV: its name, its value, when it was new. */
const ASSIGN = `
redis.call('HSETNX', KEYS[1], 'name', ARGV[1])
redis.call('HSETNX', KEYS[1], 'at', ARGV[3])
return redis.call('HSET', KEYS[1], 'value', ARGV[2])
`;
const ADD = `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end ${ASSIGN}`;

export class Table implements Store {
  readonly #items: string;
  readonly #marks: string;
  readonly #server: Server;
  #serial = 0;

  /** `name` is what its keys begin with: letters, digits and `_`. */
  constructor(name: string, server: Server) {
    this.#items = `${name}:item:`;
    this.#marks = `${name}:marks:`;
    this.#server = server;
  }

  async get(key: string): Promise<Item | undefined> {
    const [name, value] = await ask(this.#server, (redis) =>
      redis.hmGet(this.#items + key, ["name", "value"]),
    );
    return name == null ? undefined : { key, name, value: value ?? "" };
  }

  async assign(item: Item): Promise<void> {
    await this.#write(ASSIGN, item);
  }

  async add(item: Item): Promise<void> {
    await this.#write(ADD, item);
  }

  async delete(key: string): Promise<boolean> {
    return (await ask(this.#server, (redis) => redis.del(this.#items + key))) > 0;
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const some of batches(keys)) {
      const items = some.map((key) => this.#items + key);
      await ask(this.#server, (redis) => redis.unlink(items));
    }
  }

  async scan(wanted: "all" | "names"): Promise<Item[]> {
    const fields = wanted === "all" ? ["at", "name", "value"] : ["at", "name"];
    const found: { readonly at: bigint; readonly item: Item }[] = [];
    for (const some of batches([...(await this.#keys())])) {
      // What is asked at once is sent at once.
      const items = await ask(this.#server, (redis) =>
        Promise.all(some.map((key) => redis.hmGet(this.#items + key, fields))),
      );
      for (const [index, [at, name, value]] of items.entries())
        if (name != null)
          found.push({ at: BigInt(at ?? 0), item: { key: some[index] ?? "", name, value: value ?? "" } });
    }
    found.sort((a, b) =>
      a.at === b.at ? Buffer.compare(Buffer.from(a.item.key), Buffer.from(b.item.key)) : a.at < b.at ? -1 : 1,
    );
    return found.map(({ item }) => item);
  }

  async count(): Promise<number> {
    return (await this.#keys()).size;
  }

  async marks(key: string): Promise<ReadonlySet<string>> {
    return new Set(await ask(this.#server, (redis) => redis.sMembers(this.#marks + key)));
  }

  async mark(key: string, texts: readonly string[]): Promise<void> {
    await ask(this.#server, (redis) => redis.sAdd(this.#marks + key, [...texts].sort()));
  }

  /** The keys of all items, page by page; what was there all the time is among them. */
  async #keys(): Promise<ReadonlySet<string>> {
    // A key may be in several pages: https://redis.io/docs/latest/commands/scan/.
    const found = new Set<string>();
    const options = { MATCH: `${this.#items}*`, COUNT: AT_ONCE };
    let cursor = "0";
    do {
      const page = await ask(this.#server, (redis) => redis.scan(cursor, options));
      for (const key of page.keys) found.add(key.slice(this.#items.length));
      cursor = page.cursor;
    } while (cursor !== "0");
    return found;
  }

  async #write(script: string, item: Item): Promise<void> {
    const given = { keys: [this.#items + item.key], arguments: [item.name, item.value, this.#at()] };
    await ask(this.#server, (redis) => redis.eval(script, given));
  }

  /** Nanoseconds; items of one process keep their order even where its clock stands still. */
  #at(): string {
    this.#serial = (this.#serial + 1) % 1_000_000;
    return (BigInt(Date.now()) * 1_000_000n + BigInt(this.#serial)).toString();
  }
}

function* batches(keys: readonly string[]): Generator<string[]> {
  for (let start = 0; start < keys.length; start += AT_ONCE) yield keys.slice(start, start + AT_ONCE);
}
