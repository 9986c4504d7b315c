import { execFile, execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePorts } from "./process.ts";
import { ARN, FakeSecrets } from "./secrets.ts";

const run = promisify(execFile);
const ROOT = "/usr/lib/postgresql";
/** PostgreSQL does not run as root. */
const OTHER = process.getuid?.() === 0 ? 65_534 : undefined;

function programs(): string | undefined {
  const versions = existsSync(ROOT)
    ? readdirSync(ROOT).sort((one, other) => Number(one) - Number(other))
    : [];
  const newest = versions.findLast((version) => existsSync(join(ROOT, version, "bin", "initdb")));
  return newest === undefined ? undefined : join(ROOT, newest, "bin");
}

/** Why tests that need a server are left out. */
export const MISSING = programs() === undefined ? "needs PostgreSQL in /usr/lib/postgresql" : false;

/** A PostgreSQL server of a test's own that takes connections with TLS alone, and Secrets Manager beside it. */
export class Postgres {
  readonly #folder: string;
  readonly port: number;
  readonly secrets: FakeSecrets;

  private constructor(folder: string, port: number, secrets: FakeSecrets) {
    this.#folder = folder;
    this.port = port;
    this.secrets = secrets;
  }

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), "inferra-postgres-"));
    const [port] = await freePorts();
    const server = new Postgres(folder, port, await FakeSecrets.start());
    writeFileSync(join(folder, "password"), "admin");
    give(folder, join(folder, "password"));
    const data = join(folder, "data");
    const initialise = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"];
    await program("initdb", [...initialise, `--pwfile=${join(folder, "password")}`]);
    certify(data);
    writeFileSync(join(data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    const settings = {
      port,
      listen_addresses: "127.0.0.1",
      ssl: "on",
      fsync: "off",
      unix_socket_directories: "",
    };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    await program("pg_ctl", ["-D", data, "-w", "-l", join(folder, "log"), "-o", options.join(" "), "start"]);
    await server.administer("CREATE ROLE app LOGIN", "CREATE DATABASE app OWNER app");
    await server.changePassword("first");
    return server;
  }

  async stop(): Promise<void> {
    await program("pg_ctl", ["-D", join(this.#folder, "data"), "-m", "immediate", "stop"]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The variables of a binding to this server. */
  bind(prefix: string): void {
    process.env[`${prefix}_HOST`] = "localhost";
    process.env[`${prefix}_PORT`] = String(this.port);
    process.env[`${prefix}_NAME`] = "app";
    process.env[`${prefix}_SECRET`] = ARN;
    process.env[`${prefix}_TLS`] = "true";
    process.env[`${prefix}_CA`] = join(this.#folder, "data", "server.crt");
  }

  async administer(...statements: string[]): Promise<pg.QueryResult[]> {
    const ssl = { rejectUnauthorized: false };
    const server = {
      host: "127.0.0.1",
      port: this.port,
      user: "postgres",
      password: "admin",
      database: "postgres",
    };
    const client = new pg.Client({ ...server, ssl });
    await client.connect();
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    await client.end();
    return results;
  }

  /** As a rotation does it. */
  async changePassword(password: string): Promise<void> {
    await this.administer(`ALTER ROLE app PASSWORD '${password}'`);
    this.secrets.value = JSON.stringify({ username: "app", password });
  }

  /** Ends every session of the application, as a restart of the server does. */
  async endConnections(): Promise<void> {
    await this.administer(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'app'",
    );
  }
}

async function program(name: string, args: string[]): Promise<void> {
  const identity = OTHER === undefined ? {} : { uid: OTHER, gid: OTHER };
  // What pg_ctl starts keeps its output open.
  const wrapped = ["-c", 'exec "$@" >/dev/null 2>&1', name, join(programs() ?? "", name), ...args];
  await run("sh", wrapped, { cwd: "/", ...identity });
}

function certify(data: string): void {
  const files = { key: join(data, "server.key"), certificate: join(data, "server.crt") };
  const request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split(" ");
  const names = ["-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [...request, ...names, "-keyout", files.key, "-out", files.certificate], {
    stdio: "ignore",
  });
  chmodSync(files.key, 0o600);
  give(files.key, files.certificate);
}

function give(...paths: string[]): void {
  if (OTHER !== undefined) for (const path of paths) chownSync(path, OTHER, OTHER);
}
