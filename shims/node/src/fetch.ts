import type http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** What answers a request of the Fetch standard, such as the `fetch` of a Hono application. */
export type FetchHandler = (
  request: Request,
  environment: { incoming: http.IncomingMessage; outgoing: http.ServerResponse },
) => Response | Promise<Response>;

/** Lets such a handler answer the requests of a Node server. Where it fails, the connection is dropped. */
export function fetchListener(handler: FetchHandler): http.RequestListener {
  return (incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  };
}

async function answer(
  handler: FetchHandler,
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
): Promise<void> {
  const response = await handler(requestOf(incoming), { incoming, outgoing });
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
}

function requestOf(incoming: http.IncomingMessage): Request {
  const { headers, method = "GET", socket, url = "/" } = incoming;
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const one of [value ?? []].flat()) if (!name.startsWith(":")) sent.append(name, one);
  const scheme =
    headers["x-forwarded-proto"] ?? ("encrypted" in socket && socket.encrypted ? "https" : "http");
  const address = new URL(url, `${scheme}://${headers.host ?? "localhost"}`);
  const bodiless = method === "GET" || method === "HEAD";
  // Of a stream the standard asks to be told that the answer may begin before its end.
  const stream = bodiless ? null : (Readable.toWeb(incoming) as unknown as globalThis.ReadableStream);
  return new Request(address, { method, headers: sent, body: stream, duplex: "half" });
}
