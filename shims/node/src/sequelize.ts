/** Sequelize: https://sequelize.org/docs/v6/getting-started/#connecting-to-a-database */

import { type Class, constructing } from "./constructing.ts";
import { readServer, type Server } from "./database.ts";
import { isFresh, oneAtATime, ownOptions, plannedDriver } from "./pg.ts";
import { asVerified } from "./tls.ts";

type Options = Record<string, unknown>;

/** Options that say where to connect, or are for SQLite alone. */
const PLACES = [
  ...[
    "database",
    "dialect",
    "dialectModule",
    "dialectModulePath",
    "dialectOptions",
    "host",
    "native",
    "password",
  ],
  ...["pool", "port", "protocol", "replication", "ssl", "storage", "url", "username"],
];

/** Makes `new Sequelize(…)` connect where the environment says; without a binding it is the application's own class. */
export function sequelize<C extends Class>(own: C, prefix: string): C {
  const server = readServer(prefix);
  if (server === undefined) return own;
  return constructing(
    own,
    (given) => [planned(given, server)],
    (made) => {
      const { sync } = made as { sync?: (...args: unknown[]) => Promise<unknown> };
      if (sync === undefined) return;
      const guarded = (...args: unknown[]) => oneAtATime(server, () => sync.apply(made, args));
      Object.defineProperty(made, "sync", { value: guarded, configurable: true, writable: true });
    },
  );
}

function planned(given: readonly unknown[], server: Server): Options {
  const { options, url } = formOf(given);
  const dialect = String(options.dialect ?? url?.split(":")[0] ?? "sqlite");
  if (!["sqlite", "postgres", "postgresql"].includes(dialect))
    throw new Error(`a database of ${dialect} cannot be replaced by the PostgreSQL of ${server.prefix}_*`);
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !PLACES.includes(name)));
  // SQLite's are modes of opening a file.
  const own = dialect === "sqlite" ? {} : { ...ownOptions(url), ...ownOptions(options.dialectOptions) };
  const verified = dialect === "sqlite" ? server : asVerified(server, url, options.dialectOptions);
  const pool = (options.pool ?? {}) as { validate?: (connection: object) => boolean };
  return {
    ...kept,
    dialect: "postgres",
    dialectModule: plannedDriver(verified),
    dialectOptions: { ...own, ssl: verified.ssl },
    host: server.host,
    port: server.port,
    database: server.name,
    pool: {
      ...pool,
      validate: (connection: object) => isUsable(connection) && (pool.validate?.(connection) ?? true),
    },
  };
}

/** As Sequelize's own connections are looked at, and whether they are still some. */
function isUsable(connection: object): boolean {
  const { _invalid, _ending } = connection as { _invalid?: boolean; _ending?: boolean };
  return !_invalid && !_ending && isFresh(connection);
}

/** `(options)`, `(url[, options])` or `(database[, username[, password]][, options])`. */
function formOf(given: readonly unknown[]): { options: Options; url: string | undefined } {
  const options = given.find((one) => typeof one === "object" && one !== null) as Options | undefined;
  const isUrl = given.filter((one) => typeof one !== "object").length === 1 && String(given[0]).includes(":");
  const url = isUrl ? given[0] : options?.url;
  return { options: options ?? {}, url: typeof url === "string" ? url : undefined };
}
