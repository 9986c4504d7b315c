/**
 * How keys and values are written: what is read is what was written, by type and by value. The texts are those of
 * inferra's Python package, so that units of both languages understand them.
 *
 * They are JSON, whose own types are themselves. What JSON has no word for is an object with the one member `"$<type>"`;
 * an object with a property that starts with `$` is one too.
 */
import { createHash } from "node:crypto";
import { types } from "node:util";

/** A key that a `Map` could have, and a store cannot. */
export class KeyTypeError extends TypeError {}

/** JSON without `undefined`. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const HINT =
  "store null, booleans, numbers, bigints, strings, arrays, plain objects, Date, Map, Set, Buffer or Uint8Array; " +
  "of other objects, store such a part";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const LONGEST_KEY = 2048;

/** Writes a value; a `TypeError` names the type that could not be read back exactly, and nothing of the value. */
export function dumpValue(value: unknown): string {
  return JSON.stringify(dumped(value, []));
}

/** A value that units in Python can read. The message names its type. */
class OtherLanguageError extends TypeError {}

/** Reads a value. A `TypeError` says of a text that no unit wrote only that: what parsers throw would quote it. */
export function loadValue(text: string): unknown {
  try {
    return loaded(JSON.parse(text) as Json);
  } catch (error) {
    throw error instanceof OtherLanguageError
      ? error
      : new TypeError("a stored value is none that inferra wrote");
  }
}

/** Writes a key as it was given. */
export function dumpKey(key: unknown): string {
  checkKey(key);
  // As a Map does.
  return dumpValue(Object.is(key, -0) ? 0 : key);
}

/**
 * The text that two keys share where a `Map` takes them for one. `1` and `"1"` are two keys. A number has the text that
 * Python gives it.
 */
export function identity(key: unknown): string {
  const text = typeof key === "number" && Number.isFinite(key) ? numberText(key) : dumpKey(key);
  if (Buffer.byteLength(text) <= LONGEST_KEY) return text;
  // No JSON text starts so.
  return `#${createHash("sha256").update(text).digest("hex")}`;
}

function checkKey(key: unknown): void {
  if (key === null || ["string", "number", "boolean", "bigint"].includes(typeof key)) return;
  throw new KeyTypeError(
    `a key of type ${typeName(key)} cannot be stored: use a string, number, bigint, boolean or null`,
  );
}

/** A finite number as Python writes it: an integer by all its digits, and small fractions with `e-05`. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

function dumped(value: unknown, around: readonly object[]): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Object.is(value, -0)) return { $float: "-0.0" };
      return Number.isFinite(value)
        ? value
        : { $float: String(value).replace("Infinity", "inf").toLowerCase() };
    case "bigint":
      return { $bigint: value.toString() };
    case "object":
      if (value === null) return null;
      if (around.includes(value)) throw new TypeError("a value that contains itself cannot be stored");
      return dumpedObject(value, [...around, value]);
    default:
      throw new TypeError(`a value of type ${typeof value} cannot be stored: ${HINT}`);
  }
}

function dumpedObject(value: object, around: readonly object[]): Json {
  const part = (one: unknown) => dumped(one, around);
  if (Array.isArray(value)) {
    if (Object.keys(value).length !== value.length)
      throw new TypeError("an array with holes or named properties cannot be stored");
    return value.map(part);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Date.prototype) return { $datetime: dumpedDate(value as Date) };
  if (prototype === Map.prototype)
    return { $dict: [...(value as Map<unknown, unknown>)].map(([name, one]) => [part(name), part(one)]) };
  if (prototype === Set.prototype) return { $set: [...(value as Set<unknown>)].map(part) };
  if (prototype === Buffer.prototype) return { $bytes: (value as Buffer).toString("base64") };
  if (prototype === Uint8Array.prototype)
    return { $bytearray: Buffer.from(value as Uint8Array).toString("base64") };
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a value of type ${typeName(value)} cannot be stored: ${HINT}`);
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new TypeError("an object with symbols for names cannot be stored");
  // A property that is undefined reads the same where it is absent.
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const parts = entries.map(([name, one]) => [name, part(one)] as const);
  // `__proto__` as a name of JSON's would be lost when it is assigned.
  if (parts.some(([name]) => name.startsWith("$") || name === "__proto__")) return { $object: parts };
  return Object.fromEntries(parts);
}

/** As Python writes a time in UTC: without zone, with microseconds where there is a fraction of a second. */
function dumpedDate(date: Date): Json {
  if (Number.isNaN(date.getTime())) throw new TypeError("a Date that is invalid cannot be stored");
  const text = date
    .toISOString()
    .replace(/\.000Z$/, "")
    .replace(/Z$/, "000");
  if (!/^\d{4}-/.test(text))
    throw new TypeError("a Date of a year with more than four digits cannot be stored");
  return [text, 0, [0, 0, 0]];
}

const READERS: Readonly<Record<string, (written: Json) => unknown>> = {
  $bigint: (text) => BigInt(text as string),
  $bytearray: (text) => new Uint8Array(Buffer.from(text as string, "base64")),
  $bytes: (text) => Buffer.from(text as string, "base64"),
  $datetime: loadedDate,
  $dict: (pairs) => new Map((pairs as Json[][]).map((pair) => pair.map(loaded) as [unknown, unknown])),
  $float: (text) => Number((text as string).replace("inf", "Infinity")),
  $frozenset: (parts) => new Set((parts as Json[]).map(loaded)),
  $object: (pairs) => made((pairs as [string, Json][]).map(([name, one]) => [name, loaded(one)])),
  $set: (parts) => new Set((parts as Json[]).map(loaded)),
  $tuple: (parts) => (parts as Json[]).map(loaded),
};

const PYTHON_ONLY = ["$date", "$decimal", "$time", "$timedelta", "$uuid"];

function loaded(value: Json): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map(loaded);
  const entries = Object.entries(value);
  const [name, written] = entries[0] ?? ["", null];
  if (entries.length === 1 && name.startsWith("$")) {
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (read === undefined) throw unreadable(name);
    return read(written);
  }
  return made(entries.map(([name, one]) => [name, loaded(one)]));
}

/** A type that inferra's Python package writes; any other name is somebody's own text. */
function unreadable(name: string): TypeError {
  if (!PYTHON_ONLY.includes(name)) return new TypeError("a type that no unit writes");
  return new OtherLanguageError(`a value of Python's type ${name.slice(1)} cannot be read here`);
}

/** With each name as a property of its own: `Object.fromEntries` defines, it does not assign. */
function made(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}

function loadedDate(written: Json): Date {
  const [text, , zone] = written as [string, number, unknown];
  if (!Array.isArray(zone))
    throw new OtherLanguageError("a time without a fixed distance from UTC cannot be read here");
  const [days = 0, seconds = 0] = zone as number[];
  const date = new Date(Date.parse(`${text}Z`) - (days * 86_400 + seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw new TypeError("a time that no unit writes");
  return date;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function typeName(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  if (types.isProxy(value)) return "Proxy";
  const maker: unknown = value.constructor;
  return typeof maker === "function" && maker.name !== "" ? maker.name : "object";
}
