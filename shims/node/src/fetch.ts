import type http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { described } from "./failure.ts";

/** What answers a request of the Fetch standard, such as the `fetch` of a Hono application. */
export type FetchHandler = (
  request: Request,
  environment: { incoming: http.IncomingMessage; outgoing: http.ServerResponse },
) => Response | Promise<Response>;

/** Lets such a handler answer the requests of a Node server. Where it fails, that is logged and the connection dropped. */
export function fetchListener(handler: FetchHandler): http.RequestListener {
  return (incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      // Whoever leaves in the middle of an answer is no failure of the application's: the answer's stream is closed early.
      const callerLeft =
        outgoing.headersSent && (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
      if (!callerLeft) console.error(described(error));
      outgoing.destroy(error as Error);
    });
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
  const secure =
    headers["x-forwarded-proto"] === "https" || ("encrypted" in socket && socket.encrypted === true);
  // Put together as texts: resolved against the host, `//name/path` would be a path of another host.
  const path = url.startsWith("/") ? url : pathOf(url);
  const address = new URL(`${secure ? "https" : "http"}://${headers.host ?? "localhost"}${path}`);
  const bodiless = method === "GET" || method === "HEAD";
  // Of a stream the standard asks to be told that the answer may begin before its end.
  const stream = bodiless ? null : (Readable.toWeb(incoming) as unknown as globalThis.ReadableStream);
  return new Request(address, { method, headers: sent, body: stream, duplex: "half" });
}

/** The path of a request line that names the whole address, as those to proxies do; everything else asks for the root. */
function pathOf(url: string): string {
  if (!URL.canParse(url)) return "/";
  const { pathname, search } = new URL(url);
  return pathname.startsWith("/") ? pathname + search : "/";
}
