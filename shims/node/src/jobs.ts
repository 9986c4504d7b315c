/** Functions that a schedule calls, without arguments. */

import { exportOf } from "./unit.ts";

export interface Job {
  /** Loads the module that has the function. */
  readonly load: () => Promise<unknown>;
  readonly export: string;
}

/** By id. */
export type Jobs = Readonly<Record<string, Job>>;

/** There is no job of that id. */
export class UnknownJobError extends Error {
  /** Names the ids that there are; the one that was asked for may be anybody's text. */
  constructor(jobs: Jobs) {
    super(`this unit has no such job; its jobs are: ${Object.keys(jobs).sort().join(", ") || "none"}`);
    this.name = "UnknownJobError";
  }
}

/** Runs one job to its end; rejects with whatever it threw. */
export async function runJob(jobs: Jobs, id: unknown): Promise<void> {
  const job = typeof id === "string" && Object.hasOwn(jobs, id) ? jobs[id] : undefined;
  if (job === undefined) throw new UnknownJobError(jobs);
  const run = exportOf(await job.load(), job.export);
  if (typeof run !== "function") throw new Error(`the export "${job.export}" is no function`);
  await run();
}
