/** node-redis, version 4 and later: https://github.com/redis/node-redis/blob/master/docs/client-configuration.md */

import { readCache, type Server } from "./cache.ts";

type Options = Record<string, unknown>;
type Make = (...args: unknown[]) => unknown;

/** Options that say where the client connects, and as whom. */
const PLACES = ["credentialsProvider", "password", "socket", "url", "username"];

/** Of the socket: where it leads, and what is known of the certificates there. */
const SOCKET_PLACES = [
  ...["ca", "cert", "checkServerIdentity", "crl", "host", "key", "passphrase", "path", "pfx", "port"],
  ...["rejectUnauthorized", "secureContext", "servername", "tls"],
];

/** Makes `createClient(…)` connect where the environment says; without a binding it is the application's own function. */
export function createClient<F>(own: F, prefix: string): F {
  return withServer(own, prefix, ([options], server) => [moved(options, server)]);
}

/** The same for `createClientPool(…)`. */
export function createClientPool<F>(own: F, prefix: string): F {
  return withServer(own, prefix, ([options, ...more], server) => [moved(options, server), ...more]);
}

/** Makes `createCluster(…)` find the bound cluster, however it names its nodes. */
export function createCluster<F>(own: F, prefix: string): F {
  return withServer(own, prefix, ([given], server) => {
    const { nodeAddressMap: _, rootNodes: __, defaults, ...kept } = (given ?? {}) as Options;
    const { socket, ...own } = moved(defaults, server);
    const { host, port, ...everywhere } = socket as Options;
    return [
      {
        ...kept,
        rootNodes: [{ socket: { ...everywhere, host, port } }],
        defaults: { ...own, socket: everywhere },
      },
    ];
  });
}

function withServer<F>(own: F, prefix: string, args: (given: unknown[], server: Server) => unknown[]): F {
  const server = readCache(prefix);
  if (server === undefined) return own;
  return ((...given: unknown[]) => (own as Make)(...args(given, server))) as F;
}

function moved(given: unknown, { host, port, tls }: Server): Options {
  const own = (given ?? {}) as Options;
  const database = own.database ?? databaseOf(own.url);
  return {
    ...without(own, PLACES),
    ...(database !== undefined && { database }),
    socket: { ...without((own.socket ?? {}) as Options, SOCKET_PLACES), host, port, ...(tls && { tls }) },
  };
}

function databaseOf(url: unknown): number | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  // The path of a socket is none of a database.
  return protocol !== "unix:" && /^\/\d+$/.test(pathname) ? Number(pathname.slice(1)) : undefined;
}

function without(options: Options, names: readonly string[]): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
