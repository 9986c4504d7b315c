/** Publishes that no invocation has waited for yet. None of these promises rejects: each resolves to its failure. */
const pending = new Set<Promise<Error | undefined>>();

/** Starts to publish; `settlePublishes` tells how it ended. `label` says what is published, without its content. */
export function publish(topicArn: string, message: string, label: string): void {
  pending.add(
    send(topicArn, message).then(
      () => undefined,
      (cause: unknown) => {
        const size = Buffer.byteLength(message);
        return new Error(`SNS did not take ${label} (${size} bytes): ${cause}`, { cause });
      },
    ),
  );
}

/**
 * Waits until nothing is being published, and returns the failures. Lambda freezes the process once an invocation
 * has ended (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html), so each invocation ends
 * with this. What a module published while it was loaded belongs to the first invocation.
 */
export async function settlePublishes(): Promise<Error[]> {
  const failures: Error[] = [];
  while (pending.size > 0) {
    const batch = [...pending];
    const results = await Promise.all(batch);
    for (const publishing of batch) pending.delete(publishing);
    failures.push(...results.filter((failure) => failure !== undefined));
  }
  return failures;
}

/** The client is loaded by the first publish, so that a unit which only receives does not pay for it at each start. */
async function send(topicArn: string, message: string): Promise<void> {
  const sns = await import("./sns.ts");
  await sns.send(topicArn, message);
}
