import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queue } from "./settings.ts";

/** A call that is not answered within this time, beyond a long poll, is on a connection that has died. */
const PATIENCE_MS = 10_000;

/** Region, credentials and endpoint come from the environment. The worker itself tries a receive again. */
const client = new SQSClient({});
const receiver = new SQSClient({ maxAttempts: 1 });

/**
 * SQS waits `waitS` seconds for a first message, at most 20:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export async function receive(
  queue: Queue,
  most: number,
  waitS: number,
  signal: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: most,
    WaitTimeSeconds: waitS,
    VisibilityTimeout: queue.visibilityS,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  const timeout = AbortSignal.timeout(waitS * 1000 + PATIENCE_MS);
  const answer = await receiver.send(command, { abortSignal: AbortSignal.any([signal, timeout]) });
  return answer.Messages ?? [];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export async function remove(queue: Queue, receipt: string): Promise<void> {
  const command = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: receipt });
  await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export async function hide(queue: Queue, receipt: string, seconds: number): Promise<void> {
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queue.url,
    ReceiptHandle: receipt,
    VisibilityTimeout: seconds,
  });
  await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
}
