import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { ARN, FakeSecrets } from "./secrets.ts";

const secrets = await FakeSecrets.start();
const PREFIX = "INFERRA_PERSIST_ROTATED";
const binding = { HOST: "localhost", PORT: "5432", NAME: "app", SECRET: ARN, TLS: "true" };
const source = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url).href);
const secret = (password: string) => JSON.stringify({ username: "app", password });

/** Runs a program whose variable holds the first password; the second is there once it prints `begun`. */
async function rotatedDuring(program: string, words: readonly string[] = []): Promise<string> {
  secrets.value = secret("first");
  const entry = `
    import { setTimeout } from "node:timers/promises";
    import { setConnectionStrings } from ${source("environment.ts")};
    await setConnectionStrings({ DATABASE_URL: "${PREFIX}" }, 20);
    ${program}`;
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(binding)) env[`${PREFIX}_${name}`] = value;
  const options = [
    "--no-warnings",
    "--import",
    "tsx",
    "--input-type=module",
    "--eval",
    entry,
    "--",
    ...words,
  ];
  const child = spawn(process.execPath, options, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
      if (output.includes("begun")) secrets.value = secret("second");
    });
  const [status, signal] = await once(child, "close");
  return `${output}${status ?? signal}`;
}

test("an invocation is answered before the process ends for a new password", async () => {
  const said = await rotatedDuring(`
    import { lambdaHandler } from ${source("lambda.ts")};
    const load = async () => ({ work: async () => { console.log("begun"); await setTimeout(600); console.log("done"); } });
    const handler = lambdaHandler({ modules: [], jobs: { work: { load, export: "work" } } });
    await setTimeout(100);
    await handler({ inferra: { job: "work" } }, {});
    console.log("answered");
    await setTimeout(5000);`);
  assert.match(
    said,
    /^begun\ndone\nanswered\ninferra: the password that \S+_SECRET names was replaced.*\nSIGTERM$/,
  );
  assert.doesNotMatch(said, /second/);
});

test("a function that was frozen after its answer is not ended when the next invocation wakes it", async () => {
  const said = await rotatedDuring(`
    import { lambdaHandler } from ${source("lambda.ts")};
    const load = async () => ({ work: async () => { console.log("begun"); await setTimeout(600); console.log("done"); } });
    const handler = lambdaHandler({ modules: [], jobs: { work: { load, export: "work" } } });
    const first = handler({ inferra: { job: "work" } }, {});
    await first;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await handler({ inferra: { job: "work" } }, {});
    console.log("answered");
    await setTimeout(5000);`);
  assert.match(said, /^begun\ndone\nbegun\ndone\nanswered\ninferra: .*\nSIGTERM$/);
});

test("a job runs to its end, with which its process ends anyway", async () => {
  const program = `
    import { runContainer } from ${source("container.ts")};
    const load = async () => ({ work: async () => { console.log("begun"); await setTimeout(600); console.log("done"); } });
    await runContainer({ prefix: "INFERRA_EXECUTION_UNIT_MAIN", modules: [], jobs: { work: { load, export: "work" } } });`;
  assert.equal(await rotatedDuring(program, ["entry", "job", "work"]), "begun\ndone\n0");
});
