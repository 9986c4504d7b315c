/** Errors as Node's own functions for files give them: https://nodejs.org/api/errors.html#class-systemerror */
import { getSystemErrorMap } from "node:util";

export type FsCode =
  | "EACCES"
  | "EBADF"
  | "EEXIST"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ENAMETOOLONG"
  | "ENOENT"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "EROFS"
  | "ESTALE";

const CODES: ReadonlySet<string> = new Set<FsCode>([
  "EACCES",
  "EBADF",
  "EEXIST",
  "EINVAL",
  "EIO",
  "EISDIR",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOTDIR",
  "ENOTEMPTY",
  "EROFS",
  "ESTALE",
]);

export interface Place {
  /** What was called, such as `open`. */
  readonly syscall?: string;
  /** As the caller named it. */
  readonly path?: string;
  readonly dest?: string;
}

const NUMBERS = new Map(
  [...getSystemErrorMap()].map(([errno, [code, message]]) => [code, [errno, message] as const]),
);

/** Whether an error was made here, and so needs to be told where only. */
export class FsError extends Error {
  readonly code: FsCode;
  readonly errno: number;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;

  constructor(code: FsCode, place: Place = {}, reason?: string, cause?: unknown) {
    // libuv has no name for ESTALE everywhere; its number is Linux's.
    const [errno, message] = NUMBERS.get(code) ?? [-116, "stale file handle"];
    const { syscall, path, dest } = place;
    const where = `${syscall === undefined ? "" : `, ${syscall}`}${path === undefined ? "" : ` '${path}'`}`;
    const what = `${code}: ${reason ?? message}${where}${dest === undefined ? "" : ` -> '${dest}'`}`;
    super(what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.errno = errno;
    if (syscall !== undefined) this.syscall = syscall;
    if (path !== undefined) this.path = path;
    if (dest !== undefined) this.dest = dest;
  }

  override get name(): string {
    return "Error";
  }
}

/** Runs `act`; an error of the store's that does not say yet where it happened, does then. */
export async function placed<T>(place: Place, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof FsError) || error.syscall !== undefined) throw error;
    const reason = error.message.slice(`${error.code}: `.length);
    throw new FsError(error.code, place, reason, error.cause);
  }
}

/** The code of an error of files, Node's own or one of these. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** An error of Node's own as one of these: what it says of places on this machine is nobody's. Others stay what they are. */
export function spoken(error: unknown): unknown {
  if (error instanceof FsError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === undefined || (error as NodeJS.ErrnoException).errno === undefined) return error;
  if (CODES.has(code)) return new FsError(code as FsCode);
  if (code === "ELOOP" || code === "EPERM") return new FsError("EACCES");
  return new FsError("EIO", {}, `the file system answered ${code}`);
}

/** A wrong argument, as Node says it. */
export function invalidArgument(name: string, expected: string, given: unknown): TypeError {
  const kind = given === null ? "null" : Array.isArray(given) ? "an array" : typeof given;
  const error = new TypeError(`The "${name}" argument must be ${expected}. Received ${kind}`);
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}
