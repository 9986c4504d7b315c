// A Runtime Interface Client for Node.js: `node node_runtime.mjs <module>.<export>`.
// It stands in for AWS's aws-lambda-ric, whose native build takes minutes, and follows the same protocol:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");

function call(method, resource, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const request = http.request({ host, port, method, path: `/2018-06-01/runtime/${resource}`, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function describe(error) {
  return JSON.stringify({
    errorType: error?.name ?? "Error",
    errorMessage: error?.message ?? String(error),
    trace: (error?.stack ?? "").split("\n"),
  });
}

async function load(name) {
  const dot = name.lastIndexOf(".");
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, name.slice(0, dot));
  const file = [".js", ".mjs", ".cjs"].map((extension) => base + extension).find((candidate) => fs.existsSync(candidate));
  if (file === undefined) throw new Error(`Cannot find module '${base}'`);
  const module = await import(pathToFileURL(file));
  const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof handler !== "function") throw new TypeError(`${name} is undefined or not exported`);
  return handler;
}

// A handler answers by its promise or, in the older style, by the callback.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const result = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (typeof result?.then === "function") result.then(resolve, reject);
  });
}

let handler;
try {
  handler = await load(process.argv[2]);
} catch (error) {
  console.error(error);
  await call("POST", "init/error", describe(error));
  process.exit(1);
}

for (;;) {
  const next = await call("GET", "invocation/next");
  const id = next.headers["lambda-runtime-aws-request-id"];
  const deadline = Number(next.headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    invokedFunctionArn: next.headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  };
  try {
    const value = await run(handler, JSON.parse(next.body), context);
    await call("POST", `invocation/${id}/response`, JSON.stringify(value === undefined ? null : value));
  } catch (error) {
    console.error(error);
    await call("POST", `invocation/${id}/error`, describe(error));
  }
}
