import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ask, ValueUnavailableError } from "./kept.ts";
import { within } from "./patience.ts";

/** Region, credentials and endpoint come from the environment. */
const client = new SSMClient({ requestHandler: within(5_000) });

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export async function parameter(name: string): Promise<string> {
  const what = `the parameter ${name}`;
  const answer = await ask(what, "does not exist", () =>
    client.send(new GetParameterCommand({ Name: name })),
  );
  const value = answer.Parameter?.Value;
  if (value === undefined) throw new ValueUnavailableError(`${what} has no value`);
  return value;
}
