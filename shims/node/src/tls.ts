/** How a connection to a database is encrypted, and whether the server is who it says. */

import { readFileSync } from "node:fs";
import type { Server, Ssl } from "./database.ts";

type Options = Readonly<Record<string, unknown>>;

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS */
const VERIFYING = ["verify-ca", "verify-full"];

/** What the client says of itself. */
const IDENTITY = ["cert", "key", "passphrase", "pfx"];

/** How the application tells the server apart from another. */
const JUDGEMENT = ["ca", "checkServerIdentity", "crl", "secureContext"];

/**
 * The server, with what the application's own options ask for where that is more than the binding does: where the binding
 * names no authorities and the application verifies the server, it goes on doing so, against its own authorities or those
 * that Node trusts. Authorities that the binding names are the ones that the server's certificate has to come from, for the
 * binding's name: no option of the application's lessens that.
 */
export function asVerified(server: Server, ...given: readonly unknown[]): Server {
  const said = given.map(verificationOf).find((one) => one !== undefined);
  const own = said ?? (given.some(saysOfItself) ? undefined : ofEnvironment());
  if (own === undefined) return server;
  if (server.ssl === false)
    throw new Error(
      `the application verifies the database's certificate, and ${server.prefix}_TLS says that connections are not encrypted`,
    );
  const { rejectUnauthorized } = server.ssl;
  const names = rejectUnauthorized ? IDENTITY : [...IDENTITY, ...JUDGEMENT];
  // Node's own least version is the one below: https://nodejs.org/api/tls.html#tlsdefault_min_version
  const newest = own.minVersion === "TLSv1.3" ? ["minVersion"] : [];
  const kept = Object.fromEntries(
    Object.entries(own).filter(([name]) => [...names, ...newest].includes(name)),
  );
  return { ...server, ssl: { ...kept, ...(rejectUnauthorized ? server.ssl : verifying(server)) } };
}

function verifying({ host }: Server): Ssl {
  return { host, rejectUnauthorized: true };
}

/**
 * With what options of `tls.connect` the application verifies the server; `undefined` where it does not. As node-postgres,
 * what a URL says counts before what stands beside it: https://node-postgres.com/features/ssl
 */
function verificationOf(given: unknown): Options | undefined {
  if (typeof given === "string") return ofUrl(given);
  if (typeof given !== "object" || given === null) return undefined;
  const { connectionString, ssl } = given as Options;
  const own = ofUrl(connectionString);
  if (own !== undefined || isSaidBy(connectionString)) return own;
  if (ssl === true || ssl === "true") return {};
  if (typeof ssl !== "object" || ssl === null) return undefined;
  return (ssl as Options).rejectUnauthorized === false ? undefined : (ssl as Options);
}

/** Whether options say anything of it, if only that there is none. */
function saysOfItself(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return isSaidBy(given);
  const { connectionString, ssl } = given as Options;
  return ssl !== undefined || isSaidBy(connectionString);
}

function isSaidBy(url: unknown): boolean {
  const names = parametersOf(url);
  return names !== undefined && (names.has("ssl") || names.has("sslmode"));
}

/** What counts where no option says anything: https://www.postgresql.org/docs/current/libpq-envars.html */
function ofEnvironment(): Options | undefined {
  return VERIFYING.includes(process.env.PGSSLMODE ?? "") ? {} : undefined;
}

/** `require` and what is less encrypt only, as libpq has it; with authorities, `require` verifies there, too. */
function ofUrl(url: unknown): Options | undefined {
  const parameters = parametersOf(url);
  if (parameters === undefined) return undefined;
  const [mode, root] = [parameters.get("sslmode") ?? "", parameters.get("sslrootcert")];
  const flag = parameters.get("ssl") ?? "";
  const verifies = VERIFYING.includes(mode) || (mode === "require" && !!root);
  if (!verifies && !(mode === "" && ["true", "1"].includes(flag))) return undefined;
  const file = (name: string) => {
    const path = parameters.get(name);
    return path && path !== "system" ? readFileSync(path, "utf8") : undefined;
  };
  const files = { ca: file("sslrootcert"), cert: file("sslcert"), key: file("sslkey") };
  return Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
}

function parametersOf(url: unknown): URLSearchParams | undefined {
  return typeof url === "string" && URL.canParse(url) ? new URL(url).searchParams : undefined;
}
