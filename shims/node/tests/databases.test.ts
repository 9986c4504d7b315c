import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { PrismaPg } from "@prisma/adapter-pg";
import makeKnex from "knex";
import pg from "pg";
import { DataTypes, Sequelize } from "sequelize";
import { DataSource, EntitySchema } from "typeorm";
import { setConnectionStrings } from "../src/environment.ts";
import { knex } from "../src/knex.ts";
import { client, pool } from "../src/pg.ts";
import * as prisma from "../src/prisma.ts";
import { sequelize } from "../src/sequelize.ts";
import { dataSource } from "../src/typeorm.ts";
import { MISSING, Postgres } from "./postgres.ts";

const PREFIX = "INFERRA_PERSIST_DB";

/** As much of Prisma's client, which is made for each application, as the runtime sees of it. */
class PrismaClient {
  readonly given: { adapter: PrismaPg } & Record<string, unknown>;

  constructor(given: unknown) {
    this.given = given as PrismaClient["given"];
  }
}

test("without a binding everything is the application's own", () => {
  assert.equal(client(pg.Client, "INFERRA_PERSIST_NONE"), pg.Client);
  assert.equal(pool(pg.Pool, "INFERRA_PERSIST_NONE"), pg.Pool);
  assert.equal(sequelize(Sequelize, "INFERRA_PERSIST_NONE"), Sequelize);
  assert.equal(dataSource(DataSource, "INFERRA_PERSIST_NONE"), DataSource);
  assert.equal(knex(makeKnex, "INFERRA_PERSIST_NONE"), makeKnex);
  assert.equal(prisma.client(PrismaClient, "INFERRA_PERSIST_NONE"), PrismaClient);
});

test("a binding of which a part is missing, or malformed, is refused by name", () => {
  const prefix = "INFERRA_PERSIST_PART";
  process.env[`${prefix}_HOST`] = "db.example";
  assert.throws(() => client(pg.Client, prefix), /INFERRA_PERSIST_PART_PORT, .*_TLS must be set as well/);
  Object.assign(process.env, {
    [`${prefix}_PORT`]: "5432x",
    [`${prefix}_NAME`]: "a",
    [`${prefix}_SECRET`]: "b",
  });
  process.env[`${prefix}_TLS`] = "true";
  assert.throws(() => client(pg.Client, prefix), /^Error: INFERRA_PERSIST_PART_PORT must be a number$/);
  process.env[`${prefix}_PORT`] = "5432";
  process.env[`${prefix}_TLS`] = "yes";
  assert.throws(() => client(pg.Client, prefix), /_TLS must be 'true' or 'false'/);
});

