/** A store of texts by key, wherever it is kept. */

import { readBinding } from "./binding.ts";
import { readCache } from "./cache.ts";

export interface Item {
  /** The identity of its key. */
  readonly key: string;
  /** The key as it was given. */
  readonly name: string;
  readonly value: string;
}

export interface Table {
  /** The item, or `undefined` where there is none or its time is over. */
  get(key: string): Promise<Item | undefined>;
  /** Writes the value; a key that is there keeps its place among the others, and its form. */
  assign(item: Item): Promise<void>;
  /** Writes the item where there is none. */
  add(item: Item): Promise<void>;
  /** Takes the item away; whether there was one. */
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<void>;
  /** Every item, in the order in which their keys were new. */
  scan(wanted: "all" | "names"): Promise<Item[]>;
  /** The number of items. */
  count(): Promise<number>;
  /** The texts that `mark` added under this key, which is no item's. */
  marks(key: string): Promise<ReadonlySet<string>>;
  /** Adds texts under a key that no item has. */
  mark(key: string, texts: readonly string[]): Promise<void>;
}

/**
 * The store of which the environment says that it is: `<prefix>_TABLE` names a table of DynamoDB; `_HOST`, `_PORT` and
 * `_TLS` a Redis. `undefined` where none of them is set. Only the client that is used is loaded.
 */
export function boundTable(prefix: string): Promise<Table> | undefined {
  const name = readBinding(prefix, ["table"])?.table;
  if (name !== undefined) return import("./dynamodb.ts").then(({ Table }) => new Table(name));
  const server = readCache(prefix);
  return server && import("./redis_table.ts").then(({ Table }) => new Table(prefix, server));
}
