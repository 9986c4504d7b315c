import http from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeValues {
  readonly url: string;
  /** By name of a parameter or ARN of a secret; bytes are a secret without a text. */
  readonly values: Map<string, string | Buffer>;
  /** What was asked for. */
  readonly asked: string[];
}

/** An endpoint that speaks as much of Parameter Store and Secrets Manager as reading a value needs. */
export async function startFakeValues(): Promise<FakeValues> {
  const values = new Map<string, string | Buffer>();
  const asked: string[] = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const {
      Name,
      SecretId,
      WithDecryption = false,
    } = JSON.parse(body) as {
      Name?: string;
      SecretId?: string;
      WithDecryption?: boolean;
    };
    const name = Name ?? SecretId ?? "";
    asked.push(name);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.setHeader("connection", "close"); // or the client's open connection keeps the test's process alive
    const value = values.get(name);
    if (value === undefined || name.endsWith("denied")) {
      response.statusCode = 400;
      const absent = Name === undefined ? "ResourceNotFoundException" : "ParameterNotFound";
      response.end(JSON.stringify({ __type: value === undefined ? absent : "AccessDeniedException" }));
      return;
    }
    const secret =
      typeof value === "string" ? { SecretString: value } : { SecretBinary: value.toString("base64") };
    // What is a store's is encrypted.
    const shown = Name?.startsWith("/persist/") && !WithDecryption ? "encrypted" : value;
    response.end(JSON.stringify(Name === undefined ? secret : { Parameter: { Value: shown } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, values, asked };
}
