import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import express from "express";
import { captureServers, firstServer } from "../src/listen.ts";

captureServers();

test("a server that never comes is an error", async () => {
  await assert.rejects(firstServer(1), /no HTTP server/);
});

test("a server says that it listens, and opens no port", async () => {
  const server = http.createServer();
  const order: string[] = [];
  const returned = server.listen(3000, () => order.push("callback"));
  order.push("returned");
  await once(server, "listening");
  assert.equal(returned, server);
  assert.deepEqual(order, ["returned", "callback"]);
  assert.equal(server.listening, true);
  assert.deepEqual(server.address(), { address: "127.0.0.1", family: "IPv4", port: 3000 });
  await assert.rejects(fetch("http://127.0.0.1:3000"));
  assert.equal(await firstServer(1), server);

  await new Promise<void>((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  );
  assert.equal(server.listening, false);
  assert.equal(server.address(), null);
});

test("the first server stays the first", async () => {
  const first = await firstServer(1);
  http.createServer().listen();
  assert.equal(await firstServer(1), first);
});

test("every form of listen is understood", async () => {
  const ports = [[8080], ["8081", "localhost"], [{ port: 8082, host: "::" }], [0], [], ["/tmp/socket"]].map(
    (args) => {
      const server = http.createServer();
      Reflect.apply(server.listen, server, args);
      const address = server.address();
      return typeof address === "object" && address?.port;
    },
  );
  assert.deepEqual(ports, [8080, 8081, 8082, 80, 80, 80]);
});

test("an Express application's listen is captured too", async () => {
  const server = express().listen(4000);
  await once(server, "listening");
  assert.equal(server.listening, true);
});
