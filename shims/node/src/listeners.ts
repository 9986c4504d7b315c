/** Who listens to an event in this process, as the library itself would call them. */

import { EventEmitter } from "node:events";
import type { Emitter } from "./emitter.ts";

/** Calls one listener. */
export type Listener = (args: readonly unknown[]) => unknown;

export function listenersOf(emitter: Emitter & EventEmitter3, event: string): Listener[] {
  if (emitter instanceof EventEmitter) {
    // The raw listeners, because the wrapper of a `once` listener is what takes it away again.
    return emitter.rawListeners(event).map((listener) => (args) => Reflect.apply(listener, emitter, args));
  }
  const held = heldBy(emitter, event);
  return held.map(({ fn, context, once }) => (args) => {
    if (once) emitter.removeListener?.(event, fn, context, true);
    return Reflect.apply(fn, context, args);
  });
}

/** How `eventemitter3` keeps a listener: with the object that it is to be called on, which `listeners` does not tell. */
interface Held {
  readonly fn: Callable;
  readonly context: unknown;
  readonly once: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the application made it for
type Callable = (...args: any[]) => unknown;

/** https://github.com/primus/eventemitter3/blob/v5.0.1/index.js */
interface EventEmitter3 extends Emitter {
  readonly _events?: Readonly<Record<string, Held | readonly Held[]>>;
  removeListener?(event: string, listener: Callable, context: unknown, once: boolean): unknown;
}

function heldBy(emitter: EventEmitter3, event: string): readonly Held[] {
  const held = emitter._events?.[event];
  const list = held === undefined ? [] : [held].flat();
  if (list.length === emitter.listenerCount(event)) return list;
  // A version that keeps them in another way: they are called on the emitter, as they are unless one was named.
  return emitter.listeners(event).map((fn) => ({ fn: fn as Callable, context: emitter, once: false }));
}
