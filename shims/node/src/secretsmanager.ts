import { ask, ValueUnavailableError } from "./kept.ts";
import { putCommand, secretValue } from "./secret_value.ts";

export async function secret(arn: string): Promise<string> {
  const what = `the secret ${arn}`;
  const absent = `has no value yet; put one in: ${putCommand(arn)}`;
  const answer = await ask(what, absent, () => secretValue(arn));
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
