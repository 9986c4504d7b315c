import type http from "node:http";
import { requestListener } from "./frameworks.ts";

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

/** Where a unit's web application is. */
export interface Exported {
  /** Which of the unit's modules it is in. */
  readonly module: number;
  /** Its name there; `null` where it is found by the server that listens. */
  readonly export: string | null;
  /** Whether that is a function that makes it, or a promise of it. */
  readonly factory?: true;
  /** What it is called in what that function gives, where it gives an object with more in it. */
  readonly part?: string;
}

/** The application by its export; a function that makes it is called for that. */
export async function applicationOf(
  module: unknown,
  { export: name, factory, part }: Exported,
): Promise<unknown> {
  if (name === null) throw new Error("exports nothing that could be served");
  const exported = exportOf(module, name);
  if (!factory) return exported;
  if (typeof exported !== "function") throw new Error(`the export "${name}" is no function`);
  const made: unknown = await exported();
  return part === undefined ? made : (made as Readonly<Record<string, unknown>>)[part];
}

/** What answers requests in an application. */
export function listenerOf(application: unknown, name: string): http.RequestListener {
  const listener = requestListener(application);
  if (listener === undefined)
    throw new Error(
      `the export "${name}" is neither a function, nor an HTTP server, nor a known application`,
    );
  return listener;
}
