import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { SNSEvent } from "aws-lambda";

export const ARN = "arn:aws:sns:eu-north-1:123456789012:";
/** The fake endpoint refuses what is published to this topic. */
export const DENIED = `${ARN}denied`;
/** Long enough that a handler which does not wait for a publish ends before it. */
const LATENCY_MS = 50;

export interface Published {
  topic: string;
  message: unknown;
}

/** An endpoint that speaks as much of SNS's query protocol as a publish needs, and the environment that leads to it. */
export async function startFakeSns(): Promise<Published[]> {
  const published: Published[] = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const topic = form.get("TopicArn") ?? "";
    await setTimeout(LATENCY_MS);
    response.setHeader("content-type", "text/xml");
    response.setHeader("connection", "close"); // or the client's open connection keeps the test's process alive
    if (topic === DENIED) {
      response.statusCode = 403;
      response.end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>",
      );
      return;
    }
    published.push({ topic, message: JSON.parse(form.get("Message") ?? "null") });
    response.end(
      "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: "eu-north-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
  });
  return published;
}

export function snsEvent(...messages: unknown[]): SNSEvent {
  const Records = messages.map((message) => ({
    EventSource: "aws:sns",
    Sns: { MessageId: "m-1", Message: typeof message === "string" ? message : JSON.stringify(message) },
  }));
  return { Records } as SNSEvent;
}
