import { setTimeout as sleep } from "node:timers/promises";
import {
  EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
  type PutEventsResultEntry,
} from "@aws-sdk/client-eventbridge";
import { within } from "./patience.ts";

/** Region, credentials and endpoint come from the environment. */
const client = new EventBridgeClient({ requestHandler: within(10_000) });

export interface Envelope {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
}

/** As often as the client itself tries what fails as a whole. */
const TRIES = 3;
const FIRST_PAUSE_MS = 100;

/** What says that the same event may be taken a moment later: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const PASSING: ReadonlySet<string | undefined> = new Set([
  "InternalException",
  "InternalFailure",
  "ThrottlingException",
]);

/**
 * Puts one event on a bus. A request that succeeds may have entries that did not, which the client takes for success: such an
 * entry is tried again where that may help, and is the client's own kind of error otherwise.
 */
export async function put({ bus, source, detailType }: Envelope, detail: string): Promise<void> {
  const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: detail };
  for (let tries = 1; ; tries += 1) {
    const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
    const failed = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (failed === undefined && !answer.FailedEntryCount) return;
    if (tries === TRIES || !PASSING.has(failed?.ErrorCode)) throw failure(failed, answer.$metadata);
    await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
  }
}

function failure(
  entry: PutEventsResultEntry | undefined,
  $metadata: EventBridgeServiceException["$metadata"],
): Error {
  return new EventBridgeServiceException({
    name: entry?.ErrorCode ?? "InternalFailure",
    message: entry?.ErrorMessage ?? "the event was not taken",
    $fault: PASSING.has(entry?.ErrorCode) ? "server" : "client",
    $metadata,
  });
}
