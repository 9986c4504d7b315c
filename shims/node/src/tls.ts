/** How a connection to a database is encrypted, and whether the server is who it says. */

import { readFileSync } from "node:fs";
import type { Server, Ssl } from "./database.ts";

type Options = Readonly<Record<string, unknown>>;

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS */
const VERIFYING = ["verify-ca", "verify-full"];

/** Names of the server that the application means on a laptop. */
const PLACES = ["host", "hostname", "path", "port", "servername", "socket"];

/**
 * The server, with what the application's own options ask for where that is more than the binding does: where the binding
 * names no authorities and the application verifies the server, it goes on doing so, against its own authorities or those
 * that Node trusts.
 */
export function asVerified(server: Server, ...given: readonly unknown[]): Server {
  const own = given.map(verificationOf).find((one) => one !== undefined);
  if (own === undefined) return server;
  if (server.ssl === false)
    throw new Error(
      `the code verifies the database's certificate, and ${server.prefix}_TLS says that connections are not encrypted`,
    );
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !PLACES.includes(name)));
  // Authorities that the binding names are the ones that the server's certificate has to come from.
  const ssl = server.ssl.rejectUnauthorized ? { ...kept, ...server.ssl } : { ...kept, ...verifying(server) };
  return { ...server, ssl };
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
  if (own !== undefined || saysOfItself(connectionString)) return own;
  if (ssl === true || ssl === "true") return {};
  if (typeof ssl !== "object" || ssl === null) return undefined;
  return (ssl as Options).rejectUnauthorized === false ? undefined : (ssl as Options);
}

function saysOfItself(url: unknown): boolean {
  const names = parametersOf(url);
  return names !== undefined && (names.has("ssl") || names.has("sslmode"));
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
