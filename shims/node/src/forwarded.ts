import type { IncomingMessage } from "node:http";

/**
 * Shows the application the request that the client sent to the API, not the one between proxies. API Gateway reaches
 * a container through a load balancer: it sends the load balancer's name as `Host`, and the load balancer writes its
 * own view of things into `X-Forwarded-*`. What the client sent is in `Forwarded`
 * (https://www.rfc-editor.org/rfc/rfc7239), whose last element is API Gateway's own: only that one is believed, since
 * a client may write others before it. Where that element does not say who the client is, nothing does: the load
 * balancer's `X-Forwarded-For` starts with whatever the client wrote there. Without the header a request stays as it is.
 */
export function showAsSent(request: IncomingMessage): void {
  const { headers, socket } = request;
  // One connection carries one request after the other, each with a client of its own.
  Reflect.deleteProperty(socket, "remoteAddress");
  if (headers.forwarded === undefined) return;
  const { for: node, host, proto } = lastElement(headers.forwarded);
  if (host !== undefined) headers.host = host;
  if (proto !== undefined) headers["x-forwarded-proto"] = proto;
  if (node === undefined) {
    delete headers["x-forwarded-for"];
    return;
  }
  const address = addressOf(node);
  headers["x-forwarded-for"] = address;
  Object.defineProperty(socket, "remoteAddress", { value: address, configurable: true });
}

/**
 * The same behind a load balancer that clients talk to themselves. Nobody but them can have written `Forwarded` then, and
 * of the addresses in `X-Forwarded-For` the last one is the load balancer's own:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function showAsBalanced(request: IncomingMessage): void {
  const { headers, socket } = request;
  Reflect.deleteProperty(socket, "remoteAddress");
  delete headers.forwarded;
  const address = lastAddress(headers["x-forwarded-for"]);
  if (address === undefined) return;
  headers["x-forwarded-for"] = address;
  Object.defineProperty(socket, "remoteAddress", { value: address, configurable: true });
}

/** The last address of an `X-Forwarded-For`. */
export function lastAddress(header: string | readonly string[] | undefined): string | undefined {
  return [header].flat().at(-1)?.split(",").at(-1)?.trim() || undefined;
}

const PAIR = /\s*([A-Za-z]+)=(?:"([^"]*)"|([^\s";,]*))\s*(?:;|$)/y;

/** The last element of the header, by its parameters' names; empty where that is malformed, whatever is before it. */
export function lastElement(header: string): Readonly<Record<string, string>> {
  const text = header.slice(startOfLast(header));
  const element: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const [, name = "", quoted, plain = ""] = PAIR.exec(text) ?? [];
    if (name === "") return {};
    const value = quoted ?? plain;
    if (value !== "") element[name.toLowerCase()] = value;
  }
  return element;
}

/** Read from the end, where quotes are in pairs: one that a client left open would hide API Gateway's own comma. */
function startOfLast(header: string): number {
  let quoted = false;
  for (let at = header.length; at > 0; at -= 1) {
    const character = header[at - 1];
    if (character === '"') quoted = !quoted;
    if (character === "," && !quoted) return at;
  }
  return 0;
}

/** Without the port that may follow it: https://www.rfc-editor.org/rfc/rfc7239#section-6 */
function addressOf(node: string): string {
  const parts = /^\[([^\]]*)\]|^([^:]*):[^:]*$/.exec(node);
  return parts?.[1] ?? parts?.[2] ?? node;
}
