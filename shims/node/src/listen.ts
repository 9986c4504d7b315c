import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

let announce!: (server: http.Server) => void;
const first = new Promise<http.Server>((resolve) => {
  announce = resolve;
});

/**
 * From now on no HTTP server of this process opens a port: Lambda's events take the place of connections. A server
 * that is told to listen answers as if it did (event, callback, `listening`, `address()`, `close()`).
 */
export function captureServers(): void {
  for (const { prototype } of [http.Server, https.Server])
    Object.defineProperty(prototype, "listen", { value: listen, configurable: true, writable: true });
}

/** The first server that listens. That may be after the modules were loaded: an app may connect to a database first. */
export async function firstServer(patience: number): Promise<http.Server> {
  const timer = new AbortController();
  const timeout = setTimeout(patience, undefined, { signal: timer.signal });
  try {
    const server = await Promise.race([first, timeout]);
    if (server === undefined) throw new Error("no HTTP server of this unit listens");
    return server;
  } finally {
    timer.abort();
  }
}

/** All forms of https://nodejs.org/api/net.html#serverlisten: the callback is last, the rest says where. */
function listen(this: http.Server, ...args: unknown[]): http.Server {
  const callback = args.at(-1);
  if (typeof callback === "function") this.once("listening", () => Reflect.apply(callback, this, []));
  const address: AddressInfo = { address: "127.0.0.1", family: "IPv4", port: portOf(args[0]) };
  const standIns = {
    listening: { value: true, configurable: true },
    address: { value: () => address, configurable: true },
    close: { value: close, configurable: true },
  };
  Object.defineProperties(this, standIns);
  announce(this);
  process.nextTick(() => this.emit("listening"));
  return this;
}

function close(this: http.Server, callback?: (error?: Error) => void): http.Server {
  for (const name of ["listening", "address", "close"] as const) Reflect.deleteProperty(this, name);
  if (callback) this.once("close", () => callback());
  return this.close();
}

/** Where the system would choose a port (0, or none given) there is none to tell; HTTP's own is as good as any. */
function portOf(where: unknown): number {
  const port = typeof where === "object" && where !== null && "port" in where ? where.port : where;
  return Number(port) || 80;
}
