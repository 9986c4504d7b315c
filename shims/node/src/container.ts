/**
 * The entry point of a compiled unit in a container. It imports the modules of this
 * package, and puts those that wired code asks for on the global object, before it loads any of the application's.
 */

import { runCommand } from "./command.ts";
import type { Emitter } from "./emitter.ts";
import { type Health, serveHealth } from "./health.ts";
import type { Jobs } from "./jobs.ts";
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
  /** What runs where the command line says `job <id>`. */
  readonly jobs?: Jobs;
}

/** How long an application that listens by itself is waited for, as on Lambda. */
const LISTEN_PATIENCE_MS = 10_000;

/** What a container is at any time. */
interface Running {
  readonly health: Health;
  readonly workers: Promise<Worker>[];
  readonly stopping: AbortController;
  readonly graceS: number;
  /** Whether the unit is a program of its own, which nobody calls. */
  readonly program: boolean;
}

/**
 * Runs the unit: answers `/live` and `/ready`, loads the modules, serves their requests, and handles the messages of
 * the unit's queue. At SIGTERM or SIGINT what is in hand is finished, and the process exits with 0, or with 1 where
 * that takes longer than `<prefix>_GRACE_S`. Where the command line names a job, it is run instead of all that.
 */
export async function runContainer(unit: ContainerUnit, patienceMs = LISTEN_PATIENCE_MS): Promise<void> {
  if (unit.jobs !== undefined && process.argv.length > 2) return runCommand(unit.jobs, process.argv.slice(2));
  const settings = readSettings(unit.prefix, process.env);
  const running: Running = {
    health: await serveHealth(settings.healthPort),
    workers: [],
    stopping: new AbortController(),
    graceS: settings.graceS,
    program: unit.http === undefined,
  };
  const { health, workers, stopping } = running;
  recordServers(settings.frontIdleS);
  reportPublishes(tell);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      void stop(running, process.listenerCount(signal) > 1);
    });

  const modules = await loadModules(unit.modules, () => {
    // Only a program itself knows when it is at work, and it may never be done with its first line: a loop that waits for
    // what there is to do.
    if (running.program && settings.queues.length === 0) health.ready = !stopping.signal.aborted;
  });
  if (stopping.signal.aborted) return;
  const served =
    unit.http && serveWeb(modules[unit.http.module], unit.http, settings.port, patienceMs, stopping.signal);
  workers.push(...settings.queues.map((queue) => startWorker(queue, settings.graceS)));
  // Not awaited here: what waits for a server must not be what keeps the process from ending.
  void Promise.all([served, ...workers]).then(() => {
    health.ready = !stopping.signal.aborted;
  });
}

/** `handled` says whether the application itself has a handler of the signal. */
async function stop({ health, workers, graceS, program }: Running, handled: boolean): Promise<void> {
  health.ready = false;
  // A program that knows how to stop does so by itself, and its process ends with what it has left to do.
  const itself = program && handled;
  const deadline = setTimeout(() => {
    console.error(`inferra: what was in hand was not finished within ${graceS} seconds`);
    process.exit(1);
  }, graceS * 1000);
  if (itself) deadline.unref();
  const ended = workers.map(async (worker) => (await worker).stop());
  await Promise.all([closeServers(), ...ended]);
  await settlePublishes();
  // The application may hold connections to other servers, which would keep the process alive.
  if (!itself) process.exit(0);
}

/** A publish that failed after its caller had gone on. */
function tell(failure: Error, emitter: Emitter): void {
  console.error(String(failure));
  if (emitter.listenerCount("error") > 0) emitter.emit("error", failure);
}
