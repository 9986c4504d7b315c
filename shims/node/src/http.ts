import { EventEmitter } from "node:events";
import type http from "node:http";
import { configure } from "@codegenie/serverless-express";
import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2, Context } from "aws-lambda";
import { asRestApi, below, type RestAnswer } from "./fronts.ts";

export type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent;

/**
 * Payloads 2.0 (HTTP API, function URL) and 1.0 (REST API), and a load balancer's:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function isHttpEvent(event: object): event is HttpEvent {
  if (!("requestContext" in event)) return false;
  return "httpMethod" in event || ("version" in event && event.version === "2.0" && "rawPath" in event);
}

/** Lets the listener answer the event. A failure of the listener, or of the adapter, is a rejection. */
export async function respond(
  listener: http.RequestListener,
  event: HttpEvent,
  context: Context,
): Promise<unknown> {
  let failure: unknown;
  const ignore = () => {};
  const handler = configure({
    app: listener,
    binarySettings: { isBinary },
    framework: { sendRequest: ({ request, response }: Exchange) => exchange(listener, request, response) },
    // The adapter answers 500 to an error and only tells its log; its other messages carry payloads.
    log: {
      error: (_, error) => {
        failure = error;
      },
      debug: ignore,
      info: ignore,
      verbose: ignore,
      warn: ignore,
    },
  });
  const known = asRestApi(event);
  const result: unknown = await handler(known, context, ignore);
  if (failure !== undefined) throw failure;
  return "httpMethod" in known ? below(result as RestAnswer, known, event) : result;
}

/**
 * Whether a response has to travel as base64, by its headers. The adapter's own answer is a list of binary types, and what
 * is missing there, `application/octet-stream` among them, would arrive with each byte that is no UTF-8 replaced.
 */
function isBinary({ headers }: { headers: Readonly<Record<string, unknown>> }): boolean {
  const encoding = String(headers["content-encoding"] ?? "identity");
  const type = String(headers["content-type"] ?? "").toLowerCase();
  const charset = /;\s*charset="?([^";\s]+)/.exec(type)?.[1] ?? "utf-8";
  return encoding !== "identity" || !TEXT.test(type) || !["utf-8", "utf8", "us-ascii"].includes(charset);
}

/** https://www.rfc-editor.org/rfc/rfc6839 for `+json` and `+xml`. */
const TEXT =
  /^(text\/.*|application\/(json|xml|javascript|x-www-form-urlencoded|x-ndjson)|.*\+(json|xml)) *(;|$)/;

interface Exchange {
  request: http.IncomingMessage & { body?: unknown };
  response: http.ServerResponse;
}

/**
 * Resolves when the response is complete. The adapter closes the request once this is over: were that earlier, a body
 * parser behind an asynchronous middleware would find nothing to read.
 */
function exchange(
  listener: http.RequestListener,
  request: Exchange["request"],
  response: Exchange["response"],
): Promise<void> {
  // The adapter's own addition, which a parser or an application would take for an already parsed body.
  delete request.body;
  // Express's answer to an unknown route listens to the socket, which the adapter makes of a plain object.
  Object.setPrototypeOf(request.socket, EventEmitter.prototype);
  Object.assign(response, { setHeader: givingBack(response), writeHead: withHeaders(response) });
  return new Promise((resolve, reject) => {
    const destroy = (error?: Error) => reject(error ?? new Error("the response was dropped before its end"));
    Object.assign(response.socket ?? {}, { destroy });
    response.once("finish", resolve);
    response.once("error", reject);
    listener(request, response);
  });
}

/** https://nodejs.org/api/http.html#responsesetheadername-value: another call may follow, which the adapter's own forbids. */
function givingBack(response: http.ServerResponse): http.ServerResponse["setHeader"] {
  const { setHeader } = response;
  return (name, value) => {
    Reflect.apply(setHeader, response, [name, value]);
    return response;
  };
}

/**
 * `writeHead` in all of its forms, https://nodejs.org/api/http.html#responsewriteheadstatuscode-statusmessage-headers. The
 * adapter's own gives nothing back, so that no `end` can follow it, and takes a list of headers for an object.
 */
function withHeaders(response: http.ServerResponse): http.ServerResponse["writeHead"] {
  const { writeHead } = response;
  return (status: number, ...rest: unknown[]) => {
    const message = typeof rest[0] === "string" ? rest[0] : undefined;
    const headers = message === undefined ? (rest[0] ?? rest[1]) : rest[1];
    for (const [name, value] of pairs(headers)) response.setHeader(name, value);
    Reflect.apply(writeHead, response, message === undefined ? [status] : [status, message]);
    return response;
  };
}

type HeaderValue = number | string | readonly string[];

/** Headers as an object, or as names and values in turn. */
function pairs(headers: unknown): [string, HeaderValue][] {
  if (typeof headers !== "object" || headers === null) return [];
  if (!Array.isArray(headers)) return Object.entries(headers).filter(([, value]) => value !== undefined);
  const names = headers.filter((_, position) => position % 2 === 0);
  const found = new Map<string, HeaderValue>();
  names.forEach((name: string, position) => {
    const value: HeaderValue = headers[position * 2 + 1];
    const before = found.get(name);
    found.set(name, before === undefined ? value : [before, value].flat().map(String));
  });
  return [...found];
}
