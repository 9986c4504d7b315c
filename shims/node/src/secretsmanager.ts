import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ask, ValueUnavailableError } from "./kept.ts";
import { within } from "./patience.ts";

/** Region, credentials and endpoint come from the environment. */
const client = new SecretsManagerClient({ requestHandler: within(5_000) });

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function secret(arn: string): Promise<string> {
  const what = `the secret ${arn}`;
  const absent =
    "has no value yet; put one in: aws secretsmanager put-secret-value " +
    `--secret-id ${arn} --secret-string file://value.txt`;
  const answer = await ask(what, absent, () => client.send(new GetSecretValueCommand({ SecretId: arn })));
  const text = answer.SecretString ?? decoded(answer.SecretBinary);
  if (text === undefined)
    throw new ValueUnavailableError(`${what} is no text, as a value of the environment has to be`);
  // Editors put a line break at the end, which is no part of the secret.
  return text.replace(/\r?\n$/, "");
}

function decoded(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
