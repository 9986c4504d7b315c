/**
 * The entry point of a compiled unit on AWS Lambda. It imports the modules of this
 * package, and puts those that wired code asks for on the global object, before it loads any of the application's.
 */

import type { RequestListener } from "node:http";
import type { Context, EventBridgeEvent, SNSEvent, SNSEventRecord } from "aws-lambda";
import { atWork, expectWork } from "./at_work.ts";
import { type Arrival, deliver } from "./deliver.ts";
import { isHttpEvent, respond } from "./http.ts";
import { type Jobs, runJob } from "./jobs.ts";
import { captureServers, firstServer } from "./listen.ts";
import { settlePublishes } from "./publish.ts";
import { applicationOf, type Exported, listenerOf, loadModules, type Modules } from "./unit.ts";

export interface Unit {
  readonly modules: Modules;
  /** Who answers HTTP events: a module's export, or (`null`) the first server that listens. */
  readonly http?: Exported & {
    /** Whether the exported application is not complete before it listens, which it does. */
    readonly late?: true;
  };
  /** What runs at `{"inferra": {"job": "<id>"}}`. */
  readonly jobs?: Jobs;
}

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

type FindListener = () => Promise<RequestListener>;

const LISTEN_PATIENCE_MS = 10_000;

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
export function lambdaHandler(unit: Unit): Handler {
  captureServers();
  const loading = load(unit);
  loading.catch(crash);
  expectWork();
  return (event, context) =>
    atWork(async () => {
      const listener = await loading;
      const [outcome] = await Promise.allSettled([handle(event, context, listener, unit.jobs)]);
      // Nothing is answered before all is published, and an answer counts for nothing where that failed.
      const failures: unknown[] = await settlePublishes();
      if (outcome.status === "rejected") failures.unshift(outcome.reason);
      throwAny(failures);
      return outcome.status === "fulfilled" ? outcome.value : undefined;
    });
}

async function handle(
  event: unknown,
  context: Context,
  listener: FindListener | undefined,
  jobs: Jobs | undefined,
): Promise<unknown> {
  if (typeof event === "object" && event !== null) {
    const asked = requestOf(event);
    if (asked?.warm === true) return undefined;
    if (asked !== undefined && "job" in asked && jobs !== undefined) return runJob(jobs, asked.job);
    if (isSnsEvent(event)) return throwAny(await deliver(event.Records.map(arrival)));
    if (isBusEvent(event)) return throwAny(await deliver([arrivalOfBus(event)]));
    if (isHttpEvent(event)) {
      if (listener === undefined) throw new Error("this unit is behind no gateway and takes no HTTP events");
      return respond(await listener(), event, context);
    }
  }
  throw new Error(`this unit takes no events of the kind ${kindOf(event)}`);
}

async function load({ modules, http }: Unit): Promise<FindListener | undefined> {
  const loaded = await loadModules(modules);
  if (http === undefined) return undefined;
  if (http.export === null) return listenerOfFirstServer;
  const listener = listenerOf(await applicationOf(loaded[http.module], http), http.export);
  if (!http.late) return async () => listener;
  // It may have got stuck on its way, and answer all the same.
  const complete = listenerOfFirstServer().catch(() => listener);
  return () => complete;
}

async function listenerOfFirstServer(): Promise<RequestListener> {
  const server = await firstServer(LISTEN_PATIENCE_MS);
  return (request, response) => server.emit("request", request, response);
}

/** Payload: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function arrival({ Sns }: SNSEventRecord): Arrival {
  return { label: `SNS message ${Sns.MessageId}`, body: Sns.Message };
}

/** Payload: https://docs.aws.amazon.com/lambda/latest/dg/services-eventbridge.html */
function arrivalOfBus(event: EventBridgeEvent<string, unknown>): Arrival {
  return { label: `EventBridge event ${event.id}`, body: JSON.stringify(event) };
}

/**
 * What is in `{"inferra": {…}}`, which the plan's own schedules send: `{"warm": true}` asks for nothing but that an instance of
 * the function is kept, `{"job": "<id>"}` for a run.
 */
function requestOf(event: object): { readonly warm?: unknown; readonly job?: unknown } | undefined {
  if (!("inferra" in event) || Object.keys(event).length !== 1) return undefined;
  const { inferra } = event;
  return typeof inferra === "object" && inferra !== null ? inferra : undefined;
}

function isSnsEvent(event: object): event is SNSEvent {
  return sourceOf(event) === "aws:sns";
}

/** AWS's own events are nobody's emitter's. */
function isBusEvent(event: object): event is EventBridgeEvent<string, unknown> {
  if (!("detail-type" in event && "detail" in event && "source" in event)) return false;
  return typeof event.source === "string" && !event.source.startsWith("aws.");
}

/** SNS writes `EventSource`; SQS, S3, DynamoDB and Kinesis write `eventSource`. */
function sourceOf(event: object): unknown {
  const records: unknown = "Records" in event ? event.Records : undefined;
  const record: unknown = Array.isArray(records) ? records[0] : undefined;
  if (typeof record !== "object" || record === null) return undefined;
  const { EventSource, eventSource } = record as { EventSource?: unknown; eventSource?: unknown };
  return EventSource ?? eventSource;
}

/** Only what AWS itself chose as a name is repeated: anybody may be the author of the rest. */
function kindOf(event: unknown): string {
  if (event === null) return "null";
  if (typeof event !== "object") return typeof event;
  const source = sourceOf(event) ?? ("source" in event ? event.source : undefined);
  return typeof source === "string" && /^aws[:.][a-z0-9.:-]{1,40}$/.test(source) ? source : "unknown";
}

/** Lambda starts a process anew after a crash, but would keep one whose modules are half loaded. */
function crash(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

function throwAny(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  // Lambda's log shows the message and the stack of what is thrown, not the errors inside.
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join("; "));
}
