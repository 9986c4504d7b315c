/** Handles the messages of an SQS queue, at least once each. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@aws-sdk/client-sqs";
import { deliver } from "./deliver.ts";
import { collectPublishes } from "./publish.ts";
import type { Queue } from "./settings.ts";

type Sqs = typeof import("./sqs.ts");

/** As many as one receive gives at most. */
const IN_HAND = 10;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface Worker {
  /** Receives no more, and resolves once all messages in hand are handled. */
  stop(): Promise<void>;
}

/** The client is loaded only where there is a queue. */
export async function startWorker(
  queue: Queue,
  load: () => Promise<Sqs> = () => import("./sqs.ts"),
): Promise<Worker> {
  const sqs = await load();
  const stopping = new AbortController();
  const polling = poll(sqs, queue, stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return polling;
    },
  };
}

/** Receives whenever there is room for one more message: a slow one does not keep the others waiting. */
async function poll(sqs: Sqs, queue: Queue, signal: AbortSignal): Promise<void> {
  const inHand = new Set<Promise<void>>();
  let failures = 0;
  while (!signal.aborted) {
    if (inHand.size >= IN_HAND) {
      await Promise.race(inHand);
      continue;
    }
    try {
      const messages = await sqs.receive(queue, IN_HAND - inHand.size, signal);
      failures = 0;
      for (const message of messages) {
        // What arrives although the process is told to stop is for another one.
        const handling = signal.aborted ? hide(sqs, queue, message, 0) : handle(sqs, queue, message);
        inHand.add(handling);
        void handling.then(() => inHand.delete(handling));
      }
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      console.error("messages cannot be received at present:", error);
      await pause(failures, signal);
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
    console.error(`${label} could not be handled and is visible again in ${seconds} s:`, failure);
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
    console.error(`${labelOf(message)} was handled but not deleted, and comes again:`, error);
  });
}

async function hide(sqs: Sqs, queue: Queue, message: Message, seconds: number): Promise<void> {
  await sqs.hide(queue, message.ReceiptHandle ?? "", seconds).catch((error: unknown) => {
    console.error(`the visibility of ${labelOf(message)} was not set to ${seconds} s:`, error);
  });
}

function labelOf(message: Message): string {
  return `SQS message ${message.MessageId}`;
}
