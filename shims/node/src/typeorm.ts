/** TypeORM: https://typeorm.io/docs/data-source/data-source-options */

import { type Class, constructing } from "./constructing.ts";
import { readServer, type Server } from "./database.ts";
import { oneAtATime, ownOptions, plannedDriver } from "./pg.ts";
import { asVerified } from "./tls.ts";

type Options = Record<string, unknown>;

/** What becomes PostgreSQL: itself, and the drivers of SQLite in Node. */
const REPLACED = ["better-sqlite3", "postgres", "sqlite", "sqljs"];

/** Options that say where to connect. */
const PLACES = [
  ...[
    "connectorType",
    "database",
    "driver",
    "extra",
    "host",
    "nativeDriver",
    "password",
    "port",
    "replication",
  ],
  ...["ssl", "type", "url", "username"],
];

/** Options that only the drivers of SQLite have. */
const SQLITE_ONLY = [
  ...[
    "autoSave",
    "autoSaveCallback",
    "busyErrorRetry",
    "busyTimeout",
    "enableWAL",
    "fileMustExist",
    "flags",
    "key",
  ],
  ...[
    "location",
    "nativeBinding",
    "prepareDatabase",
    "readonly",
    "sqlJsConfig",
    "statementCacheSize",
    "timeout",
  ],
  ...["useLocalForage", "verbose", "zeroFill"],
];

/** Makes `new DataSource(…)` connect where the environment says; without a binding it is the application's own class. */
export function dataSource<C extends Class>(own: C, prefix: string): C {
  const server = readServer(prefix);
  if (server === undefined) return own;
  return constructing(
    own,
    ([options]) => [planned((options ?? {}) as Options, server)],
    (made) => {
      for (const name of ["synchronize", "runMigrations"] as const) {
        const work = (made as Record<string, unknown>)[name] as (...args: unknown[]) => Promise<unknown>;
        if (typeof work !== "function") continue;
        const value = (...args: unknown[]) => oneAtATime(server, () => work.apply(made, args));
        Object.defineProperty(made, name, { value, configurable: true, writable: true });
      }
    },
  );
}

function planned(options: Options, server: Server): Options {
  const type = String(options.type);
  if (!REPLACED.includes(type))
    throw new Error(`a database of ${type} cannot be replaced by the PostgreSQL of ${server.prefix}_*`);
  const dropped = type === "postgres" ? PLACES : [...PLACES, ...SQLITE_ONLY];
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !dropped.includes(name)));
  const own = type === "postgres" ? { ...ownOptions(options.url), ...ownOptions(options.extra) } : {};
  const verified =
    type === "postgres" ? asVerified(server, options.url, { ssl: options.ssl }, options.extra) : server;
  return {
    ...kept,
    type: "postgres",
    host: server.host,
    port: server.port,
    database: server.name,
    extra: own,
    driver: plannedDriver(verified),
  };
}
