import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { within } from "./patience.ts";

/** Region, credentials and endpoint come from the environment. */
const client = new SNSClient({ requestHandler: within(10_000) });

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export async function send(topicArn: string, message: string): Promise<void> {
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
}
