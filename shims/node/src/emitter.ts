import type { EventEmitter } from "node:events";
import { assertJson } from "./json.ts";
import { publish } from "./publish.ts";

/** The body of each SNS message that this package sends and receives. */
export interface Message {
  /** Binding prefix of the emitter, such as `INFERRA_PUBSUB_GREETINGS`. */
  readonly emitter: string;
  readonly event: string;
  readonly args: readonly unknown[];
}

/** An emitter, some of whose events have an SNS topic. */
export interface BoundEmitter {
  readonly emitter: EventEmitter;
  /** Event name -> topic ARN. */
  readonly topics: ReadonlyMap<string, string>;
}

declare global {
  // A unit's wired code asks for this at run time; it is absent where the code runs without inferra. The entry point puts
  // the modules there that the unit needs, such as this one as `emitter`, before it loads any module of the application.
  var inferra: Readonly<Record<string, unknown>> | undefined;
}

const bound = new Map<string, BoundEmitter>();

export function boundEmitter(prefix: string): BoundEmitter | undefined {
  return bound.get(prefix);
}

/**
 * Sends the events that `<prefix>_TOPICS` (a JSON object, event name -> topic ARN) lists to their topics, instead of
 * to the listeners in this process. Every other event stays what it was, and so does `error`, which is Node's own way
 * to report a failure: https://nodejs.org/api/events.html#error-events. Without the variable nothing changes.
 * Gives the emitter itself.
 */
export function bind<Emitter extends EventEmitter>(own: Emitter, prefix: string): Emitter {
  const variable = `${prefix}_TOPICS`;
  const value = process.env[variable];
  if (value === undefined) return own;
  if (bound.has(prefix)) throw new Error(`${prefix} is bound to an emitter already: it was created twice`);
  const topics = readTopics(variable, value);
  bound.set(prefix, { emitter: own, topics });

  const local = own.emit;
  const emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    const topic = typeof event === "string" && event !== "error" ? topics.get(event) : undefined;
    if (typeof event !== "string" || topic === undefined) return Reflect.apply(local, this, [event, ...args]);
    assertJson(args, "args");
    const message: Message = { emitter: prefix, event, args };
    publish({
      topic,
      body: JSON.stringify(message),
      label: `the event "${event}" of ${prefix}`,
      emitter: own,
    });
    return true; // `emit` tells whether somebody listens: whoever subscribes to the topic does.
  };
  Object.defineProperty(own, "emit", { value: emit, configurable: true, writable: true });
  return own;
}

function readTopics(variable: string, value: string): ReadonlyMap<string, string> {
  let topics: unknown;
  try {
    topics = JSON.parse(value);
  } catch {
    topics = undefined;
  }
  if (typeof topics === "object" && topics !== null) {
    const entries = Object.entries(topics);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === "string"))
      return new Map(entries);
  }
  throw new Error(`${variable} is not a JSON object of topic ARNs by event name`);
}
