/**
 * Where a database of the plan is, and who may open connections to it.
 *
 * The variables `<prefix>_HOST`, `_PORT`, `_NAME`, `_SECRET` and `_TLS` say so; `_CA`, where it is set, names the file of
 * the certificates that the server's own must come from. User and password are no variables: they are in the secret that
 * `_SECRET` names, which RDS makes and replaces every seven days:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */

import { readFileSync } from "node:fs";
import { readBinding } from "./binding.ts";
import { portOf, tlsOf } from "./typed.ts";

export interface Server {
  readonly prefix: string;
  readonly host: string;
  readonly port: number;
  /** The name of the database. */
  readonly name: string;
  /** The ARN of the secret. */
  readonly secret: string;
  /** How connections are encrypted, as `tls.connect` takes it; `false` where they are not. */
  readonly ssl: Ssl | false;
}

export interface Ssl {
  /** The name that the server's certificate has to be for. */
  readonly host: string;
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What the variables of `prefix` say; `undefined` where none is set: then the application's own arguments count. */
export function readServer(prefix: string): Server | undefined {
  const found = readBinding(prefix, ["host", "port", "name", "secret", "tls"]);
  if (found === undefined) return undefined;
  const { host, name, secret } = found;
  return {
    prefix,
    host,
    port: portOf(prefix, found.port),
    name,
    secret,
    ssl: sslOf(prefix, host, found.tls),
  };
}

function sslOf(prefix: string, host: string, tls: string): Ssl | false {
  if (!tlsOf(prefix, tls)) return false;
  const authorities = process.env[`${prefix}_CA`];
  // As libpq's `sslmode=require`: what is sent is encrypted, the server is not verified.
  if (!authorities) return { host, rejectUnauthorized: false };
  // Relative to the bundle, beside which the unit's files are.
  return { host, rejectUnauthorized: true, ca: readFileSync(new URL(authorities, import.meta.url), "utf8") };
}

const asked = new Map<string, Promise<Credentials>>();

/**
 * Fetches the user that may open connections to the database. It is asked for before each new connection, so that a
 * password that was replaced is never used; connections that are opened at the same time ask once.
 */
export function credentials(server: Server): Promise<Credentials> {
  const known = asked.get(server.secret);
  if (known !== undefined) return known;
  const asking = fetchCredentials(server).finally(() => asked.delete(server.secret));
  asked.set(server.secret, asking);
  return asking;
}

async function fetchCredentials({ prefix, secret }: Server): Promise<Credentials> {
  // The client is loaded only where there is a binding.
  const { secretValue } = await import("./secret_value.ts");
  const { SecretString } = await secretValue(secret);
  const found = parsed(SecretString);
  if (found === undefined)
    throw new Error(`the secret that ${prefix}_SECRET names must be JSON with a username and a password`);
  return found;
}

/** What `JSON.parse` throws would quote the secret. */
function parsed(text: string | undefined): Credentials | undefined {
  try {
    const { username, password } = JSON.parse(text ?? "") as Partial<Record<keyof Credentials, unknown>>;
    return typeof username === "string" && typeof password === "string" ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}
