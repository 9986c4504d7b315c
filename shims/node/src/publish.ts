import { AsyncLocalStorage } from "node:async_hooks";
import type { Carrier } from "./carrier.ts";
import type { Emitter } from "./emitter.ts";

export interface Publication {
  readonly carrier: Carrier;
  readonly event: string;
  readonly body: string;
  /** What is published, without its content. */
  readonly label: string;
  /** Where it was emitted. */
  readonly emitter: Emitter;
}

/** Publishes that somebody waits for. None of these promises rejects: each resolves to its failure. */
interface Scope {
  readonly pending: Set<Promise<Error | undefined>>;
  /** Whether somebody still does. */
  open: boolean;
}

/** What a message's handlers publish, however deep in their asynchronous calls. */
const scopes = new AsyncLocalStorage<Scope>();

/** Everything else. */
const strays: Scope = { pending: new Set(), open: true };

let report: ((failure: Error, emitter: Emitter) => void) | undefined;

/**
 * Starts to publish. `collectPublishes` tells how it ended where it is part of its `run`, otherwise the callback of
 * `reportPublishes`, or `settlePublishes` where there is none.
 */
export function publish(publication: Publication): void {
  const scope = scopes.getStore();
  const { pending } = scope?.open ? scope : strays;
  const { carrier, event, body } = publication;
  const sending = carrier.send(event, body).then(
    () => undefined,
    (cause: unknown) => {
      const size = Buffer.byteLength(body);
      return new Error(`${carrier.name} did not take ${publication.label} (${size} bytes): ${cause}`, {
        cause,
      });
    },
  );
  pending.add(sending);
  if (pending === strays.pending && report !== undefined) void tell(sending, publication.emitter, report);
}

/** From now on the failure of each publish that nobody waits for is told as soon as it is known. */
export function reportPublishes(callback: (failure: Error, emitter: Emitter) => void): void {
  report = callback;
}

async function tell(
  sending: Promise<Error | undefined>,
  emitter: Emitter,
  callback: NonNullable<typeof report>,
): Promise<void> {
  const failure = await sending;
  strays.pending.delete(sending);
  if (failure !== undefined) callback(failure, emitter);
}

/**
 * Waits until nothing is being published, and returns the failures. Lambda freezes the process once an invocation
 * has ended (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html), so each invocation ends
 * with this. What a module published while it was loaded belongs to the first invocation.
 */
export function settlePublishes(): Promise<Error[]> {
  return settle(strays.pending);
}

/** Runs `run`, then waits for what it published; resolves to its result and to the failures of those publishes. */
export async function collectPublishes<T>(run: () => Promise<T>): Promise<[result: T, failures: Error[]]> {
  const scope: Scope = { pending: new Set(), open: true };
  try {
    return await scopes.run(scope, async () => [await run(), await settle(scope.pending)]);
  } finally {
    // What a handler left running, and publishes later, is no part of its message any more.
    scope.open = false;
  }
}

async function settle(pending: Set<Promise<Error | undefined>>): Promise<Error[]> {
  const failures: Error[] = [];
  while (pending.size > 0) {
    const batch = [...pending];
    const results = await Promise.all(batch);
    for (const publishing of batch) pending.delete(publishing);
    failures.push(...results.filter((failure) => failure !== undefined));
  }
  return failures;
}
