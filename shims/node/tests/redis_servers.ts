import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const EXTENSIONS =
  "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n";

const installed = (name: string) =>
  ["/usr/bin", "/usr/local/bin"].some((folder) => existsSync(join(folder, name)));

/** Why tests that need a server are left out. */
export const MISSING = ["redis-server", "redis-cli", "openssl"].every(installed)
  ? false
  : "needs redis-server and openssl";

/** Real Redis servers that speak TLS alone, as ElastiCache with encryption in transit does. */
export class RedisServers {
  readonly #folder = mkdtempSync(join(tmpdir(), "inferra-redis-"));
  readonly #running: ChildProcess[] = [];

  constructor() {
    writeFileSync(join(this.#folder, "server.ext"), EXTENSIONS);
    const key = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tests"];
    const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "server.ext"];
    for (const command of [
      ["req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem"],
      ["req", ...key, "-keyout", "server.key", "-out", "server.csr"],
      ["x509", "-req", "-in", "server.csr", ...sign, "-out", "server.pem"],
    ])
      execFileSync("openssl", command, { cwd: this.#folder, stdio: "ignore" });
  }

  /** The port of a new server. */
  async start(...options: string[]): Promise<number> {
    const port = await freePort();
    const directory = join(this.#folder, String(port));
    mkdirSync(directory);
    const file = (name: string) => join(this.#folder, name);
    const command = [
      "--bind",
      "127.0.0.1",
      "--port",
      "0",
      "--tls-port",
      String(port),
      "--save",
      "",
      "--dir",
      directory,
    ];
    command.push("--tls-cert-file", file("server.pem"), "--tls-key-file", file("server.key"));
    command.push("--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients", "no", ...options);
    this.#running.push(spawn("redis-server", command, { stdio: "ignore" }));
    await until(async () => (await this.tell(port, "PING")).includes("PONG"));
    return port;
  }

  /** The port of a new server that knows nothing of TLS. */
  async startPlain(): Promise<number> {
    const port = await freePort();
    const options = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--dir", this.#folder];
    this.#running.push(spawn("redis-server", options, { stdio: "ignore" }));
    await until(async () => (await this.tellPlain(port, "PING")).includes("PONG"));
    return port;
  }

  async tellPlain(port: number, ...words: string[]): Promise<string> {
    return answered(["-h", "127.0.0.1", "-p", String(port), ...words]);
  }

  /** The port of a cluster's only node. */
  async startCluster(): Promise<number> {
    const options = [
      "--cluster-enabled",
      "yes",
      "--tls-cluster",
      "yes",
      "--cluster-announce-hostname",
      "localhost",
    ];
    const port = await this.start(...options, "--cluster-preferred-endpoint-type", "hostname");
    await this.tell(port, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await until(async () => (await this.tell(port, "CLUSTER", "INFO")).includes("cluster_state:ok"));
    return port;
  }

  async tell(port: number, ...words: string[]): Promise<string> {
    return answered(["-h", "127.0.0.1", "-p", String(port), "--tls", "--insecure", ...words]);
  }

  /** What a program prints as JSON that trusts the servers' authority; Node reads that from its environment at its start. */
  async printed(program: string, environment: Record<string, string>): Promise<unknown> {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(this.#folder, "ca.pem"), ...environment };
    const options = ["--no-warnings", "--import", "tsx", "--input-type=module", "--eval", program];
    const { stdout } = await run(process.execPath, options, { env, timeout: 20_000 });
    return JSON.parse(stdout);
  }

  stop(): void {
    for (const server of this.#running) server.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answered(command: string[]): Promise<string> {
  return run("redis-cli", command).then(
    ({ stdout }) => stdout,
    () => "",
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${condition}`);
    await setTimeout(50);
  }
}

/** A cluster's bus has its port 10000 above. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const probe = net.createServer().listen(port, "127.0.0.1");
    const free = await new Promise((resolve) => {
      probe.once("listening", () => probe.close(() => resolve(true))).once("error", () => resolve(false));
    });
    if (free) return port;
  }
}
