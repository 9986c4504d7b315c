import { createHash, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

interface Stored {
  id: string;
  body: string;
  received: number;
  visibleAt: number;
  receipt: string;
}

export interface Call {
  action: string;
  input: Record<string, unknown>;
}

/** Speaks as much of SQS's JSON protocol as a worker needs, and keeps its rules about visibility. */
export class FakeSqs {
  readonly calls: Call[] = [];
  /** What the next receives answer instead of messages. */
  readonly failures: string[] = [];
  /** How long the answer to a receive is on its way. */
  latencyMs = 0;
  url = "";
  #messages: Stored[] = [];
  #round = 0;
  readonly #changed = new EventEmitter().setMaxListeners(0);

  /** Listens, and sets the environment that leads here. */
  static async start(): Promise<FakeSqs> {
    const fake = new FakeSqs();
    const server = http.createServer((request, response) => void fake.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SQS: address,
      AWS_REGION: "eu-north-1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
    });
    fake.url = `${address}/123456789012/queue`;
    return fake;
  }

  /** Forgets everything, and the receives that wait: their clients may be gone without its knowing yet. */
  reset(): void {
    this.#round += 1;
    this.#messages = [];
    this.calls.length = 0;
    this.failures.length = 0;
    this.latencyMs = 0;
  }

  /** Puts messages in the queue, raw as SNS does. */
  put(...bodies: unknown[]): void {
    for (const body of bodies) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      this.#messages.push({ id: randomUUID(), body: text, received: 0, visibleAt: 0, receipt: "" });
    }
    this.#changed.emit("change");
  }

  /** How many messages are not deleted. */
  get size(): number {
    return this.#messages.length;
  }

  of(action: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.action === action).map(({ input }) => input);
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const input = JSON.parse(text) as Record<string, unknown>;
    this.calls.push({ action, input });
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.setHeader("connection", "close");
    if (action === "ReceiveMessage") {
      const failure = this.failures.shift();
      if (failure === "hang up") return void request.socket.destroy();
      if (failure !== undefined) {
        response.statusCode = 400;
        return void response.end(JSON.stringify({ __type: failure, message: "as the test wants it" }));
      }
      const gone = once(response, "close");
      const messages = await this.#receive(input, gone);
      await setTimeout(this.latencyMs);
      return void response.end(JSON.stringify(messages.length > 0 ? { Messages: messages } : {}));
    }
    const at = this.#messages.findIndex(({ receipt }) => receipt === input.ReceiptHandle);
    const message = this.#messages[at];
    if (message !== undefined && action === "DeleteMessage") this.#messages.splice(at, 1);
    if (message !== undefined && action === "ChangeMessageVisibility") {
      message.visibleAt = Date.now() + Number(input.VisibilityTimeout) * 1000;
      this.#changed.emit("change");
    }
    response.end("{}");
  }

  async #receive(input: Record<string, unknown>, gone: Promise<unknown>): Promise<unknown[]> {
    const until = Date.now() + Number(input.WaitTimeSeconds) * 1000;
    let there = true;
    void gone.then(() => {
      there = false;
      this.#changed.emit("change");
    });
    const round = this.#round;
    while (there && round === this.#round && Date.now() < until) {
      const found = this.#messages.filter(({ visibleAt }) => visibleAt <= Date.now());
      if (found.length > 0)
        return found.slice(0, Number(input.MaxNumberOfMessages)).map((m) => hand(m, input));
      await Promise.race([once(this.#changed, "change"), setTimeout(20)]);
    }
    return [];
  }
}

function hand(message: Stored, input: Record<string, unknown>): unknown {
  message.received += 1;
  message.visibleAt = Date.now() + Number(input.VisibilityTimeout) * 1000;
  message.receipt = randomUUID();
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: createHash("md5").update(message.body).digest("hex"),
    Attributes: { ApproximateReceiveCount: String(message.received) },
  };
}
