/** What a container's environment says about its process. */
export interface Settings {
  /** Where the load balancer sends requests; `undefined` where nothing says so. */
  readonly port: number | undefined;
  /** Where `/live` and `/ready` are answered. */
  readonly healthPort: number;
  /** Seconds that work in hand has to finish once the process is told to stop. */
  readonly graceS: number;
  /** The queues whose messages this unit handles; none where nothing is bound. */
  readonly queues: readonly Queue[];
  /** Seconds for which the load balancer that clients talk to keeps an idle connection; absent where they talk to API Gateway. */
  readonly frontIdleS?: number;
}

export interface Queue {
  readonly url: string;
  /** Seconds for which a message is hidden from other receivers, before that is asked for again. */
  readonly visibilityS: number;
}

/** Where an export is served if nothing says so. */
export const DEFAULT_PORT = 8080;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the variables `<prefix>_PORT`, `_HEALTH_PORT`, `_GRACE_S` and `_FRONT_IDLE_S`, and those of the unit's queues. */
export function readSettings(prefix: string, environment: Environment): Settings {
  return {
    port:
      environment[`${prefix}_PORT`] === undefined
        ? undefined
        : number(environment, `${prefix}_PORT`, [0, 65_535]),
    healthPort: number(environment, `${prefix}_HEALTH_PORT`, [0, 65_535], 8081),
    graceS: number(environment, `${prefix}_GRACE_S`, [0, 86_400], 30),
    queues: readQueues(environment),
    ...(environment[`${prefix}_FRONT_IDLE_S`] === undefined
      ? {}
      : { frontIdleS: number(environment, `${prefix}_FRONT_IDLE_S`, [1, 4000]) }),
  };
}

/** A unit has one queue for all its topics, so the variables of several name the same one. */
function readQueues(environment: Environment): Queue[] {
  const queues = new Map<string, Queue>();
  for (const [name, url] of Object.entries(environment)) {
    const prefix = /^(INFERRA_PUBSUB_.+)_QUEUE$/.exec(name)?.[1];
    if (prefix === undefined || url === undefined || queues.has(url)) continue;
    // The most that SQS allows: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    const visibilityS = number(environment, `${prefix}_VISIBILITY_S`, [1, 43_200]);
    queues.set(url, { url, visibilityS });
  }
  return [...queues.values()];
}

function number(
  environment: Environment,
  variable: string,
  [least, most]: readonly [number, number],
  missing?: number,
): number {
  const text = environment[variable];
  if (text === undefined && missing !== undefined) return missing;
  const value = /^\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new Error(`${variable} must be a number from ${least} to ${most}`);
  return value;
}
