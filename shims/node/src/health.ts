import http from "node:http";
import type { AddressInfo } from "node:net";

/** Tells an orchestrator how the process is. */
export interface Health {
  /** Whether the process takes work. */
  ready: boolean;
  readonly port: number;
}

/**
 * Answers 200 to `GET /live`, to `GET /ready` while `ready` is set and 503 otherwise, and 404 to all else. It keeps
 * no process alive: one that has nothing left to do ends, as it does without probes.
 */
export async function serveHealth(port: number): Promise<Health> {
  const server = http.createServer({ requestTimeout: 5000 }, ({ method, url }, response) => {
    response.setHeader("connection", "close");
    response.statusCode = statusOf(method, url);
    response.end();
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "0.0.0.0", resolve);
  });
  const health = { ready: false, port: (server.address() as AddressInfo).port };
  return health;

  function statusOf(method = "", url = ""): number {
    const path = url.split("?", 1)[0];
    if (!["GET", "HEAD"].includes(method) || (path !== "/live" && path !== "/ready")) return 404;
    return path === "/live" || health.ready ? 200 : 503;
  }
}
