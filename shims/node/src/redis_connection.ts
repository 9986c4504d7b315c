/** The connection to a Redis that the shim itself asks, not the application. */

import { setTimeout } from "node:timers/promises";
import { createClient, ErrorReply } from "@redis/client";
import type { Server } from "./cache.ts";

const CONNECT_MS = 3_000;
const ANSWER_MS = 5_000;
const ATTEMPTS = 4;

/**
 * A connection that nobody used for so long is replaced: its end may have closed it, unseen while Lambda kept the process
 * frozen.
 */
const QUIET_MS = 60_000;

type Client = ReturnType<typeof clientOf>;

/** By place, the connection that everybody shares. */
const shared = new Map<string, Connection>();

/**
 * What the server answers. Where the connection is lost before it does, it is asked again, as a client of AWS does; an error
 * that it answers is thrown at once.
 */
export async function ask<T>(server: Server, question: (client: Client) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connected(server).ask(question);
    } catch (error) {
      if (error instanceof ErrorReply || attempt === ATTEMPTS) throw error;
      await setTimeout(50 * 2 ** attempt * Math.random());
    }
  }
}

function connected(server: Server): Connection {
  const place = `${server.host}:${server.port}`;
  const known = shared.get(place);
  if (known?.isUsable) return known;
  known?.end();
  const made = new Connection(server);
  shared.set(place, made);
  return made;
}

class Connection {
  readonly #client: Client;
  readonly #opened: Promise<unknown>;
  #waiting = 0;
  #used = Date.now();
  #ended = false;

  constructor(server: Server) {
    this.#client = clientOf(server);
    // Without a listener an error would end the process; who waits for an answer is told.
    this.#client.on("error", () => this.end());
    this.#opened = this.#client.connect();
    this.#opened.catch(() => this.end());
  }

  get isUsable(): boolean {
    return !this.#ended && (this.#waiting > 0 || Date.now() - this.#used < QUIET_MS);
  }

  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    // A process that waits for nothing else may end.
    if (this.#waiting++ === 0) this.#client.ref();
    const patience = new AbortController();
    try {
      const impatient = setTimeout(CONNECT_MS + ANSWER_MS, undefined, { signal: patience.signal }).then(
        () => {
          throw new Error(`Redis did not answer within ${CONNECT_MS + ANSWER_MS} ms`);
        },
      );
      return await Promise.race([this.#opened.then(() => question(this.#client)), impatient]);
    } catch (error) {
      if (!(error instanceof ErrorReply)) this.end();
      throw error;
    } finally {
      patience.abort();
      this.#used = Date.now();
      if (--this.#waiting === 0) this.#client.unref();
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#client.destroy();
    } catch {
      // It was closed before.
    }
  }
}

function clientOf({ host, port, tls }: Server) {
  const place = { host, port, connectTimeout: CONNECT_MS, reconnectStrategy: false } as const;
  return createClient({ socket: tls ? { ...place, tls } : place });
}
