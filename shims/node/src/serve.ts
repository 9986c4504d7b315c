import { EventEmitter } from "node:events";
import http from "node:http";
import https from "node:https";
import { showAsBalanced, showAsSent } from "./forwarded.ts";

/**
 * Longer than a load balancer keeps an idle connection, which is 60 seconds by default: one that the server closed
 * first would lose the request that is just being sent.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
const KEEP_ALIVE_MS = 75_000;
const LONGER_MS = 15_000;

const servers = new Set<http.Server>();

/** Emits `listening` whenever one of them begins to. */
const changes = new EventEmitter();

/** What serves in the application's place, until that listens on the same port by itself. */
let substitute: { readonly server: http.Server; readonly port: number } | undefined;

/**
 * From now on every HTTP server that the application makes is known here, and where it would listen on the loopback
 * interface it listens on all: requests come from outside of the container. `frontIdleS` is what the settings say.
 */
export function recordServers(frontIdleS?: number): void {
  for (const { prototype } of [http.Server, https.Server]) {
    const listen: unknown = prototype.listen;
    const value = function (this: http.Server, ...args: unknown[]): unknown {
      record(this, frontIdleS);
      giveWay(this, args);
      return Reflect.apply(listen as () => unknown, this, onAllInterfaces(args));
    };
    Object.defineProperty(prototype, "listen", { value, configurable: true, writable: true });
  }
}

/**
 * Resolves once a server listens on `port`, on which requests come: a server for metrics may listen long before. Where
 * the port is not known, any server will do.
 */
export function untilListening(port: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (![...servers].some((server) => listensOn(server, port))) return;
      changes.off("listening", look);
      resolve();
    };
    changes.on("listening", look);
    look();
  });
}

/** Lets `server` listen on `port` until a server of the application's own does. */
export function standIn(server: http.Server, port: number): http.Server {
  substitute = { server, port };
  return server.listen(port, "0.0.0.0");
}

/** Takes no connection any more and waits until every request in hand is answered. */
export async function closeServers(): Promise<void> {
  await Promise.all([...servers].map(close));
}

function record(server: http.Server, frontIdleS: number | undefined): void {
  if (servers.has(server)) return;
  servers.add(server);
  server.on("listening", announce);
  server.once("close", () => {
    servers.delete(server);
    server.off("listening", announce);
  });
  server.prependListener("request", frontIdleS === undefined ? showAsSent : showAsBalanced);
  // Only where the application leaves Node's own value.
  if (server.keepAliveTimeout === http.createServer().keepAliveTimeout)
    server.keepAliveTimeout = Math.max(KEEP_ALIVE_MS, (frontIdleS ?? 0) * 1000 + LONGER_MS);
}

function announce(): void {
  changes.emit("listening");
}

/** 0 is no port: the system chooses one. */
function listensOn(server: http.Server, port = 0): boolean {
  const address = server.address();
  return port === 0 ? server.listening : typeof address === "object" && address?.port === port;
}

/** `close` frees the port at once, so that the application finds it free; requests in hand are answered. */
function giveWay(server: http.Server, [where]: unknown[]): void {
  if (substitute === undefined || server === substitute.server) return;
  const port = typeof where === "object" && where !== null && "port" in where ? where.port : where;
  if (Number(port) !== substitute.port) return;
  void close(substitute.server);
  substitute = undefined;
}

function close(server: http.Server): Promise<void> {
  server.prependListener("request", endConnection);
  return new Promise((resolve) => {
    // Node closes the connections that are idle now; the others are once their requests are answered.
    const timer = setInterval(() => server.closeIdleConnections(), 50);
    // Also where the application has begun to close it, or it never listened: that is the callback's error.
    server.close(() => {
      clearInterval(timer);
      resolve();
    });
  });
}

function endConnection(_: http.IncomingMessage, response: http.ServerResponse): void {
  response.setHeader("connection", "close");
}

/** The forms of https://nodejs.org/api/net.html#serverlisten that name a host: an object, or port and host. */
function onAllInterfaces(args: unknown[]): unknown[] {
  const [where, host, ...rest] = args;
  if (typeof where === "object" && where !== null && "host" in where && isLoopback(where.host))
    return [{ ...where, host: everywhere(where.host) }, ...args.slice(1)];
  return isLoopback(host) ? [where, everywhere(host), ...rest] : args;
}

function isLoopback(host: unknown): host is string {
  return typeof host === "string" && /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}

function everywhere(loopback: string): string {
  return loopback === "::1" ? "::" : "0.0.0.0";
}
