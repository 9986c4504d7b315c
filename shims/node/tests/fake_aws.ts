import http from "node:http";
import type { AddressInfo } from "node:net";

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A server that answers a client of AWS's, and the environment that leads to it. */
export async function serve(
  variable: string,
  answer: (request: Request) => Answer | Promise<Answer>,
): Promise<void> {
  const server = http.createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const url = new URL(incoming.url ?? "/", "http://fake");
    const { method = "GET", headers } = incoming;
    const {
      status = 200,
      headers: own = {},
      body = "",
    } = await answer({
      method,
      url,
      headers,
      body: Buffer.concat(pieces),
    });
    // Or the client's open connection keeps the test's process alive.
    response.writeHead(status, { connection: "close", ...own });
    response.end(method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  Object.assign(process.env, {
    [variable]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: "eu-north-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
  });
}
