/** Connections and pools of node-postgres: https://node-postgres.com/apis/client */

import pg from "pg";
import { credentials, readServer, type Server } from "./database.ts";
import { asVerified } from "./tls.ts";

/**
 * A connection that nobody used for so long is replaced: its end may have closed it, unseen while Lambda kept the process
 * frozen.
 */
const QUIET_MS = 60_000;

/** The number of PostgreSQL's lock that keeps two processes from making the same tables; the Python runtime's, too. */
const LOCK = 0x69_6e_66_65_72_72_61n;

/** Options that say where to connect, as whom, and how the server is told apart from another. */
const PLACES = new Set([
  ...["Client", "connectionString", "database", "dbname", "host", "hostaddr", "password", "passfile", "port"],
  ...[
    "service",
    "ssl",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "uselibpqcompat",
    "user",
  ],
]);

type Callback = (error?: Error | null, ...more: unknown[]) => void;

/** Makes `new Client(…)` connect where the environment says; without a binding it is the application's own class. */
export function client(own: typeof pg.Client, prefix: string): typeof pg.Client {
  const server = readServer(prefix);
  return server === undefined ? own : plannedClient(own, server);
}

/** The same for `new Pool(…)`. */
export function pool(own: typeof pg.Pool, prefix: string): typeof pg.Pool {
  const server = readServer(prefix);
  return server === undefined ? own : plannedPool(own, server);
}

/** What `require("pg")` gives, with all of its connections to the planned server. */
export function plannedDriver(server: Server): typeof pg {
  const planned = { Client: plannedClient(pg.Client, server), Pool: plannedPool(pg.Pool, server) };
  const own = Object.entries(planned).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.create(pg, Object.fromEntries(own));
}

/** What of the application's own options does not say where to connect. */
export function ownOptions(given: unknown): Record<string, unknown> {
  if (typeof given === "string") return withoutPlaces(optionsOfUrl(given));
  if (typeof given !== "object" || given === null) return {};
  const { connectionString } = given as { connectionString?: unknown };
  const url = typeof connectionString === "string" ? optionsOfUrl(connectionString) : {};
  return withoutPlaces({ ...url, ...given });
}

function optionsOfUrl(text: string): Record<string, unknown> {
  return URL.canParse(text) ? Object.fromEntries(new URL(text).searchParams) : {};
}

function withoutPlaces(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !PLACES.has(name)));
}

function placeOf({ host, port, name, ssl }: Server): Record<string, unknown> {
  return { host, port, database: name, ssl: ssl === false ? false : { ...ssl } };
}

const used = new WeakMap<object, number>();

/** Whether a connection has been used lately enough to still be one. */
export function isFresh(connection: object): boolean {
  return Date.now() - (used.get(connection) ?? 0) < QUIET_MS;
}

/** A connection's parts that the types do not speak of. */
interface Parts {
  user?: string | undefined;
  password?: string | undefined;
  readonly connectionParameters: { user?: string; password?: string };
  readonly connection: { readonly stream: { readonly destroyed?: boolean } };
  readonly _ending: boolean;
}

function plannedClient(own: typeof pg.Client, server: Server): typeof pg.Client {
  class Planned extends own {
    constructor(given?: unknown) {
      super({ ...ownOptions(given), ...placeOf(asVerified(server, given)) });
      used.set(this, Date.now());
    }

    // @ts-expect-error Its overloads are one function.
    override connect(callback?: Callback): Promise<unknown> | undefined {
      const opened = this.#open();
      if (callback === undefined) return opened;
      opened.then(
        () => process.nextTick(callback, null, this),
        (error: unknown) => process.nextTick(callback, error),
      );
      return undefined;
    }

    async #open(): Promise<unknown> {
      const { username, password } = await credentials(server);
      const parts = this as unknown as Parts;
      // It may have been ended, or have lost its patience, while it waited.
      if (parts._ending || parts.connection.stream.destroyed === true)
        throw new Error("Connection terminated");
      parts.user = parts.connectionParameters.user = username;
      parts.password = parts.connectionParameters.password = password;
      return super.connect();
    }

    // @ts-expect-error Its overloads are one function.
    override query(...args: unknown[]): unknown {
      used.set(this, Date.now());
      return Reflect.apply(super.query, this, args);
    }
  }
  return Planned as unknown as typeof pg.Client;
}

function plannedPool(own: typeof pg.Pool, server: Server): typeof pg.Pool {
  class Planned extends own {
    constructor(given?: unknown) {
      const place = placeOf(asVerified(server, given));
      super({ ...ownOptions(given), ...place, Client: plannedClient(pg.Client, server) });
      // An idle connection that the server closed is not in the pool any more; without a listener the process would end.
      this.on("error", () => {});
    }

    // @ts-expect-error Its overloads are one function.
    override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
      const taken = this.#take();
      if (callback === undefined) return taken;
      taken.then(
        (taken) => process.nextTick(callback, undefined, taken, taken.release),
        (error: unknown) => process.nextTick(callback, error, undefined, () => {}),
      );
      return undefined;
    }

    async #take(): Promise<pg.PoolClient> {
      for (;;) {
        const taken = await super.connect();
        if (isFresh(taken)) return taken;
        taken.release(true);
      }
    }
  }
  return Planned as unknown as typeof pg.Pool;
}

/** Lets one process at a time do `work`, which looks for tables and makes those that are not there. */
export async function oneAtATime<T>(server: Server, work: () => Promise<T>): Promise<T> {
  const guard = new (plannedClient(pg.Client, server))();
  // The work's own queries fail by themselves where the server is gone.
  guard.on("error", () => {});
  await guard.connect();
  try {
    await guard.query("SELECT pg_advisory_lock($1)", [LOCK.toString()]);
    return await work();
  } finally {
    // The lock ends with its connection.
    await guard.end();
  }
}
