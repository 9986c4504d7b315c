import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { setTimeout } from "node:timers/promises";

export const PREFIX = "INFERRA_EXECUTION_UNIT_MAIN";

const source = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url).href);

/** A unit in a process of its own, with the probes that an orchestrator sends. */
export class Process {
  output = "";
  /** Where the application listens. */
  readonly port: number;
  readonly #healthPort: number;
  readonly #child: ChildProcess;
  readonly #end: Promise<unknown[]>;

  /** `module` is the body of the application's only module; `unit` the rest of what its entry point says. */
  private constructor(
    ports: [number, number],
    module: string,
    unit: object,
    environment: Record<string, string | undefined>,
    patienceMs: number | undefined,
  ) {
    [this.port, this.#healthPort] = ports;
    const entry = `
      import * as emitter from ${source("emitter.ts")};
      import { runContainer } from ${source("container.ts")};
      globalThis.inferra = { emitter };
      const module = async () => { ${module} };
      const unit = { prefix: ${JSON.stringify(PREFIX)}, modules: [module], ...${JSON.stringify(unit)} };
      await runContainer(unit, ${patienceMs});`;
    const env = {
      ...process.env,
      PORT: String(this.port),
      [`${PREFIX}_PORT`]: String(this.port),
      [`${PREFIX}_HEALTH_PORT`]: String(this.#healthPort),
      [`${PREFIX}_GRACE_S`]: "10",
      ...environment,
    };
    const options = ["--no-warnings", "--import", "tsx", "--input-type=module", "--eval", entry];
    this.#child = spawn(process.execPath, options, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    this.#end = once(this.#child, "close");
  }

  /** A variable that is `undefined` is not set. */
  static async start(
    module: string,
    unit = {},
    environment: Record<string, string | undefined> = {},
    patienceMs?: number,
  ): Promise<Process> {
    return new Process(await freePorts(), module, unit, environment, patienceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#end;
  }

  signal(name: NodeJS.Signals = "SIGTERM"): void {
    this.#child.kill(name);
  }

  /** The exit status. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.#end;
    return code ?? signal;
  }

  get(path: string, options: http.RequestOptions = {}): Promise<{ status: number; text: string }> {
    return get(this.port, path, options);
  }

  /** The status, or `undefined` where nobody answers. */
  async probe(path: string): Promise<number | undefined> {
    return (await get(this.#healthPort, path).catch(() => undefined))?.status;
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`in vain: ${condition}\n${this.output}`);
      await setTimeout(20);
    }
  }

  untilReady(): Promise<void> {
    return this.until(async () => (await this.probe("/ready")) === 200);
  }
}

function get(port: number, path: string, options: http.RequestOptions = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = http.get(
      { host: "127.0.0.1", port, path, agent: false, ...options },
      async (response) => {
        let text = "";
        try {
          for await (const chunk of response) text += chunk;
        } catch (error) {
          reject(error);
        }
        resolve({ status: response.statusCode ?? 0, text });
      },
    );
    request.on("error", reject);
  });
}

/** Ports that nobody listens on, on any interface. */
export async function freePorts(): Promise<[number, number]> {
  const servers = [net.createServer().listen(0), net.createServer().listen(0)];
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports as [number, number];
}
