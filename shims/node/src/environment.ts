/**
 * Sets variables of the application's own names that hold a password, before it reads them. Terraform cannot: what it sets
 * is in its state, and in the settings of the function or container.
 */

import { setTimeout } from "node:timers/promises";
import { betweenWork } from "./at_work.ts";
import { type Credentials, credentials, readServer, type Server } from "./database.ts";

/** How often it is looked whether a password was replaced. */
const LOOK_MS = 60_000;

/**
 * Sets each variable to the URL of a database, with user and password; `variables` has the binding's name,
 * `INFERRA_PERSIST_<ID>`, by the variable's. A variable whose binding is not there stays as it is.
 *
 * Where RDS replaces a password, which it does every seven days, only a new process can be told: this one gets SIGTERM,
 * within a minute or two, and whatever runs it starts another. An invocation that is at work ends before that, which Lambda
 * lets take 15 minutes at most; so does a job, whose process then ends by itself; requests and messages in a container have
 * the grace of any stop.
 */
export async function setConnectionStrings(
  variables: Readonly<Record<string, string>>,
  lookMs = LOOK_MS,
): Promise<void> {
  const told = new Map<Server, Credentials>();
  for (const [variable, prefix] of Object.entries(variables)) {
    const server = readServer(prefix);
    if (server === undefined) continue;
    const user = await credentials(server);
    told.set(server, user);
    process.env[variable] = urlOf(server, user);
  }
  if (told.size > 0) void watch(told, lookMs);
}

/** As node-postgres reads it: https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string#ssl */
function urlOf({ prefix, host, port, name, ssl }: Server, { username, password }: Credentials): string {
  const url = new URL(`postgresql://${host}:${port}/${encodeURIComponent(name)}`);
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  const authorities = process.env[`${prefix}_CA`];
  if (ssl === false) return url.href;
  if (authorities) {
    url.searchParams.set("sslmode", "verify-full");
    url.searchParams.set("sslrootcert", new URL(authorities, import.meta.url).pathname);
  } else {
    url.searchParams.set("sslmode", "require");
    // Or it would verify the server against authorities that did not sign its certificate.
    url.searchParams.set("uselibpqcompat", "true");
  }
  return url.href;
}

async function watch(told: ReadonlyMap<Server, Credentials>, lookMs: number): Promise<void> {
  for (;;) {
    // Not all processes of a unit at the same moment.
    await setTimeout(lookMs * (1 + Math.random()), undefined, { ref: false });
    for (const [server, user] of told) {
      // Whatever hinders it now, the next look is soon.
      const now = await credentials(server).catch(() => user);
      if (now.username === user.username && now.password === user.password) continue;
      await betweenWork();
      console.error(
        `inferra: the password that ${server.prefix}_SECRET names was replaced; this process ends, so that another is told`,
      );
      process.kill(process.pid, "SIGTERM");
      return;
    }
  }
}
