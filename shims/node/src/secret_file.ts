/** A store that is one file, whatever its path: the value of a secret, or of an encrypted parameter. It cannot be written. */
import { FsError } from "./fs_error.ts";
import { putCommand, secretValue } from "./secret_value.ts";
import type { Base, Entry, Found, Store, Upload } from "./store.ts";

/** A value that was changed is seen after this at the latest, and not every request asks. */
const KEPT_MS = 300_000;

export class SecretFile implements Store {
  readonly #arn: string;
  #kept: { readonly until: number; readonly value: Promise<Buffer> } | undefined;

  constructor(arn: string) {
    this.#arn = arn;
  }

  async find(): Promise<Found | undefined> {
    return (await this.content()).found;
  }

  async content(): Promise<{ bytes: Buffer; found: Found }> {
    const bytes = await this.#value();
    // A copy: who reads a file may change what was read.
    return { bytes: Buffer.from(bytes), found: { size: bytes.length, modified: 0, tag: "" } };
  }

  async read(_key: string, at: number, length: number): Promise<Buffer> {
    return (await this.content()).bytes.subarray(at, at + length);
  }

  write(): Promise<Base> {
    return Promise.reject(this.#refusal());
  }

  upload(): Upload {
    throw this.#refusal();
  }

  remove(): Promise<void> {
    return Promise.reject(this.#refusal());
  }

  copy(): Promise<void> {
    return Promise.reject(this.#refusal());
  }

  below(): Promise<string[]> {
    return Promise.reject(new FsError("ENOTDIR"));
  }

  entries(): Promise<Entry[]> {
    return Promise.reject(new FsError("ENOTDIR"));
  }

  async isDirectory(): Promise<boolean> {
    return false;
  }

  /** The current value; those who ask at the same time ask once. */
  #value(): Promise<Buffer> {
    const now = Date.now();
    if (this.#kept !== undefined && now < this.#kept.until && now > this.#kept.until - 2 * KEPT_MS)
      return this.#kept.value;
    const kept = { until: now + KEPT_MS, value: this.#fetch() };
    this.#kept = kept;
    kept.value.catch(() => {
      if (this.#kept === kept) this.#kept = undefined;
    });
    return kept.value;
  }

  async #fetch(): Promise<Buffer> {
    try {
      const found = await secretValue(this.#arn);
      return found.SecretString !== undefined
        ? Buffer.from(found.SecretString)
        : Buffer.from(found.SecretBinary ?? []);
    } catch (error) {
      throw errorOf(error, this.#arn);
    }
  }

  #refusal(): FsError {
    return new FsError("EROFS", {}, `the secret ${this.#arn} is only read`);
  }
}

function errorOf(error: unknown, arn: string): FsError {
  const name = error instanceof Error ? error.name : "an error";
  if (name === "ResourceNotFoundException" || name === "ParameterNotFound")
    return new FsError(
      "ENOENT",
      {},
      `the secret ${arn} has no value yet; put one in: ${putCommand(arn)}`,
      error,
    );
  if (name === "AccessDeniedException")
    return new FsError("EACCES", {}, `the unit's role may not read the secret ${arn}`, error);
  return new FsError("EIO", {}, `the secret ${arn} cannot be read: ${name}`, error);
}
