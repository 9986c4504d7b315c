/** What a REST API and a load balancer do with requests and answers, and an HTTP API does not. */

import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from "aws-lambda";
import { lastAddress } from "./forwarded.ts";

/** An answer in the form of payload 1.0, which a load balancer takes as well. */
export interface RestAnswer {
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

/**
 * The event as one of a REST API, unless it is an HTTP API's. The adapter would take `{proxy+}` for the whole path, and lose
 * what stands before it. Of a load balancer's event it knows no client, and fails on a query that is not escaped as it should
 * be; a load balancer hands that on as the client wrote it:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export function asRestApi(
  event: APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent,
): APIGatewayProxyEventV2 | APIGatewayProxyEvent {
  if (!("httpMethod" in event)) return event;
  const headers = withOneCookie(lists(event.multiValueHeaders, event.headers));
  if (!isBalanced(event)) return { ...event, pathParameters: null, multiValueHeaders: headers };
  const name = Object.keys(headers).find((one) => one.toLowerCase() === "x-forwarded-for");
  const sourceIp = lastAddress(name && headers[name]);
  if (name !== undefined && sourceIp !== undefined) headers[name] = [sourceIp];
  const query = lists(event.multiValueQueryStringParameters, event.queryStringParameters);
  const decoded: [string, string[]][] = Object.entries(query).map(([key, values]) => [
    unescaped(key),
    values.map(unescaped),
  ]);
  return {
    ...event,
    pathParameters: null,
    multiValueHeaders: headers,
    multiValueQueryStringParameters: Object.fromEntries(decoded),
    requestContext: { identity: { sourceIp } },
  } as unknown as APIGatewayProxyEvent;
}

function isBalanced(event: APIGatewayProxyEvent | ALBEvent): event is ALBEvent {
  return "elb" in event.requestContext;
}

/** A client may send one header per cookie, https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3; the adapter would join them by commas. */
function withOneCookie(headers: Record<string, string[]>): Record<string, string[]> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, values]) => [name, name.toLowerCase() === "cookie" ? [values.join("; ")] : values]),
  );
}

type Values<T> = Readonly<Record<string, T | undefined>> | null | undefined;

/** Several values of each name, or one. */
function lists(several: Values<string[]>, single: Values<string>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(several ?? {})) if (values !== undefined) found[name] = values;
  if (several) return found;
  for (const [name, value] of Object.entries(single ?? {})) if (value !== undefined) found[name] = [value];
  return found;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * The answer as who asked takes it. A REST API's own address has the stage as the first part of each path. The application
 * sees paths without it, as everywhere else; what it answers is adapted to it, as a proxy does that serves something below a
 * path of its own: https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypassreverse. A load balancer that is not told to
 * take several values of a header takes one.
 */
export function below(answer: RestAnswer, known: APIGatewayProxyEvent, given: object): unknown {
  if ("headers" in given && !("multiValueHeaders" in given)) {
    const { multiValueHeaders, ...rest } = answer;
    const entries = Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)]);
    return { ...rest, headers: Object.fromEntries(entries) };
  }
  const prefix = prefixOf(known);
  if (prefix === "") return answer;
  const headers = Object.entries(known.multiValueHeaders ?? {});
  const hosts = headers
    .filter(([name]) => name.toLowerCase() === "host")
    .flatMap(([, values]) => values ?? []);
  const adapted = Object.entries(answer.multiValueHeaders).map(([name, values]) => {
    if (name === "location") return [name, values.map((value) => moved(value, prefix, hosts))];
    if (name === "set-cookie") return [name, values.map((value) => cookieBelow(value, prefix))];
    return [name, values];
  });
  return { ...answer, multiValueHeaders: Object.fromEntries(adapted) };
}

/** What stands before the path in the API's own address, such as `/live`; empty for most. */
function prefixOf({ requestContext: { path: whole, stage }, path }: APIGatewayProxyEvent): string {
  // At a name of its own the API's paths start with no stage.
  if (whole === undefined || whole === path) return "";
  return whole === `/${stage}` || whole.startsWith(`/${stage}/`) ? `/${stage}` : "";
}

function moved(location: string, prefix: string, hosts: readonly string[]): string {
  const [, origin = "", host = "", path] =
    /^([a-z][a-z0-9+.-]*:\/\/([^/?#]*))?(\/(?!\/).*)$/is.exec(location) ?? [];
  if (path === undefined || (origin !== "" && !hosts.includes(host))) return location;
  return origin + placed(path, prefix);
}

function cookieBelow(cookie: string, prefix: string): string {
  return cookie.replace(
    /(;\s*path=)(\/[^;]+)/i,
    (_, name: string, path: string) => name + placed(path, prefix),
  );
}

function placed(path: string, prefix: string): string {
  const [first = ""] = path.split(/[?#]/);
  return first === prefix || first.startsWith(`${prefix}/`) ? path : prefix + path;
}
