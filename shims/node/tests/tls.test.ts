import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { createSecureContext } from "node:tls";
import type { Server } from "../src/database.ts";
import { asVerified } from "../src/tls.ts";

const place = { prefix: "INFERRA_PERSIST_DB", host: "db.example", port: 5432, name: "app", secret: "arn" };
const encrypted: Server = { ...place, ssl: { host: "db.example", rejectUnauthorized: false } };
const verified: Server = { ...place, ssl: { host: "db.example", rejectUnauthorized: true, ca: "planned" } };
const anyHost = () => undefined;
const identity = { cert: "c", key: "k", passphrase: "p", pfx: "x" };

describe("where the binding names authorities", () => {
  test("no option of the application's lessens the verification", () => {
    const lessening = {
      ca: "own",
      checkServerIdentity: anyHost,
      ciphers: "ALL",
      host: "elsewhere",
      minVersion: "TLSv1",
      secureContext: createSecureContext(),
      secureProtocol: "TLSv1_method",
      servername: "elsewhere",
    };
    assert.deepEqual(asVerified(verified, { ssl: lessening }).ssl, verified.ssl);
  });

  test("what the client says of itself is kept, and a newer protocol", () => {
    const own = { ...identity, minVersion: "TLSv1.3" };
    assert.deepEqual(asVerified(verified, { ssl: own }).ssl, { ...own, ...verified.ssl });
  });
});

describe("where the binding names none", () => {
  afterEach(() => {
    delete process.env.PGSSLMODE;
  });
  const byNode = { host: "db.example", rejectUnauthorized: true };

  test("the application tells the server apart as it did", () => {
    const own = { ...identity, ca: "own", checkServerIdentity: anyHost };
    const given = { ...own, servername: "elsewhere", ciphers: "ALL", minVersion: "TLSv1.1" };
    assert.deepEqual(asVerified(encrypted, { ssl: given }).ssl, { ...own, ...byNode });
  });

  test("PGSSLMODE counts where no option says anything", () => {
    for (const [mode, ssl] of [
      ["verify-full", byNode],
      ["verify-ca", byNode],
      ["require", encrypted.ssl],
      ["", encrypted.ssl],
    ] as const) {
      process.env.PGSSLMODE = mode;
      for (const given of [
        undefined,
        {},
        "postgres://elsewhere/db",
        { connectionString: "postgres://elsewhere/db" },
      ])
        assert.deepEqual(asVerified(encrypted, given).ssl, ssl, mode);
    }
  });

  test("and not where one does", () => {
    process.env.PGSSLMODE = "verify-full";
    for (const given of [
      { ssl: false },
      { ssl: { rejectUnauthorized: false } },
      "postgres://elsewhere/db?sslmode=require",
      { connectionString: "postgres://elsewhere/db?ssl=false" },
    ])
      assert.deepEqual(asVerified(encrypted, given).ssl, encrypted.ssl);
  });
});
