/**
 * Throws a `TypeError` that names the place of the first part of `value` that would not come out of
 * `JSON.parse(JSON.stringify(value))` as it went in. JSON drops or changes such parts silently, which would give a
 * listener behind a topic something other than what a listener in the same process gets.
 *
 * An object's property of the value `undefined` is let through: it is absent afterwards, and reads the same.
 */
export function assertJson(value: unknown, path: string, ancestors: readonly object[] = []): void {
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw unfaithful(path, String(value));
      return;
    case "object":
      if (value === null) return;
      if (ancestors.includes(value)) throw unfaithful(path, "a reference to what contains it");
      assertJsonObject(value, path, [...ancestors, value]);
      return;
    default:
      throw unfaithful(path, typeof value);
  }
}

function assertJsonObject(value: object, path: string, ancestors: readonly object[]): void {
  if (Object.getOwnPropertySymbols(value).length > 0) throw unfaithful(path, "an object with symbol keys");
  if (Array.isArray(value)) {
    // A hole is read as undefined and so refused by its index; an array's named property has no place in JSON.
    Array.from(value, (item: unknown, index) => assertJson(item, `${path}[${index}]`, ancestors));
    const extra = Object.keys(value).at(value.length);
    if (extra !== undefined) throw unfaithful(path + step(extra), "a named property of an array");
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw unfaithful(path, `of ${className(value)}`);
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) assertJson(item, path + step(key), ancestors);
  }
}

function unfaithful(path: string, what: string): TypeError {
  return new TypeError(`${path} is ${what}, which a JSON message cannot carry faithfully`);
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function className(value: object): string {
  const made: unknown = value.constructor;
  return typeof made === "function" && made.name !== "" ? `class ${made.name}` : "a class of its own";
}
