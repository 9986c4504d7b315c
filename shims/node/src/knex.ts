/** Knex: https://knexjs.org/guide/#configuration-options */

import { readServer, type Server } from "./database.ts";
import { isFresh, ownOptions, plannedDriver } from "./pg.ts";
import { asVerified } from "./tls.ts";

type Options = Record<string, unknown>;
type Make = (...args: unknown[]) => { client: object };
type Dialect = new (
  config: unknown,
) => { validateConnection(connection: object): boolean | Promise<boolean> };

const SQLITE = ["better-sqlite3", "sqlite", "sqlite3"];
const POSTGRES = ["pg", "postgres", "postgresql"];

/** Makes `knex(…)` connect where the environment says; without a binding it is the application's own function. */
export function knex<F>(own: F, prefix: string): F {
  const server = readServer(prefix);
  if (server === undefined) return own;
  const make = own as Make;
  return new Proxy(own as object, {
    apply: (_, _this, [config]) => make(planned(make, config, server)),
    construct: (_, [config]) => make(planned(make, config, server)) as object,
  }) as F;
}

function planned(make: Make, config: unknown, server: Server): Options {
  const options = (typeof config === "object" && config !== null ? config : {}) as Options;
  const url = [config, options.connection].find((one) => typeof one === "string");
  const named = options.client ?? options.dialect ?? String(url).split(":")[0];
  // A class of the application's own may be any dialect of PostgreSQL.
  const own = typeof named === "function" ? (named as Dialect) : undefined;
  if (own === undefined && ![...SQLITE, ...POSTGRES].includes(String(named)))
    throw new Error(
      `a database of ${String(named)} cannot be replaced by the PostgreSQL of ${server.prefix}_*`,
    );
  const verified = SQLITE.includes(String(named)) ? server : asVerified(server, url ?? options.connection);
  const { dialect: _, connectionPool: __, ...kept } = options;
  return {
    ...kept,
    client: plannedDialect(own ?? dialectOf(make), verified),
    // Not empty, or Knex would open none.
    connection: { ...connectionOptions(url ?? options.connection, String(named)), host: server.host },
  };
}

/** Knex hands out its dialects by name alone; without a connection it does not ask for their driver. */
function dialectOf(make: Make): Dialect {
  return make({ client: "pg" }).client.constructor as Dialect;
}

function plannedDialect(own: Dialect, server: Server): Dialect {
  return class Planned extends own {
    _driver(): unknown {
      return plannedDriver(server);
    }

    override async validateConnection(connection: object): Promise<boolean> {
      return isFresh(connection) && (await super.validateConnection(connection));
    }
  };
}

/** SQLite's are the name of a file and modes of opening it; what a function gives is known too late. */
function connectionOptions(connection: unknown, dialect: string): Options {
  return SQLITE.includes(dialect) || typeof connection === "function" ? {} : ownOptions(connection);
}
