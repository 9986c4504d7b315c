import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { lastElement, showAsBalanced, showAsSent } from "../src/forwarded.ts";

const headers: [string, Record<string, string>][] = [
  ["for=192.0.2.1", { for: "192.0.2.1" }],
  ["For=a, by=b; for=c", { by: "b", for: "c" }],
  ['for="[2001:db8::1]:47"; Proto=https', { for: "[2001:db8::1]:47", proto: "https" }],
  ['host="a,b;c"', { host: "a,b;c" }],
  ["for=a,", {}],
  ["nonsense, for=a", { for: "a" }],
  ["for=x;;, ,for=a;", { for: "a" }],
  ['for="x, for=a', { for: "a" }],
  ['for="x, for="[2001:db8::1]:47";host=b', { for: "[2001:db8::1]:47", host: "b" }],
  ['for=x;by=", for="[2001:db8::1]"', { for: "[2001:db8::1]" }],
  ["for=x, nonsense", {}],
  ["for=a b", {}],
  ["for=", {}],
  ["", {}],
  ["nonsense", {}],
  ["for=a, ;;", {}],
];
for (const [header, expected] of headers) {
  test(`the last element counts: ${header}`, () => assert.deepEqual(lastElement(header), expected));
}

test("each request on a connection shows its own client", async () => {
  const seen: unknown[] = [];
  const server = http.createServer((request, response) => {
    const { host, "x-forwarded-for": client, "x-forwarded-proto": proto } = request.headers;
    seen.push([host, request.socket.remoteAddress, client, proto]);
    response.end();
  });
  server.prependListener("request", showAsSent);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address() as AddressInfo;
  for (const forwarded of [
    "for=192.0.2.1;host=a.example;proto=https",
    'for="[2001:db8::1]:47";host=b.example',
    'for="anybody, for=192.0.2.2;host=c.example',
    "for=192.0.2.3, host=d.example",
    "for=192.0.2.4",
    "nonsense",
    undefined,
  ]) {
    const sent = {
      ...(forwarded !== undefined && { forwarded }),
      "x-forwarded-proto": "http",
      "x-forwarded-for": "anybody, 10.0.0.1",
    };
    const [response] = await once(http.get({ port, agent, headers: sent }), "response");
    response.resume();
    await once(response, "end");
  }
  agent.destroy();
  server.close();
  const here = `localhost:${port}`;
  assert.deepEqual(seen, [
    ["a.example", "192.0.2.1", "192.0.2.1", "https"],
    ["b.example", "2001:db8::1", "2001:db8::1", "http"],
    ["c.example", "192.0.2.2", "192.0.2.2", "http"],
    ["d.example", "127.0.0.1", undefined, "http"],
    [here, "192.0.2.4", "192.0.2.4", "http"],
    [here, "127.0.0.1", undefined, "http"],
    [here, "127.0.0.1", "anybody, 10.0.0.1", "http"],
  ]);
});

test("of a load balancer that clients talk to, the last address is believed", () => {
  const request = {
    headers: {
      host: "shop.example.com",
      forwarded: "for=203.0.113.9;host=evil.example;proto=http",
      "x-forwarded-for": "203.0.113.9, 192.0.2.1",
      "x-forwarded-proto": "https",
    },
    socket: {},
  } as unknown as http.IncomingMessage;
  showAsBalanced(request);
  assert.equal(request.socket.remoteAddress, "192.0.2.1");
  assert.deepEqual(request.headers, {
    host: "shop.example.com",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
  });
});
