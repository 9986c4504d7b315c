import { within } from "./patience.ts";

/** The value of a secret: its text, or its bytes where it is none. */
export interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

type Ask = (reference: string) => Promise<SecretValue>;

const asking = new Map<string, Promise<Ask>>();

/**
 * Asks for the value of a secret, in time: without an answer, as where a network lets nothing out, it fails. What begins with
 * `/` is the name of an encrypted parameter, anything else the ARN of a secret of Secrets Manager. Region, credentials and
 * endpoint come from the environment, and only the client that is used is loaded.
 */
export async function secretValue(reference: string): Promise<SecretValue> {
  const [name, make] = isParameter(reference) ? ["ssm", parameters] : ["secretsmanager", secrets];
  const made = asking.get(name) ?? make();
  asking.set(name, made);
  return (await made)(reference);
}

/** The command that puts a value in. */
export function putCommand(reference: string): string {
  return isParameter(reference)
    ? `aws ssm put-parameter --name ${reference} --type SecureString --value file://value.txt`
    : `aws secretsmanager put-secret-value --secret-id ${reference} --secret-string file://value.txt`;
}

function isParameter(reference: string): boolean {
  return reference.startsWith("/");
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
async function secrets(): Promise<Ask> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ maxAttempts: 4, requestHandler: within(5_000) });
  return (arn) => client.send(new GetSecretValueCommand({ SecretId: arn }));
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
async function parameters(): Promise<Ask> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient({ maxAttempts: 4, requestHandler: within(5_000) });
  return async (name) => {
    const answer = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return { SecretString: answer.Parameter?.Value };
  };
}
