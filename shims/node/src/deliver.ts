import type { SNSEvent, SNSEventRecord } from "aws-lambda";
import { boundEmitter, type Message } from "./emitter.ts";

/**
 * Calls the listeners in this process with what the event's messages carry. Resolves to the failures; SNS delivers a
 * message again, to all its listeners, when the invocation fails, so a listener may see it more than once.
 * Payload: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export async function deliver(event: SNSEvent): Promise<unknown[]> {
  const results = await Promise.allSettled(event.Records.flatMap(calls));
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
}

/** One promise for each listener of the record's event. */
function calls(record: SNSEventRecord): Promise<unknown>[] {
  const id = record.Sns.MessageId;
  const message = readMessage(record.Sns.Message);
  if (message === undefined) return [fail(`SNS message ${id} was not published by an inferra unit`)];

  const bound = boundEmitter(message.emitter);
  if (bound === undefined) return [fail(`SNS message ${id} is for an emitter that this unit does not have`)];
  // Only now is the event's name known to be one from the code, and fit for a log.
  if (!bound.topics.has(message.event))
    return [fail(`SNS message ${id} is for an event of ${message.emitter} that has no topic`)];

  const { emitter } = bound;
  // The raw listeners, because the wrapper of a `once` listener is what takes it away again.
  const listeners = emitter.rawListeners(message.event);
  if (listeners.length === 0)
    return [fail(`nothing listens to the event "${message.event}" of ${message.emitter} in this unit`)];
  return listeners.map(async (listener) => Reflect.apply(listener, emitter, message.args));
}

function fail(message: string): Promise<never> {
  return Promise.reject(new Error(message));
}

/** `undefined` where the text is no message of ours. What JSON.parse throws would quote the text. */
function readMessage(text: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { emitter, event, args } = value as Partial<Record<keyof Message, unknown>>;
  return typeof emitter === "string" && typeof event === "string" && Array.isArray(args)
    ? { emitter, event, args }
    : undefined;
}
