/**
 * The entry point of a compiled unit in a container. It imports the modules of this
 * package, and puts those that wired code asks for on the global object, before it loads any of the application's.
 */

import type { EventEmitter } from "node:events";
import { type Health, serveHealth } from "./health.ts";
import { reportPublishes, settlePublishes } from "./publish.ts";
import { closeServers, recordServers } from "./serve.ts";
import { readSettings } from "./settings.ts";
import { loadModules, type Modules } from "./unit.ts";
import { serveWeb, type Web } from "./web.ts";
import { startWorker, type Worker } from "./worker.ts";

export interface ContainerUnit {
  /** The start of the names of this unit's variables, such as `INFERRA_EXECUTION_UNIT_SENDER`. */
  readonly prefix: string;
  readonly modules: Modules;
  /** Absent where the unit is behind no gateway. */
  readonly http?: Web;
}

/** How long an application that listens by itself is waited for, as on Lambda. */
const LISTEN_PATIENCE_MS = 10_000;

/**
 * Runs the unit: answers `/live` and `/ready`, loads the modules, serves their requests, and handles the messages of
 * the unit's queue. At SIGTERM or SIGINT what is in hand is finished, and the process exits with 0, or with 1 where
 * that takes longer than `<prefix>_GRACE_S`.
 */
export async function runContainer(unit: ContainerUnit, patienceMs = LISTEN_PATIENCE_MS): Promise<void> {
  const settings = readSettings(unit.prefix, process.env);
  const health = await serveHealth(settings.healthPort);
  recordServers();
  reportPublishes(tell);
  const workers: Promise<Worker>[] = [];
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      void stop(health, workers, settings.graceS);
    });

  const modules = await loadModules(unit.modules);
  if (stopping.signal.aborted) return;
  const served =
    unit.http && serveWeb(modules[unit.http.module], unit.http, settings.port, patienceMs, stopping.signal);
  workers.push(...settings.queues.map((queue) => startWorker(queue, settings.graceS)));
  // Not awaited here: what waits for a server must not be what keeps the process from ending.
  void Promise.all([served, ...workers]).then(() => {
    health.ready = !stopping.signal.aborted;
  });
}

async function stop(health: Health, workers: readonly Promise<Worker>[], graceS: number): Promise<void> {
  health.ready = false;
  setTimeout(() => {
    console.error(`inferra: requests or messages were not finished within ${graceS} seconds`);
    process.exit(1);
  }, graceS * 1000);
  const ended = workers.map(async (worker) => (await worker).stop());
  await Promise.all([closeServers(), ...ended]);
  await settlePublishes();
  // The application may hold connections to other servers, which would keep the process alive.
  process.exit(0);
}

/** A publish that failed after its caller had gone on. */
function tell(failure: Error, emitter: EventEmitter): void {
  console.error(String(failure));
  if (emitter.listenerCount("error") > 0) emitter.emit("error", failure);
}
