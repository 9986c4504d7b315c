/**
 * A table of DynamoDB as a store of texts by key, with the items that inferra's Python package writes.
 *
 * An item has `key` (the identity of its key), `name` (the key as it was given), `value`, `at` (when its key was new, which
 * orders the items) and, where it ends by itself, `until` (the millisecond). Reads are consistent and results are read to
 * their last page.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { within } from "./patience.ts";
import type { Item, Table as Store } from "./table.ts";

type Raw = Record<string, AttributeValue>;

const CONNECTIONS = 10;

let shared: DynamoDBClient | undefined;

/** The client that all tables share; region, credentials and endpoint come from the environment. */
function client(): DynamoDBClient {
  shared ??= new DynamoDBClient({
    maxAttempts: 5,
    requestHandler: within(10_000),
  });
  return shared;
}

export class Table implements Store {
  readonly #name: string;
  #serial = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** The item, or `undefined` where there is none or its time is over. */
  async get(key: string): Promise<Item | undefined> {
    const found = await client().send(
      new GetItemCommand({ TableName: this.#name, Key: { key: { S: key } }, ConsistentRead: true }),
    );
    return live(found.Item);
  }

  /** Writes the value; a key that is there keeps its place among the others, and its form. */
  async assign(item: Item): Promise<void> {
    await this.#update(item);
  }

  /** Writes the item where there is none. */
  async add(item: Item): Promise<void> {
    try {
      await this.#update(item, { ConditionExpression: "attribute_not_exists(#key)" }, { "#key": "key" });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Takes the item away; whether there was one. */
  async delete(key: string): Promise<boolean> {
    const taken = await client().send(
      new DeleteItemCommand({ TableName: this.#name, Key: { key: { S: key } }, ReturnValues: "ALL_OLD" }),
    );
    return live(taken.Attributes) !== undefined;
  }

  /** Takes the items away: one call for each, because that is all that is granted. */
  async deleteMany(keys: readonly string[]): Promise<void> {
    const left = keys.values();
    const worker = async () => {
      for (const key of left) await this.delete(key);
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, keys.length) }, worker));
  }

  /** Every item, in the order in which their keys were new. */
  async scan(wanted: "all" | "names"): Promise<Item[]> {
    const raws: Raw[] = [];
    for await (const page of this.#pages(wanted)) raws.push(...page);
    const sorted = raws.map((raw) => ({ at: BigInt(raw.at?.N ?? "0"), key: raw.key?.S ?? "", raw }));
    sorted.sort((a, b) =>
      a.at === b.at ? Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) : a.at < b.at ? -1 : 1,
    );
    return sorted.map(({ raw }) => live(raw)).filter((item) => item !== undefined);
  }

  /** The number of items. */
  async count(): Promise<number> {
    let count = 0;
    for await (const page of this.#pages("names"))
      count += page.filter((raw) => live(raw) !== undefined).length;
    return count;
  }

  /** The texts that `mark` added under this key, which is no item's. */
  async marks(key: string): Promise<ReadonlySet<string>> {
    const found = await client().send(
      new GetItemCommand({ TableName: this.#name, Key: { key: { S: key } }, ConsistentRead: true }),
    );
    return new Set(found.Item?.marks?.SS);
  }

  /** Adds texts under a key that no item has. */
  async mark(key: string, texts: readonly string[]): Promise<void> {
    await client().send(
      new UpdateItemCommand({
        TableName: this.#name,
        Key: { key: { S: key } },
        UpdateExpression: "ADD marks :texts",
        ExpressionAttributeValues: { ":texts": { SS: [...texts].sort() } },
      }),
    );
  }

  async #update(
    item: Item,
    condition: { readonly ConditionExpression?: string } = {},
    names: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await client().send(
      new UpdateItemCommand({
        TableName: this.#name,
        Key: { key: { S: item.key } },
        UpdateExpression:
          "SET #value = :value, #name = if_not_exists(#name, :name), #at = if_not_exists(#at, :at)",
        ExpressionAttributeNames: { "#value": "value", "#name": "name", "#at": "at", ...names },
        ExpressionAttributeValues: {
          ":value": { S: item.value },
          ":name": { S: item.name },
          ":at": this.#at(),
        },
        ...condition,
      }),
    );
  }

  async *#pages(wanted: "all" | "names"): AsyncGenerator<Raw[]> {
    const names: Record<string, string> = { "#key": "key", "#name": "name", "#at": "at", "#until": "until" };
    if (wanted === "all") names["#value"] = "value";
    let start: Raw | undefined;
    do {
      const page = await client().send(
        new ScanCommand({
          TableName: this.#name,
          ConsistentRead: true,
          ProjectionExpression: Object.keys(names).join(", "),
          ExpressionAttributeNames: names,
          // What has no name is a mark.
          FilterExpression: "attribute_exists(#name)",
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  /** Nanoseconds; items of one process keep their order even where its clock stands still. */
  #at(): AttributeValue {
    this.#serial = (this.#serial + 1) % 1_000_000;
    return { N: (BigInt(Date.now()) * 1_000_000n + BigInt(this.#serial)).toString() };
  }
}

function live(raw: Raw | undefined): Item | undefined {
  if (raw?.name?.S === undefined || raw.key?.S === undefined) return undefined;
  if (raw.until?.N !== undefined && Number(raw.until.N) <= Date.now()) return undefined;
  return { key: raw.key.S, name: raw.name.S, value: raw.value?.S ?? "" };
}
