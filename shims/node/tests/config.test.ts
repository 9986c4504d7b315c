import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { startFakeValues } from "./fake_values.ts";

const SECRET = "what nobody may see";

const fake = await startFakeValues();
fake.values.set("/app/level", "debug").set("arn:key", `${SECRET}\n`).set("arn:denied", SECRET);
fake.values
  .set("/persist/app/pem", `${SECRET}\n`)
  .set("arn:bytes", Buffer.from(SECRET))
  .set("arn:odd", Buffer.from([0xff, 0xfe]));
Object.assign(process.env, {
  AWS_ENDPOINT_URL: fake.url,
  AWS_REGION: "eu-north-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  INFERRA_CONFIG_LEVEL_PARAMETER: "/app/level",
  INFERRA_CONFIG_ABSENT_PARAMETER: "/app/absent",
  INFERRA_CONFIG_KEY_SECRET: "arn:key",
  INFERRA_CONFIG_EMPTY_SECRET: "arn:empty",
  INFERRA_CONFIG_DENIED_SECRET: "arn:denied",
  INFERRA_CONFIG_ODD_SECRET: "arn:odd",
  INFERRA_PERSIST_BYTES_SECRET: "arn:bytes",
  INFERRA_PERSIST_PEM_PARAMETER: "/persist/app/pem",
  INFERRA_PERSIST_MISSING_PARAMETER: "/persist/app/missing",
  INFERRA_PERSIST_DATABASE_HOST: "db",
  INFERRA_PERSIST_DATABASE_SECRET: "arn:database",
});

mock.timers.enable({ apis: ["Date"], now: Date.now() });
const { value } = await import("../src/config.ts");
const asked = [...fake.asked];

const fails = () => assert.fail("the code's own value");
const of = (id: string) => value(fails, `INFERRA_CONFIG_${id}`);

test("values are there as soon as the module is loaded, each asked for once", () => {
  assert.equal(of("LEVEL"), "debug");
  assert.equal(of("KEY"), SECRET, "without the line break that an editor puts at the end");
  assert.equal(value(fails, "INFERRA_PERSIST_BYTES"), SECRET);
  assert.equal(value(fails, "INFERRA_PERSIST_PEM"), SECRET);
  assert.throws(
    () => value(fails, "INFERRA_PERSIST_MISSING"),
    /the secret \/persist\/app\/missing has no value yet; put one in: aws ssm put-parameter/,
  );
  assert.deepEqual([...asked].sort(), [
    "/app/absent",
    "/app/level",
    "/persist/app/missing",
    "/persist/app/pem",
    "arn:bytes",
    "arn:denied",
    "arn:empty",
    "arn:key",
    "arn:odd",
  ]);
  assert.deepEqual(fake.asked, asked);
});

test("what is not bound is what the code says, whatever that is", () => {
  assert.equal(
    value(() => 5, "INFERRA_CONFIG_OTHER"),
    5,
  );
});

const unavailable: [string, RegExp][] = [
  ["ABSENT", /^ValueUnavailableError: the parameter \/app\/absent does not exist$/],
  ["EMPTY", /^ValueUnavailableError: the secret arn:empty has no value yet; put one in: aws secretsmanager/],
  ["DENIED", /^ValueUnavailableError: the unit's role may not read the secret arn:denied$/],
  ["ODD", /^ValueUnavailableError: the secret arn:odd is no text/],
];
for (const [id, message] of unavailable)
  test(`a value that is not there is an error for who reads it alone: ${id}`, () => {
    assert.throws(
      () => of(id),
      (error: Error) => {
        assert.match(String(error), message);
        assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}`, new RegExp(SECRET));
        return true;
      },
    );
  });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("a changed value is seen after five minutes, a missing one sooner", async () => {
  fake.values.set("/app/level", "warning").set("arn:empty", "filled");
  assert.equal(of("LEVEL"), "debug");
  mock.timers.tick(10_001);
  assert.throws(() => of("EMPTY"));
  await until(() => fake.asked.length > asked.length);
  await until(() => {
    try {
      return of("EMPTY") === "filled";
    } catch {
      return false;
    }
  });
  assert.equal(of("LEVEL"), "debug");
  mock.timers.tick(300_000);
  await until(() => of("LEVEL") === "warning");
});

test("where a value cannot be read any more, the former one is kept, and that is said", async () => {
  const said = mock.method(console, "error", () => {});
  fake.values.delete("arn:key");
  mock.timers.tick(300_001);
  assert.equal(of("KEY"), SECRET);
  await until(() => said.mock.callCount() > 0);
  assert.equal(of("KEY"), SECRET);
  assert.match(String(said.mock.calls[0]?.arguments), /the former value is kept: .*arn:key has no value/);
});