describe("on a server", { skip: MISSING }, () => {
  let server: Postgres;
  before(async () => {
    server = await Postgres.start();
    server.bind(PREFIX);
  });
  after(() => server?.stop());

  const WHO =
    "SELECT current_user AS who, current_setting('application_name') AS name, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  test("a client keeps what does not say where to connect", async () => {
    const Client = client(pg.Client, PREFIX);
    for (const given of [
      { host: "elsewhere", user: "me", password: "mine", application_name: "shelf" },
      "postgres://me:mine@elsewhere:1/other?application_name=shelf&sslmode=disable",
      { connectionString: "postgres://me@elsewhere/other?application_name=shelf" },
    ]) {
      const made = new Client(given);
      assert.ok(made instanceof pg.Client);
      await made.connect();
      assert.deepEqual((await made.query(WHO)).rows, [{ who: "app", name: "shelf", ssl: true }]);
      await made.end();
    }
  });

  test("a client may be called back, and given queries before it is connected", async () => {
    const made = new (client(pg.Client, PREFIX))();
    const connected = new Promise<void>((resolve, reject) => {
      made.connect((error: Error) => (error ? reject(error) : resolve()));
    });
    assert.deepEqual((await made.query("SELECT 1 AS one")).rows, [{ one: 1 }]);
    await connected;
    await made.end();
  });

  test("a certificate for another name is refused", async () => {
    const prefix = "INFERRA_PERSIST_OTHER";
    server.bind(prefix);
    process.env[`${prefix}_HOST`] = "127.0.0.1";
    const made = new (client(pg.Client, prefix))();
    await assert.rejects(made.connect(), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  describe("where the binding names no authorities", () => {
    const prefix = "INFERRA_PERSIST_PLAIN";
    let ca = "";
    before(() => {
      server.bind(prefix);
      const file = process.env[`${prefix}_CA`] ?? "";
      delete process.env[`${prefix}_CA`];
      ca = readFileSync(file, "utf8");
    });

    /** What happens to a connection of each client whose own options for TLS are those. */
    async function outcomes(ssl: unknown): Promise<unknown[]> {
      const own = { host: "elsewhere", ssl };
      const Pool = pool(pg.Pool, prefix);
      const PlannedSequelize = sequelize(Sequelize, prefix);
      const makes = {
        client: async () => {
          const made = new (client(pg.Client, prefix))(own as pg.ClientConfig);
          await made.connect();
          await made.end();
        },
        pool: async () => {
          const made = new Pool(own as pg.PoolConfig);
          await made.query("SELECT 1").finally(() => made.end());
        },
        sequelize: async () => {
          const dialectOptions = { ssl: ssl as object };
          const made = new PlannedSequelize({ dialect: "postgres", logging: false, dialectOptions });
          await made.authenticate().finally(() => made.close());
        },
        typeorm: async () => {
          const options = { type: "postgres", host: "elsewhere", ssl } as const;
          const made = new (dataSource(DataSource, prefix))(
            options as ConstructorParameters<typeof DataSource>[0],
          );
          await made.initialize();
          await made.destroy();
        },
        knex: async () => {
          const made = knex(makeKnex, prefix)({ client: "pg", connection: own as object });
          await made.raw("SELECT 1").finally(() => made.destroy());
        },
      };
      const found = Object.values(makes).map((make) =>
        make().then(
          () => "connected",
          (error) => error.code ?? error.original?.code ?? error.message,
        ),
      );
      return [...new Set(await Promise.all(found))];
    }

    test("a connection is encrypted only", async () => {
      assert.deepEqual(await outcomes(undefined), ["connected"]);
      assert.deepEqual(await outcomes({ rejectUnauthorized: false }), ["connected"]);
    });

    test("the application's own verification is kept", async () => {
      assert.deepEqual(await outcomes({ ca }), ["connected"]);
      assert.deepEqual(await outcomes({ rejectUnauthorized: true, ca }), ["connected"]);
      for (const ssl of [true, { rejectUnauthorized: true }])
        assert.deepEqual(await outcomes(ssl), ["DEPTH_ZERO_SELF_SIGNED_CERT"]);
    });

    test("so it is where a URL asks for it", async () => {
      const Client = client(pg.Client, prefix);
      const wanted = [
        ["sslmode=require", undefined],
        ["sslmode=verify-full", "DEPTH_ZERO_SELF_SIGNED_CERT"],
        ["ssl=true", "DEPTH_ZERO_SELF_SIGNED_CERT"],
        [`sslmode=verify-full&sslrootcert=${process.env[`${PREFIX}_CA`]}`, undefined],
      ] as const;
      for (const [query, code] of wanted) {
        const made = new Client(`postgres://elsewhere/db?${query}`);
        const [said] = await Promise.allSettled([made.connect()]);
        assert.equal(said.status === "rejected" ? said.reason.code : undefined, code, query);
        await made.end();
      }
    });

    test("a connection without encryption is none to verify", () => {
      process.env[`${prefix}_TLS`] = "false";
      const Client = client(pg.Client, prefix);
      assert.throws(
        () => new Client({ ssl: { ca } }),
        /verifies the database's certificate, and \S+_TLS says/,
      );
      assert.ok(new Client({ ssl: { rejectUnauthorized: false } }));
      process.env[`${prefix}_TLS`] = "true";
    });
  });

  test("a secret that is not what RDS makes is named, and not shown", async () => {
    const { value } = server.secrets;
    for (const wrong of ["plain-text", '{"username": "app", "pass": "plain-text"}', "null"]) {
      server.secrets.value = wrong;
      await assert.rejects(new (client(pg.Client, PREFIX))().connect(), (error: Error) => {
        assert.match(error.message, /^the secret that INFERRA_PERSIST_DB_SECRET names must be JSON/);
        assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /plain-text/);
        return true;
      });
    }
    server.secrets.value = value;
  });

  test("a pool asks once for connections that it opens together, and lives on when they end", async () => {
    const made = new (pool(pg.Pool, PREFIX))({ host: "elsewhere", max: 3 });
    const before = server.secrets.asked;
    await Promise.all([1, 2, 3].map((n) => made.query("SELECT $1::int AS n, pg_sleep(0.1)", [n])));
    assert.equal(server.secrets.asked, before + 1);
    assert.equal(made.totalCount, 3);
    await server.endConnections();
    await server.changePassword("second");
    assert.deepEqual((await made.query(WHO)).rows[0].who, "app");
    const { rows } = await new Promise<pg.QueryResult>((resolve, reject) => {
      made.connect((error, taken, release) => {
        if (error !== undefined || taken === undefined) return reject(error);
        taken.query("SELECT 2 AS two", (failed, result) => {
          release();
          failed ? reject(failed) : resolve(result);
        });
      });
    });
    assert.deepEqual(rows, [{ two: 2 }]);
    await made.end();
  });

  test("a connection that was quiet for long is replaced", async (context) => {
    const made = new (pool(pg.Pool, PREFIX))({ max: 1, idleTimeoutMillis: 0 });
    const pid = async () => (await made.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
    const first = await pid();
    assert.equal(await pid(), first);
    const { now } = Date;
    context.mock.method(Date, "now", () => now() + 61_000);
    assert.notEqual(await pid(), first);
    await made.end();
  });

  for (const args of [
    [{ dialect: "sqlite", storage: ":memory:", logging: false }],
    ["sqlite::memory:", { logging: false }],
    ["postgres://me:mine@elsewhere:1/other", { logging: false, pool: { max: 2 } }],
    ["other", "me", "mine", { dialect: "postgres", host: "elsewhere", logging: false }],
  ])
    test(`Sequelize from ${JSON.stringify(args)}`, async () => {
      const Planned = sequelize(Sequelize, PREFIX);
      const made = new (Planned as unknown as new (...args: unknown[]) => Sequelize)(...args);
      assert.ok(made instanceof Sequelize && made.constructor === Sequelize);
      const Note = made.define("note", { text: DataTypes.STRING, labels: DataTypes.JSON });
      await Promise.all([made.sync(), made.sync()]);
      await Note.create({ text: "milk", labels: ["a"] });
      const found = await Note.findOne({ where: { text: "milk" } });
      assert.deepEqual(found?.get("labels"), ["a"]);
      await server.endConnections();
      await server.changePassword(`password ${args.length}`);
      assert.equal(await Note.count(), 1);
      await made.drop();
      await made.close();
    });

  test("Sequelize of another database is refused", () => {
    const Planned = sequelize(Sequelize, PREFIX);
    assert.throws(() => new Planned({ dialect: "mysql" }), /a database of mysql cannot be replaced/);
  });

  for (const options of [
    { type: "better-sqlite3", database: ":memory:", enableWAL: true },
    { type: "postgres", url: "postgres://me:mine@elsewhere/other", poolSize: 2, applicationName: "shelf" },
  ] as const)
    test(`TypeORM from ${options.type}`, async () => {
      const note = new EntitySchema<{ id: number; text: string }>({
        name: "note",
        columns: { id: { type: Number, primary: true, generated: true }, text: { type: String } },
      });
      const Planned = dataSource(DataSource, PREFIX);
      const made = [1, 2].map(() => new Planned({ ...options, entities: [note], synchronize: true }));
      await Promise.all(made.map((one) => one.initialize()));
      const [first, second] = made as [DataSource, DataSource];
      assert.ok(first instanceof DataSource);
      await first.getRepository(note).save({ text: "milk" });
      await server.endConnections();
      await server.changePassword(`password of ${options.type}`);
      assert.equal((await second.getRepository(note).findOneByOrFail({ text: "milk" })).text, "milk");
      await second.dropDatabase();
      await Promise.all(made.map((one) => one.destroy()));
    });

  test("TypeORM of another database is refused", () => {
    const Planned = dataSource(DataSource, PREFIX);
    assert.throws(() => new Planned({ type: "mongodb" }), /a database of mongodb cannot be replaced/);
  });

  for (const config of [
    { client: "better-sqlite3", connection: { filename: ":memory:" }, useNullAsDefault: true },
    { client: "pg", connection: "postgres://me:mine@elsewhere:1/other", pool: { min: 0, max: 3 } },
    { client: "pg", connection: async () => ({ host: "elsewhere", user: "me" }) },
    "postgres://me:mine@elsewhere/other",
  ])
    test(`Knex from ${JSON.stringify(config)}`, async () => {
      const made = knex(makeKnex, PREFIX)(config);
      await made.schema.createTable("note", (table) => {
        table.increments();
        table.string("text");
      });
      const [{ id }] = await made("note").insert({ text: "milk" }).returning("id");
      await server.endConnections();
      await server.changePassword("another password");
      assert.deepEqual(await made("note").where({ id }).first("text"), { text: "milk" });
      await made.schema.dropTable("note");
      await made.destroy();
    });

  const OF_SQLITE = {
    provider: "sqlite",
    config: { url: "file:dev.db" },
    options: { shadowDatabaseUrl: "x" },
  };
  for (const [name, adapter, schema] of [
    [
      "a URL",
      new PrismaPg("postgres://me:mine@elsewhere:1/other?application_name=shelf", { schema: "books" }),
      "books",
    ],
    ["options", new PrismaPg({ host: "elsewhere", max: 2 }), undefined],
    ["SQLite", OF_SQLITE, undefined],
    ["nothing", undefined, undefined],
  ] as const)
    test(`Prisma from ${name}`, async () => {
      const Planned = prisma.client(PrismaClient, PREFIX);
      const made = new Planned({ adapter, accelerateUrl: "prisma://elsewhere", log: ["warn"] });
      assert.ok(made instanceof PrismaClient);
      const { adapter: planned, ...kept } = made.given;
      assert.deepEqual(kept, { log: ["warn"] });
      const connected = await planned.connect();
      assert.equal(connected.getConnectionInfo?.().schemaName, schema);
      const who = { sql: "SELECT current_user::text AS who", args: [], argTypes: [] };
      assert.deepEqual((await connected.queryRaw(who)).rows, [["app"]]);
      await server.endConnections();
      await server.changePassword(`password of Prisma from ${name}`);
      assert.deepEqual((await connected.queryRaw(who)).rows, [["app"]]);
      await connected.dispose();
    });

  test("a variable of the application's own holds a URL that node-postgres understands", async () => {
    process.env.NO_DATABASE = "postgres://localhost/mine";
    await server.changePassword("a/b:c@d?e%20");
    await setConnectionStrings({ DATABASE_URL: PREFIX, NO_DATABASE: "INFERRA_PERSIST_NONE" });
    assert.equal(process.env.NO_DATABASE, "postgres://localhost/mine");
    const made = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await made.connect();
    assert.deepEqual((await made.query("SELECT current_user AS who")).rows, [{ who: "app" }]);
    await made.end();
  });

  test("Knex of another database is refused", () => {
    assert.throws(
      () => knex(makeKnex, PREFIX)({ client: "mysql2" }),
      /a database of mysql2 cannot be replaced/,
    );
  });
});
