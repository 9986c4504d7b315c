import http from "node:http";
import type { AddressInfo } from "node:net";

export const ARN = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:database";

/** An endpoint that gives one secret, and the environment that leads to it. */
export class FakeSecrets {
  value = "";
  asked = 0;

  static async start(): Promise<FakeSecrets> {
    const secrets = new FakeSecrets();
    const server = http.createServer(async (request, response) => {
      for await (const _ of request);
      secrets.asked += 1;
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.setHeader("connection", "close"); // or the client's open connection keeps the test's process alive
      response.end(JSON.stringify({ ARN, SecretString: secrets.value }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: "eu-north-1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
    });
    return secrets;
  }
}
