/** Prisma's driver adapter for node-postgres: https://www.prisma.io/docs/orm/overview/databases/postgresql */

import { type Class, constructing } from "./constructing.ts";
import { readServer } from "./database.ts";
import { plannedOptions } from "./pg.ts";

/** Makes `new PrismaPg(…)` connect where the environment says; without a binding it is the application's own class. */
export function adapter<C extends Class>(own: C, prefix: string): C {
  const server = readServer(prefix);
  if (server === undefined) return own;
  return constructing(own, ([given, ...more]) => [plannedOptions(optionsOf(given), server), ...more]);
}

/** Of a pool that the application has made, it is the options that count: it may lead elsewhere. */
function optionsOf(given: unknown): unknown {
  const isPool = typeof given === "object" && given !== null && "totalCount" in given && "options" in given;
  return isPool ? given.options : given;
}
