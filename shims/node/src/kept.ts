/** Values of Parameter Store and Secrets Manager, each kept for a few minutes. */

/** A value could not be read. The message names what holds it, and shows nothing of it. */
export class ValueUnavailableError extends Error {
  override readonly name = "ValueUnavailableError";
}

/** A value that was changed is seen after this, and one that was missing sooner. */
const KEPT_MS = 300_000;
const MISSING_MS = 10_000;

/** A value that is there before anybody asks for it, since who asks cannot wait. */
export class Kept {
  readonly #fetch: () => Promise<string>;
  #value: string | undefined;
  #failure: unknown;
  /** By the clock: a timer may stand still while Lambda has the process frozen. */
  #until = 0;
  #fetching: Promise<void> | undefined;

  private constructor(fetch: () => Promise<string>) {
    this.#fetch = fetch;
  }

  /** Never rejects: that there is no value matters to who asks for it. */
  static async of(fetch: () => Promise<string>): Promise<Kept> {
    const kept = new Kept(fetch);
    await kept.#renew();
    return kept;
  }

  /** The value as it was a few minutes ago at most, or when it was last asked for. Throws where there has been none. */
  get(): string {
    if (Date.now() >= this.#until) void this.#renew();
    if (this.#value === undefined) throw this.#failure;
    return this.#value;
  }

  #renew(): Promise<void> {
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #ask(): Promise<void> {
    try {
      this.#value = await this.#fetch();
      this.#until = Date.now() + KEPT_MS;
    } catch (error) {
      this.#failure = error;
      this.#until = Date.now() + MISSING_MS;
      if (this.#value !== undefined) console.error(`inferra: the former value is kept: ${String(error)}`);
    }
  }
}

/** Asks AWS for a value; what is not there, or may not be read, is an error that says so in its own words. */
export async function ask<Answer>(
  what: string,
  absent: string,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    const code = cause instanceof Error ? cause.name : "an error";
    if (code === "ResourceNotFoundException" || code === "ParameterNotFound")
      throw new ValueUnavailableError(`${what} ${absent}`, { cause });
    if (code === "AccessDeniedException")
      throw new ValueUnavailableError(`the unit's role may not read ${what}`, { cause });
    throw new ValueUnavailableError(`${what} cannot be read: ${code}`, { cause });
  }
}
