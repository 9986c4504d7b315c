import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { lambdaHandler } from "../src/lambda.ts";
import { ARN, startFakeSns } from "./fake_sns.ts";

const published = await startFakeSns();
const context = {} as Context;
const ask = (job: unknown) => ({ inferra: { job } });

test("a job runs to its end, and rejects with what it throws", async () => {
  const ran: unknown[] = [];
  const module = {
    async cleanUp(...args: unknown[]) {
      await setTimeout(20);
      ran.push(args);
    },
    default: { report: () => ran.push("report"), broken: () => Promise.reject(new Error("broken")) },
  };
  const load = async () => module;
  const jobs = {
    "clean-up": { load, export: "cleanUp" },
    report: { load, export: "report" },
    broken: { load, export: "broken" },
    none: { load, export: "default" },
  };
  const handler = lambdaHandler({ modules: [], jobs });
  assert.equal(await handler(ask("clean-up"), context), undefined);
  await handler(ask("report"), context);
  assert.deepEqual(ran, [[], "report"]);
  await assert.rejects(handler(ask("broken"), context), /^Error: broken$/);
  await assert.rejects(handler(ask("none"), context), /the export "default" is no function/);
  for (const id of ["other", "constructor", 5, null]) {
    const message = "this unit has no such job; its jobs are: broken, clean-up, none, report";
    await assert.rejects(handler(ask(id), context), { name: "UnknownJobError", message });
  }
  await assert.rejects(
    handler({ ...ask("report"), other: 1 }, context),
    /takes no events of the kind unknown/,
  );
});

test("a unit without jobs takes no such event, and one with jobs is kept warm as others are", async () => {
  await assert.rejects(lambdaHandler({ modules: [] })(ask("any"), context), /of the kind unknown/);
  await lambdaHandler({ modules: [], jobs: {} })({ inferra: { warm: true } }, context);
});

const source = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url).href);
const PREFIX = "INFERRA_PUBSUB_REPORTS";

/** Runs the container's entry point with a command line. */
async function run(words: string[], signal?: NodeJS.Signals): Promise<{ status: unknown; output: string }> {
  const entry = `
    import { EventEmitter } from "node:events";
    import * as emitter from ${source("emitter.ts")};
    import { runContainer } from ${source("container.ts")};
    const reports = emitter.bind(new EventEmitter(), "${PREFIX}");
    const jobs = {
      async report() { reports.emit("written", 1); console.log("job", process.argv.length); },
      broken() { throw new Error("broken"); },
      long() { console.log("started"); return new Promise((resolve) => setTimeout(resolve, 20_000)); },
    };
    process.argv.push(...${JSON.stringify(words)});
    await runContainer({
      prefix: "INFERRA_EXECUTION_UNIT_MAIN",
      modules: [async () => console.log("the program")],
      jobs: Object.fromEntries(Object.keys(jobs).map((name) => [name, { load: async () => jobs, export: name }])),
    });`;
  const env = {
    ...process.env,
    [`${PREFIX}_TOPICS`]: JSON.stringify({ written: `${ARN}written` }),
    INFERRA_EXECUTION_UNIT_MAIN_HEALTH_PORT: "0",
  };
  // With --eval, Node's own words end at the first of the program's.
  const options = ["--no-warnings", "--import", "tsx", "--input-type=module", "--eval", entry];
  const child = spawn(process.execPath, options, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
      if (signal !== undefined && output.includes("started")) child.kill(signal);
    });
  const [status] = await once(child, "close");
  return { status, output };
}

// The words of a program that is evaluated start one place earlier.
const words = (...more: string[]) => ["entry", ...more];

test("in a container the command line names a job, which runs alone; what it emits is out before the end", async () => {
  const { status, output } = await run(words("job", "report"));
  assert.deepEqual([status, output], [0, "job 4\n"]);
  assert.deepEqual(published, [
    { topic: `${ARN}written`, message: { emitter: PREFIX, event: "written", args: [1] } },
  ]);
});

test("without a command the program itself runs", async () => {
  const { status, output } = await run([]);
  assert.deepEqual([status, output], [0, "the program\n"]);
});

test("a job that throws, one that nobody knows and a wrong command line end with a status of their own", async () => {
  const broken = await run(words("job", "broken"));
  assert.equal(broken.status, 1);
  assert.match(broken.output, /Error: broken\n +at /);
  const unknown = await run(words("job", "other"));
  assert.deepEqual(
    [unknown.status, unknown.output],
    [2, "inferra: this unit has no such job; its jobs are: broken, long, report\n"],
  );
  const wrong = await run(words("jobs"));
  assert.deepEqual(
    [wrong.status, wrong.output],
    [2, "inferra: the arguments of this program are none, or `job <id>`\n"],
  );
});

test("a job that is told to stop says that it did not get to its end", async () => {
  const { status } = await run(words("job", "long"), "SIGTERM");
  assert.equal(status, 143);
});
