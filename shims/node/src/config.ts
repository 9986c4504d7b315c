/**
 * Values of the process's environment that are kept elsewhere. Code that reads `process.env` does not wait, so every value
 * that the unit has is fetched when this module is loaded, which the entry point does before any of the application's.
 */

import { Kept } from "./kept.ts";

const VARIABLE = /^(INFERRA_(?:CONFIG|PERSIST)_.+)_(PARAMETER|SECRET)$/;

const values = await fetchAll(process.env);

/**
 * The value that is bound to `prefix`, or where none is, what `own` gives. `<prefix>_PARAMETER` holds a name in Parameter
 * Store, `<prefix>_SECRET` the ARN of a secret of Secrets Manager. The parameter of a store is a secret, too.
 *
 * Throws a `ValueUnavailableError` where what the variable names had no value, or may not be read: the code's own default is
 * for where nothing is bound. A secret that somebody forgot to put in must not become one that everybody knows.
 */
export function value<Own>(own: () => Own, prefix: string): Own | string {
  const kept = values.get(prefix);
  return kept === undefined ? own() : kept.get();
}

async function fetchAll(environment: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, Kept>> {
  const bound = Object.entries(environment).flatMap(([variable, reference]) => {
    const [, prefix, kind] = VARIABLE.exec(variable) ?? [];
    if (prefix === undefined || !reference) return [];
    // The secret of a server holds a user and a password, and is its client's affair.
    return environment[`${prefix}_HOST`] === undefined ? [{ prefix, kind, reference }] : [];
  });
  const fetched = bound.map(async ({ prefix, kind, reference }) => {
    const isPlain = kind === "PARAMETER" && prefix.startsWith("INFERRA_CONFIG_");
    const fetch = isPlain ? () => parameter(reference) : () => secret(reference);
    return [prefix, await Kept.of(fetch)] as const;
  });
  return new Map(await Promise.all(fetched));
}

// The clients are loaded only where there is something to fetch.

async function parameter(name: string): Promise<string> {
  return (await import("./ssm.ts")).parameter(name);
}

async function secret(arn: string): Promise<string> {
  return (await import("./secretsmanager.ts")).secret(arn);
}
