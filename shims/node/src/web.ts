/** The web application of a unit in a container: left to itself where it listens, served where it does not. */

import http from "node:http";
import { standIn, untilListening } from "./serve.ts";
import { DEFAULT_PORT } from "./settings.ts";
import { applicationOf, type Exported, exportOf, listenerOf } from "./unit.ts";

export interface Web extends Exported {
  /** Whether the code has a call that listens; otherwise the export is served on the unit's port. */
  readonly listens: boolean;
}

/**
 * Resolves once the unit's port is served: `port`, or where that is not known, any port.
 *
 * Code that has a call of `listen` need not get there: in a bundle no file is the program's main one, so that what is
 * guarded by `require.main === module` does not run. But it may also get there late, when it has connected to a
 * database. It is left to itself for `patienceMs`, or until the process has nothing left to do. Then the export is
 * served; should the application listen on that port after all, it takes the port over. Where there is nothing to
 * serve, only a process with nothing left to do has failed: how long a start may take, the orchestrator knows.
 */
export async function serveWeb(
  module: unknown,
  web: Web,
  port: number | undefined,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { export: name, listens } = web;
  if (listens || name === null) return waitFor(module, name, port, patienceMs, signal);
  const application = await applicationOf(module, web);
  const at = port ?? DEFAULT_PORT;
  standIn(
    application instanceof http.Server ? application : http.createServer(listenerOf(application, name)),
    at,
  );
  return untilListening(at);
}

function waitFor(
  module: unknown,
  name: string | null,
  port: number | undefined,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const at = port ?? DEFAULT_PORT;
  return new Promise((resolve) => {
    // It keeps no process alive that has nothing left to do.
    const timer = setTimeout(late, patienceMs).unref();
    process.on("beforeExit", atEnd);
    void untilListening(port).then(served);

    function served(): void {
      clearTimeout(timer);
      process.off("beforeExit", atEnd);
      resolve();
    }

    function late(): void {
      if (signal.aborted) return;
      try {
        // Somebody has the port whom nobody here knows, such as an HTTP/2 server: the application does listen.
        serve().once("error", (error: NodeJS.ErrnoException) => {
          if (error.code !== "EADDRINUSE") throw error;
          served();
        });
      } catch {
        // What cannot be served now may be there once the application is connected to what it needs.
        console.error(`inferra: nothing listens on port ${at} yet`);
      }
    }

    function atEnd(): void {
      try {
        serve();
      } catch (error) {
        const why = error instanceof Error ? error.message : error;
        console.error(
          `inferra: the application has nothing left to do, does not listen on port ${at}, and ${why}`,
        );
        process.exit(process.exitCode || 1);
      }
    }
  });

  /** Never the exported server itself: the application may yet call its `listen`. */
  function serve(): http.Server {
    if (name === null) throw new Error("exports nothing that could be served");
    const server = http.createServer(listenerOf(exportOf(module, name), name));
    const what = `the application does not listen on port ${at}; its export "${name}" is served there`;
    server.once("listening", () => console.error(`inferra: ${what}`));
    return standIn(server, at);
  }
}
