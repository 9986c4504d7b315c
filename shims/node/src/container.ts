/**
 * The entry point of a compiled unit in a container. It imports this module before any of the application's, so that
 * the bindings are there when those are loaded.
 */

import type { EventEmitter } from "node:events";
import http from "node:http";
import { installBindings } from "./emitter.ts";
import { type Health, serveHealth } from "./health.ts";
import { reportPublishes, settlePublishes } from "./publish.ts";
import { closeServers, firstListens, recordServers } from "./serve.ts";
import { readSettings } from "./settings.ts";
import { exportOf, listenerOf, loadModules, type Modules } from "./unit.ts";
import { startWorker, type Worker } from "./worker.ts";

installBindings();

export interface ContainerUnit {
  /** The start of the names of this unit's variables, such as `INFERRA_EXECUTION_UNIT_SENDER`. */
  readonly prefix: string;
  readonly modules: Modules;
  /** Absent where the unit is behind no gateway. */
  readonly http?: {
    readonly module: number;
    readonly export: string | null;
    /** Whether the code itself listens; otherwise a server for the export listens on `<prefix>_PORT`. */
    readonly listens: boolean;
  };
}

/**
 * Runs the unit: answers `/live` and `/ready`, loads the modules, serves their requests, and handles the messages of
 * the unit's queue. At SIGTERM or SIGINT what is in hand is finished, and the process exits with 0, or with 1 where
 * that takes longer than `<prefix>_GRACE_S`.
 */
export async function runContainer(unit: ContainerUnit): Promise<void> {
  const settings = readSettings(unit.prefix, process.env);
  const health = await serveHealth(settings.healthPort);
  recordServers();
  reportPublishes(tell);
  const workers: Promise<Worker>[] = [];
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stop(health, workers, settings.graceS);
    });

  const modules = await loadModules(unit.modules);
  if (stopping) return;
  if (unit.http !== undefined) serve(modules[unit.http.module], unit.http, settings.port);
  workers.push(...settings.queues.map((queue) => startWorker(queue)));
  // Not awaited here: a program that never listens, and has nothing else to do, ends as it does without inferra.
  void Promise.all([unit.http === undefined ? undefined : firstListens(), ...workers]).then(() => {
    health.ready = !stopping;
  });
}

/** Makes the server of an application that does not listen by itself. */
function serve(
  module: unknown,
  { export: name, listens }: NonNullable<ContainerUnit["http"]>,
  port: number,
): void {
  if (listens || name === null) return;
  const exported = exportOf(module, name);
  const server = exported instanceof http.Server ? exported : http.createServer(listenerOf(module, name));
  server.listen(port, "0.0.0.0");
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
