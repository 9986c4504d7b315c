/** Where a Redis of the plan is: the variables `<prefix>_HOST`, `_PORT` and `_TLS`. */

import { readBinding } from "./binding.ts";
import { portOf, tlsOf } from "./typed.ts";

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What the variables of `prefix` say; `undefined` where none is set. */
export function readCache(prefix: string): Server | undefined {
  const found = readBinding(prefix, ["host", "port", "tls"]);
  return found && { host: found.host, port: portOf(prefix, found.port), tls: tlsOf(prefix, found.tls) };
}
