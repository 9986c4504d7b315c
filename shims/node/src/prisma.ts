/** Prisma's client, which connects by a driver adapter: https://www.prisma.io/docs/orm/overview/databases/database-drivers */

import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Class, constructing } from "./constructing.ts";
import { readServer, type Server } from "./database.ts";
import { pool } from "./pg.ts";

type Options = Record<string, unknown>;

/** What an adapter for PostgreSQL was made from. */
interface Given {
  readonly provider?: unknown;
  readonly config?: unknown;
  readonly options?: unknown;
}

/** Makes `new PrismaClient(…)` connect where the environment says; without a binding it is the application's own class. */
export function client<C extends Class>(own: C, prefix: string): C {
  const server = readServer(prefix);
  if (server === undefined) return own;
  return constructing(own, ([given, ...more]) => [planned((given ?? {}) as Options, server), ...more]);
}

/** Of the application's own adapter, whatever its database, what it says of PostgreSQL counts but for the place. */
function planned(options: Options, server: Server): Options {
  const { accelerateUrl: _, adapter, ...kept } = options;
  const { config, options: own } = ofPostgres(adapter);
  const Pool = pool(pg.Pool, server.prefix);
  // The pool is made here and ends with the client, as one does that the adapter makes.
  const made = new PrismaPg(new Pool(config as pg.PoolConfig | undefined), {
    ...(typeof own === "object" ? own : {}),
    disposeExternalPool: true,
  });
  return { ...kept, adapter: made };
}

function ofPostgres(adapter: unknown): Given {
  const given = (typeof adapter === "object" && adapter !== null ? adapter : {}) as Given;
  return given.provider === "postgres" ? given : {};
}
