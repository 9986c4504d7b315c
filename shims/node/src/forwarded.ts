import type { IncomingMessage } from "node:http";

/**
 * Shows the application the request that the client sent to the API, not the one between proxies. API Gateway reaches
 * a container through a load balancer: it sends the load balancer's name as `Host`, and the load balancer writes its
 * own view of things into `X-Forwarded-*`. What the client sent is in `Forwarded`
 * (https://www.rfc-editor.org/rfc/rfc7239), whose last element is API Gateway's own: only that one is believed, since
 * a client may write others before it. Without the header a request stays as it is.
 */
export function showAsSent(request: IncomingMessage): void {
  const { headers, socket } = request;
  if (headers.forwarded === undefined) return;
  const { for: node, host, proto } = lastElement(headers.forwarded);
  if (host !== undefined) headers.host = host;
  if (proto !== undefined) headers["x-forwarded-proto"] = proto;
  if (node === undefined) return;
  const address = addressOf(node);
  headers["x-forwarded-for"] = address;
  // One connection carries one request after the other, each with its own.
  Object.defineProperty(socket, "remoteAddress", { value: address, configurable: true });
}

const PAIR = /\s*([A-Za-z]+)=(?:"([^"]*)"|([^";,]*))\s*(;|,|$)/y;

/** The last element of the header, by its parameters' names; empty where the header is malformed. */
export function lastElement(header: string): Readonly<Record<string, string>> {
  let element: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < header.length) {
    const [, name = "", quoted, plain = "", end] = PAIR.exec(header) ?? [];
    if (name === "") return {};
    const value = quoted ?? plain;
    if (value !== "") element[name.toLowerCase()] = value;
    if (end === "," && PAIR.lastIndex < header.length) element = {};
  }
  return element;
}

/** Without the port that may follow it: https://www.rfc-editor.org/rfc/rfc7239#section-6 */
function addressOf(node: string): string {
  const parts = /^\[([^\]]*)\]|^([^:]*):[^:]*$/.exec(node);
  return parts?.[1] ?? parts?.[2] ?? node;
}
