/** Handles the messages of an SQS queue, at least once each. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@aws-sdk/client-sqs";
import { deliver } from "./deliver.ts";
import { described } from "./failure.ts";
import { collectPublishes } from "./publish.ts";
import type { Queue } from "./settings.ts";

type Sqs = typeof import("./sqs.ts");

/** As many as one receive gives at most. */
const IN_HAND = 10;

/**
 * What a receive waits for a message at most. It is short because a stop lets the receive in hand end: were it given up,
 * SQS might just have answered, and a message that nobody has seen would have used up a try, perhaps its only one. So a
 * stop takes this long, and a message that still arrives has the rest of the grace: 25 of the usual 30 seconds. A queue
 * that is empty costs half a million requests a month, which is about 0.20 USD.
 */
const LONG_POLL_S = 5;

/** The part of the grace that a receive may wait; a sixth, so that handlers have most of it even where it is short. */
const POLL_PART = 1 / 6;

/** What an answer may take on its way, beyond the wait. */
const ON_ITS_WAY_S = 2;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface Worker {
  /** Begins no receive any more, and resolves once all messages are handled, also those that the last one brings. */
  stop(): Promise<void>;
}

/** The client is loaded only where there is a queue. */
export async function startWorker(
  queue: Queue,
  graceS: number,
  load: () => Promise<Sqs> = () => import("./sqs.ts"),
): Promise<Worker> {
  const sqs = await load();
  // A wait of no time would be a receive after the other, without a pause.
  const waitS = Math.max(1, Math.min(LONG_POLL_S, Math.floor(graceS * POLL_PART)));
  const stopping = new AbortController();
  const overdue = new AbortController();
  const polling = poll(sqs, queue, waitS, stopping.signal, overdue.signal);
  return {
    stop: async () => {
      stopping.abort();
      // A receive that is not answered by then is on a connection that has died, or the grace is shorter than one takes.
      const patienceMs = Math.min(waitS + ON_ITS_WAY_S, graceS / 2) * 1000;
      const timer = setTimeout(() => overdue.abort(), patienceMs);
      await polling;
      clearTimeout(timer);
    },
  };
}

/** Receives whenever there is room for one more message: a slow one does not keep the others waiting. */
async function poll(
  sqs: Sqs,
  queue: Queue,
  waitS: number,
  stopping: AbortSignal,
  overdue: AbortSignal,
): Promise<void> {
  const inHand = new Set<Promise<void>>();
  let failures = 0;
  while (!stopping.aborted) {
    if (inHand.size >= IN_HAND) {
      await Promise.race(inHand);
      continue;
    }
    try {
      const messages = await sqs.receive(queue, IN_HAND - inHand.size, waitS, overdue);
      failures = 0;
      for (const message of messages) {
        // Also where the process has been told to stop: to hand a message back would use up one of its tries.
        const handling = handle(sqs, queue, message);
        inHand.add(handling);
        void handling.then(() => inHand.delete(handling));
      }
    } catch (error) {
      if (stopping.aborted) break;
      failures += 1;
      console.error("messages cannot be received at present:", described(error));
      await pause(failures, stopping);
    }
  }
  await Promise.all(inHand);
}

/** Twice as long after each failure, with a part left to chance so that not all processes come back at once. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
}

/** Never rejects. */
async function handle(sqs: Sqs, queue: Queue, message: Message): Promise<void> {
  const label = labelOf(message);
  const hiding = keepHidden(sqs, queue, message);
  const arrival = { label, body: message.Body ?? "" };
  const [unheard, unpublished] = await collectPublishes(() => deliver([arrival]));
  await hiding.end();
  const failures = [...unheard, ...unpublished];
  if (failures.length === 0) return remove(sqs, queue, message);
  const seconds = pauseOf(message, queue);
  for (const failure of failures)
    console.error(`${label} could not be handled and is visible again in ${seconds} s:`, described(failure));
  await hide(sqs, queue, message, seconds);
}

/** SQS counts how often a message was received, and moves it to the dead-letter queue after the last try. */
function pauseOf({ Attributes }: Message, { visibilityS }: Queue): number {
  const times = Number(Attributes?.ApproximateReceiveCount ?? 1);
  return Math.min(times ** 2, visibilityS);
}

/** Asks for the visibility timeout again at half of its time, for as long as a handler runs. */
function keepHidden(sqs: Sqs, queue: Queue, message: Message): { end(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const again = () => {
    last = hide(sqs, queue, message, queue.visibilityS);
  };
  const timer = setInterval(again, (queue.visibilityS * 1000) / 2);
  return {
    end: () => {
      clearInterval(timer);
      // Or it might come after what is asked for next, and undo it.
      return last;
    },
  };
}

/** A message that cannot be deleted comes again, which its handler has to expect anyway. */
async function remove(sqs: Sqs, queue: Queue, message: Message): Promise<void> {
  await sqs.remove(queue, message.ReceiptHandle ?? "").catch((error: unknown) => {
    console.error(`${labelOf(message)} was handled but not deleted, and comes again:`, described(error));
  });
}

async function hide(sqs: Sqs, queue: Queue, message: Message, seconds: number): Promise<void> {
  await sqs.hide(queue, message.ReceiptHandle ?? "", seconds).catch((error: unknown) => {
    console.error(`the visibility of ${labelOf(message)} was not set to ${seconds} s:`, described(error));
  });
}

function labelOf(message: Message): string {
  return `SQS message ${message.MessageId}`;
}
