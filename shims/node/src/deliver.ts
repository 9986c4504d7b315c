import { boundEmitter, type Message } from "./emitter.ts";
import { listenersOf } from "./listeners.ts";

/** A message as it arrives. */
export interface Arrival {
  /** What to call it in an error: its way here and its id, nothing that it carries. */
  readonly label: string;
  /** The message as JSON, or an event of EventBridge around it. */
  readonly body: string;
}

/**
 * Calls the listeners in this process with what the messages carry, and waits for all of them. Resolves to the
 * failures. A message with one is delivered again, to all its listeners, so a listener may see it more than once.
 */
export async function deliver(arrivals: readonly Arrival[]): Promise<unknown[]> {
  const results = await Promise.allSettled(arrivals.flatMap(calls));
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
}

/** One promise for each listener of the message's event. */
function calls({ label, body }: Arrival): Promise<unknown>[] {
  const message = readMessage(body);
  if (message === undefined) return [fail(`${label} was not published by an inferra unit`)];

  const bound = boundEmitter(message.emitter);
  if (bound === undefined) return [fail(`${label} is for an emitter that this unit does not have`)];
  // Only now is the event's name known to be one from the code, and fit for a log.
  if (!bound.events.has(message.event))
    return [fail(`${label} is for an event of ${message.emitter} that has no topic`)];

  const listeners = listenersOf(bound.emitter, message.event);
  if (listeners.length === 0)
    return [fail(`nothing listens to the event "${message.event}" of ${message.emitter} in this unit`)];
  const args = argumentsOf(message);
  return listeners.map(async (listener) => listener(args));
}

/** JavaScript has no keywords: what a listener in Python is given by them is one object here, behind the other arguments. */
function argumentsOf({ args, kwargs }: Message): readonly unknown[] {
  return kwargs === undefined ? args : [...args, kwargs];
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
  const content = "detail-type" in value && "detail" in value ? value.detail : value;
  if (typeof content !== "object" || content === null) return undefined;
  const { emitter, event, args, kwargs } = content as Partial<Record<keyof Message, unknown>>;
  if (typeof emitter !== "string" || typeof event !== "string" || !Array.isArray(args)) return undefined;
  if (kwargs === undefined) return { emitter, event, args };
  if (typeof kwargs !== "object" || kwargs === null || Array.isArray(kwargs)) return undefined;
  return { emitter, event, args, kwargs: kwargs as Record<string, unknown> };
}
