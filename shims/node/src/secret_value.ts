import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { within } from "./patience.ts";

let shared: SecretsManagerClient | undefined;

/**
 * Asks Secrets Manager for the value of a secret, in time: without an answer, as where a network lets nothing out, it fails.
 * Region, credentials and endpoint come from the environment.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretValue(arn: string): Promise<GetSecretValueCommandOutput> {
  shared ??= new SecretsManagerClient({ maxAttempts: 4, requestHandler: within(5_000) });
  return shared.send(new GetSecretValueCommand({ SecretId: arn }));
}
