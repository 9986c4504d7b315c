/** What the command line of a container asks for: a job, instead of the unit's own program. */

import { constants } from "node:os";
import { atWork } from "./at_work.ts";
import { described } from "./failure.ts";
import { type Jobs, runJob, UnknownJobError } from "./jobs.ts";
import { settlePublishes } from "./publish.ts";

/** As other programs exit that are called in a wrong way. */
const USAGE = 2;

/**
 * Runs the job that the words name, `job <id>`, and exits: with 0 after it, with 1 and what it threw on standard error, with
 * 2 where the words are not right. The probes are not answered, since nobody asks a job. A signal ends it with a status that
 * says that it did not get to its end.
 */
export async function runCommand(jobs: Jobs, [word, id, ...more]: readonly string[]): Promise<never> {
  if (word !== "job" || id === undefined || more.length > 0) {
    console.error("inferra: the arguments of this program are none, or `job <id>`");
    process.exit(USAGE);
  }
  // The first process of a container gets no signal that it has no handler for.
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  process.exit(await atWork(() => statusOf(jobs, id)));
}

async function statusOf(jobs: Jobs, id: string): Promise<number> {
  let status = 0;
  try {
    await runJob(jobs, id);
  } catch (error) {
    const unknown = error instanceof UnknownJobError;
    console.error(unknown ? `inferra: ${error.message}` : described(error));
    status = unknown ? USAGE : 1;
  }
  for (const failure of await settlePublishes()) {
    console.error(String(failure));
    status ||= 1;
  }
  return status;
}
