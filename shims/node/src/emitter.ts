import { EventEmitter } from "node:events";
import { type Carrier, carrierOf } from "./carrier.ts";
import { assertJson } from "./json.ts";
import { publish } from "./publish.ts";

/** What each message of SNS, and the detail of each event of EventBridge, says: the same in every language's package. */
export interface Message {
  /** Binding prefix of the emitter, such as `INFERRA_PUBSUB_GREETINGS`. */
  readonly emitter: string;
  readonly event: string;
  readonly args: readonly unknown[];
  /** What Python's listeners are given by keywords; absent where there is nothing. */
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** What Node's emitters and those of `eventemitter3` have in common. */
export interface Emitter {
  // biome-ignore lint/suspicious/noExplicitAny: as both libraries declare it, so that theirs are such emitters
  emit(event: any, ...args: any[]): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listenerCount(event: any): number;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listeners(event: any): unknown[];
}

/** An emitter, some of whose events are carried to listeners anywhere. */
export interface BoundEmitter {
  readonly emitter: Emitter;
  /** Those events. */
  readonly events: ReadonlySet<string>;
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
 * Sends the events that the binding's variables name (see `carrierOf`) to what carries them, instead of to the listeners in
 * this process. Every other event stays what it was, and so does `error` of Node's own emitters, which is Node's way to
 * report a failure: https://nodejs.org/api/events.html#error-events. Without the variables nothing changes. Gives the
 * emitter itself.
 */
export function bind<Own extends Emitter>(own: Own, prefix: string): Own {
  const carrier: Carrier | undefined = carrierOf(prefix);
  if (carrier === undefined) return own;
  if (bound.has(prefix)) throw new Error(`${prefix} is bound to an emitter already: it was created twice`);
  const events = new Set(carrier.events);
  if (own instanceof EventEmitter) events.delete("error");
  bound.set(prefix, { emitter: own, events });

  const local: unknown = own.emit;
  const emit = function (this: Emitter, event: unknown, ...args: unknown[]): boolean {
    if (typeof event !== "string" || !events.has(event))
      return Reflect.apply(local as Emitter["emit"], this, [event, ...args]);
    assertJson(args, "args");
    const message: Message = { emitter: prefix, event, args };
    publish({
      carrier,
      event,
      body: JSON.stringify(message),
      label: `the event "${event}" of ${prefix}`,
      emitter: own,
    });
    return true; // `emit` tells whether somebody listens: whoever subscribes to the event does.
  };
  Object.defineProperty(own, "emit", { value: emit, configurable: true, writable: true });
  return own;
}
