/** From paths to the names that files have in a store. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { FsError, invalidArgument } from "./fs_error.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const LONGEST = 1024;

/** The folder that the unit lies in. A bundle lies in it, and this module, where it is none, two folders below. */
const ROOT = import.meta.url.endsWith("/src/keys.ts")
  ? fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "")
  : fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

/** A path as text, whatever Node takes as one. */
export function textOf(path: unknown, name = "path"): string {
  const text =
    typeof path === "string"
      ? path
      : Buffer.isBuffer(path) || path instanceof Uint8Array
        ? Buffer.from(path).toString()
        : path instanceof URL
          ? fileURLToPath(path)
          : undefined;
  if (text === undefined) throw invalidArgument(name, "of type string or an instance of Buffer or URL", path);
  if (text.includes("\0")) {
    const error = new TypeError(`The argument '${name}' must be a string without null bytes`);
    throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
  }
  return text;
}

/**
 * The key of the file at `path`: its place below the application's folder, which itself has the empty key. A relative path
 * is taken from the working directory, as ever. Symbolic links do not exist in a store, so `..` is what it says.
 */
export function keyOf(path: unknown, name = "path"): string {
  const text = textOf(path, name);
  if (text === "") throw new FsError("ENOENT");
  const below = relative(ROOT, resolve(text));
  if (below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below))
    throw new FsError(
      "EACCES",
      {},
      "the store holds what is below the application's folder, and this leads out of it",
    );
  const key = below.split(sep).join("/");
  if (Buffer.byteLength(key) > LONGEST) throw new FsError("ENAMETOOLONG");
  return key;
}

/** Whether a path ends as only those of directories do. */
export function meansADirectory(path: unknown): boolean {
  return /(^|\/)\.{0,2}$/.test(textOf(path));
}

/** The path of something below the application's folder. */
export function pathOf(key: string): string {
  return join(ROOT, key);
}
