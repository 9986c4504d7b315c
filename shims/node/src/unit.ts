import type http from "node:http";
import { requestListener } from "./frameworks.ts";

/** The application's modules, loaded in this order. */
export type Modules = readonly (() => Promise<unknown>)[];

/** Loads the modules one after the other, as the files that start a program do; resolves to what they export. */
export async function loadModules(modules: Modules): Promise<unknown[]> {
  const loaded: unknown[] = [];
  for (const module of modules) loaded.push(await module());
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
    throw new Error(
      `the export "${name}" is neither a function, nor an HTTP server, nor a known application`,
    );
  return listener;
}
