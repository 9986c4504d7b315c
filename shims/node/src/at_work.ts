/**
 * What a process is doing, so that it can be ended between two pieces of work: an invocation of a function, or the run of a
 * job. The requests and messages of a container are not counted here, since SIGTERM lets them finish.
 */

import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";

/**
 * After an invocation Lambda's own program sends the answer before anything else can run, and asks for the next one. Within
 * this time none can have come; after a longer one the process was frozen in between, and may have been woken by another.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/client/rapid-client.ts
 */
const BETWEEN_MS = 20;

const ends = new EventEmitter();
let inHand = 0;
let awaitsWork = false;

/** Says that this process waits for pieces of work, and that one may come at any time but right after another. */
export function expectWork(): void {
  awaitsWork = true;
}

/** Does a piece of work. */
export async function atWork<T>(work: () => Promise<T>): Promise<T> {
  inHand += 1;
  try {
    return await work();
  } finally {
    inHand -= 1;
    if (inHand === 0) ends.emit("end");
  }
}

/** Resolves where nothing is in hand: at once, or between a piece of work and the next. */
export async function betweenWork(): Promise<void> {
  if (inHand === 0 && !awaitsWork) return;
  for (;;) {
    await once(ends, "end");
    const ended = Date.now();
    await setImmediate();
    if (inHand === 0 && Date.now() - ended < BETWEEN_MS) return;
  }
}
