/** ioredis: https://github.com/redis/ioredis#connect-to-redis */

import { readCache, type Server } from "./cache.ts";
import { type Class, constructing } from "./constructing.ts";

type Options = Record<string, unknown>;

/** Options that say where the client connects, and as whom. */
const PLACES = ["host", "natMap", "password", "path", "port", "tls", "username", "useSRVRecords"];

/** Options that find the server in a way of their own. */
const ELSEWHERE = ["Connector", "sentinels"];

/** Makes `new Redis(…)` connect where the environment says; without a binding it is the application's own class. */
export function client<C extends Class>(own: C, prefix: string): C {
  const server = readCache(prefix);
  if (server === undefined) return own;
  // Of several arguments that say the same, the first counts.
  return constructing(own, (given) => [
    Object.assign({}, ...given.map((one) => kept(one, prefix)).reverse(), place(server)),
  ]);
}

/** Makes `new Cluster(…)` find the bound cluster, however it names its nodes. */
export function cluster<C extends Class>(own: C, prefix: string): C {
  const server = readCache(prefix);
  if (server === undefined) return own;
  return constructing(own, ([, options]) => {
    const { redisOptions, ...given } = (options ?? {}) as Options;
    const { host, port, ...everywhere } = place(server);
    // Names stay names: the certificates are for those, and not for addresses.
    const dnsLookup = (name: string, callback: (error: null, address: string) => void) =>
      callback(null, name);
    return [
      [{ host, port }],
      {
        dnsLookup,
        ...ownOptions(given, prefix),
        redisOptions: { ...ownOptions((redisOptions ?? {}) as Options, prefix), ...everywhere },
      },
    ];
  });
}

function place({ host, port, tls }: Server): Options {
  return { host, port, ...(tls && { tls: {} }) };
}

/** What of one argument does not say where to connect. */
function kept(given: unknown, prefix: string): Options {
  if (typeof given === "string") return ownOptions(optionsOfUrl(given), prefix);
  return typeof given === "object" && given !== null ? ownOptions(given as Options, prefix) : {};
}

/** The path of `redis://…/2` is the number of a database; any other text is a host, a port or a socket. */
function optionsOfUrl(text: string): Options {
  if (!/^(rediss?:)?\/\/./i.test(text)) return Object.fromEntries(new URLSearchParams(text.split("?")[1]));
  const { pathname, searchParams } = new URL(text.startsWith("//") ? `redis:${text}` : text);
  return { ...(pathname.length > 1 && { db: pathname.slice(1) }), ...Object.fromEntries(searchParams) };
}

function ownOptions(options: Options, prefix: string): Options {
  const elsewhere = ELSEWHERE.find((name) => options[name] !== undefined && options[name] !== null);
  if (elsewhere !== undefined)
    throw new TypeError(
      `the option "${elsewhere}" names servers of its own, but ${prefix}_* in the environment says where to connect`,
    );
  return Object.fromEntries(Object.entries(options).filter(([name]) => !PLACES.includes(name)));
}
