/** What is known of a file without reading it. */
export interface Found {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** What changes whenever the content does. */
  readonly tag: string;
  /** Names of the writes that made the file what it is, the last one first; some of them. */
  readonly marks?: readonly string[];
}

/** What a file has to be when something replaces it. */
export type Base = Pick<Found, "tag" | "marks">;

/** Where there has to be no file. */
export const ABSENT: Base = { tag: "" };

/** A name in a directory. */
export interface Entry {
  readonly name: string;
  /** Absent for a directory. */
  readonly found?: Found;
}

/** The file is no longer, or already, what the caller took it to be. */
export class Changed extends Error {}

/** A file's content that comes in pieces, and is the file once it is finished. */
export interface Upload {
  add(piece: Buffer): Promise<void>;
  /** Makes what was added the file. */
  finish(): Promise<void>;
  /** Leaves the file as it was. */
  forget(): Promise<void>;
}

/**
 * Files by key, whatever they are kept in. Directories are implied by the keys below them; the empty key is the root. What
 * goes wrong is an `FsError` without its place, or `Changed`.
 */
export interface Store {
  /** What is known of a file; `undefined` where there is none. */
  find(key: string): Promise<Found | undefined>;
  /** A whole file; `undefined` where there is none. */
  content(key: string): Promise<{ readonly bytes: Buffer; readonly found: Found } | undefined>;
  /** Bytes of the very content that has `tag`, fewer where it ends. */
  read(key: string, at: number, length: number, tag: string): Promise<Buffer>;
  /**
   * Makes `content` the file, which is there as a whole or not at all, and once: where a request was sent again that had
   * been done, that is no change by somebody else. `replacing` is what the file must be, if that matters. Resolves to what
   * it is then.
   */
  write(key: string, content: Buffer, replacing?: Base): Promise<Base>;
  upload(key: string, replacing?: Base): Upload;
  /** Removes a file, if there is one. */
  remove(key: string): Promise<void>;
  /** Makes `target` what `source` is. */
  copy(source: string, target: string): Promise<void>;
  /** The keys of all files below a directory, at whatever depth, sorted. */
  below(key: string): Promise<string[]>;
  /** What is in a directory itself, sorted. */
  entries(key: string): Promise<Entry[]>;
  /** Whether there is anything below `key`, or it is the root. */
  isDirectory(key: string): Promise<boolean>;
}
