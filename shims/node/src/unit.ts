import http from "node:http";

/** The application's modules, loaded in this order. */
export type Modules = readonly (() => Promise<unknown>)[];

/**
 * Loads the modules one after the other, as the files that start a program do; resolves to what they export. `beforeLast` is
 * called when all but the last are loaded.
 */
export async function loadModules(modules: Modules, beforeLast = () => {}): Promise<unknown[]> {
  const loaded: unknown[] = [];
  for (const [index, module] of modules.entries()) {
    if (index === modules.length - 1) beforeLast();
    loaded.push(await module());
  }
  return loaded;
}

/** A module's export of that name. A CommonJS module's exports may be found on its default export alone. */
export function exportOf(module: unknown, name: string): unknown {
  const namespace = module as Record<string, unknown> & { default?: Record<string, unknown> };
  return namespace[name] ?? namespace.default?.[name];
}

/** What answers requests in a module's export of that name. */
export function listenerOf(module: unknown, name: string): http.RequestListener {
  const listener = requestListener(exportOf(module, name));
  if (listener === undefined)
    throw new Error(`the export "${name}" is neither a function, nor an HTTP server, nor a Koa application`);
  return listener;
}

/** What Node calls with each request, found in a module's export: a server, a Koa application, or a function. */
function requestListener(exported: unknown): http.RequestListener | undefined {
  if (exported instanceof http.Server)
    return (request, response) => exported.emit("request", request, response);
  if (isKoa(exported)) return exported.callback();
  // An Express application is the function that Node calls.
  return typeof exported === "function" ? (exported as http.RequestListener) : undefined;
}

function isKoa(exported: unknown): exported is { callback(): http.RequestListener } {
  return (
    typeof exported === "object" &&
    exported !== null &&
    "callback" in exported &&
    typeof exported.callback === "function"
  );
}
