import { serve } from "./fake_aws.ts";

export const BUS = "arn:aws:events:eu-north-1:123456789012:event-bus/shop-orders";
export const SOURCE = "shop.orders";

export interface Put {
  readonly bus: string;
  readonly source: string;
  readonly type: string;
  readonly detail: unknown;
}

/** What the fake endpoint says of the entry of the next requests, one after the other; then it takes everything. */
export type Refusals = { code: string; message?: string; status?: number }[];

/** An endpoint that speaks as much of EventBridge's protocol as a publish needs, and the environment that leads to it. */
export async function startFakeEventBridge(): Promise<{ taken: Put[]; refusals: Refusals }> {
  const taken: Put[] = [];
  const refusals: Refusals = [];
  await serve("AWS_ENDPOINT_URL_EVENTBRIDGE", ({ body }) => {
    const headers = { "content-type": "application/x-amz-json-1.1" };
    const { Entries } = JSON.parse(body.toString()) as { Entries: Record<string, string>[] };
    const refusal = refusals.shift();
    if (refusal?.status !== undefined)
      return {
        status: refusal.status,
        headers,
        body: JSON.stringify({ __type: refusal.code, message: refusal.message }),
      };
    if (refusal !== undefined) {
      const entry = { ErrorCode: refusal.code, ErrorMessage: refusal.message };
      return { headers, body: JSON.stringify({ FailedEntryCount: 1, Entries: [entry] }) };
    }
    for (const { EventBusName = "", Source = "", DetailType = "", Detail = "" } of Entries)
      taken.push({ bus: EventBusName, source: Source, type: DetailType, detail: JSON.parse(Detail) });
    return {
      headers,
      body: JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "e-1" })) }),
    };
  });
  return { taken, refusals };
}

/** As Lambda is given it, and as a queue holds it: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function busEvent(detail: unknown, source = SOURCE): object {
  return {
    version: "0",
    id: "e-1",
    "detail-type": "placed",
    source,
    account: "123456789012",
    time: "2026-11-22T01:02:03Z",
    region: "eu-north-1",
    resources: [],
    detail,
  };
}
