/** What answers requests in the applications of frameworks, told by what they are able to do. */

import http from "node:http";
import { type FetchHandler, fetchListener } from "./fetch.ts";

/** What Node calls with each request: found in a server, an application of a framework, or a function. */
export function requestListener(
  exported: unknown,
  lost: (error: unknown) => void = end,
): http.RequestListener | undefined {
  if (exported instanceof http.Server)
    return (request, response) => exported.emit("request", request, response);
  if (isFastify(exported)) return onceReady(() => listenerOfFastify(exported), lost);
  if (isNest(exported)) return onceReady(() => listenerOfNest(exported), lost);
  if (can(exported, "callback")) return (exported as Koa).callback();
  if (can(exported, "fetch")) return fetchListener((exported as Fetching).fetch);
  // An Express application is the function that Node calls.
  return typeof exported === "function" ? (exported as http.RequestListener) : undefined;
}

/** https://fastify.dev/docs/latest/Reference/Server/#ready */
interface Fastify {
  ready(): PromiseLike<unknown>;
  routing: http.RequestListener;
}

/** https://docs.nestjs.com/faq/serverless */
interface Nest {
  init(): Promise<unknown>;
  getHttpServer(): http.Server;
  getHttpAdapter(): { getInstance(): unknown };
}

/** https://github.com/koajs/koa/blob/master/docs/api/index.md#appcallback */
interface Koa {
  callback(): http.RequestListener;
}

/** https://hono.dev/docs/api/hono#fetch */
interface Fetching {
  fetch: FetchHandler;
}

function can(value: unknown, ...methods: string[]): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
}

function isFastify(value: unknown): value is Fastify {
  return can(value, "ready", "routing");
}

function isNest(value: unknown): value is Nest {
  return can(value, "init", "getHttpServer", "getHttpAdapter");
}

async function listenerOfFastify(application: Fastify): Promise<http.RequestListener> {
  await application.ready();
  return application.routing;
}

async function listenerOfNest(application: Nest): Promise<http.RequestListener> {
  await application.init();
  const instance = application.getHttpAdapter().getInstance();
  if (isFastify(instance)) await instance.ready();
  const server = application.getHttpServer();
  return (request, response) => server.emit("request", request, response);
}

/**
 * A listener whose application takes no request before its plugins or modules are loaded. They are with the first request, not
 * before: code that runs after the module was loaded may still add some. Where they cannot be loaded the process ends, so that
 * another is started, which may have more luck.
 */
function onceReady(
  start: () => Promise<http.RequestListener>,
  lost: (error: unknown) => void,
): http.RequestListener {
  let started: Promise<http.RequestListener> | undefined;
  return (request, response) => {
    started ??= start();
    started.then(
      (listener) => listener(request, response),
      (error: unknown) => {
        response.destroy(error as Error);
        lost(error);
      },
    );
  };
}

function end(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
