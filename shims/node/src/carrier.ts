/** What takes an emitter's events to their listeners. */
export interface Carrier {
  /** As people call it. */
  readonly name: string;
  /** The events that it takes. */
  readonly events: ReadonlySet<string>;
  /** Resolves once it has the event. */
  send(event: string, body: string): Promise<void>;
}

/**
 * What the environment says of the binding `prefix`: topics of SNS (`<prefix>_TOPICS`, a JSON object, event name -> topic ARN),
 * or a bus of EventBridge (`<prefix>_BUS`, its ARN; `<prefix>_SOURCE`; `<prefix>_EVENTS`, a JSON object, event name -> detail
 * type). `undefined` where it says nothing.
 */
export function carrierOf(prefix: string): Carrier | undefined {
  const { [`${prefix}_TOPICS`]: topics, [`${prefix}_BUS`]: bus } = process.env;
  if (topics !== undefined) return topicsOf(`${prefix}_TOPICS`, topics);
  return bus === undefined ? undefined : busOf(prefix, bus);
}

// A client is loaded by the first publish, so that a unit which only receives does not pay for it at each start.

function topicsOf(variable: string, value: string): Carrier {
  const topics = read(variable, value, "topic ARNs");
  return {
    name: "SNS",
    events: new Set(topics.keys()),
    send: async (event, body) => {
      const sns = await import("./sns.ts");
      await sns.send(topics.get(event) ?? "", body);
    },
  };
}

function busOf(prefix: string, bus: string): Carrier {
  const { [`${prefix}_SOURCE`]: source, [`${prefix}_EVENTS`]: events = "" } = process.env;
  if (source === undefined) throw new Error(`${prefix}_SOURCE is absent, and ${prefix}_BUS is there`);
  const types = read(`${prefix}_EVENTS`, events, "detail types");
  return {
    name: "EventBridge",
    events: new Set(types.keys()),
    send: async (event, body) => {
      const eventbridge = await import("./eventbridge.ts");
      await eventbridge.put({ bus, source, detailType: types.get(event) ?? "" }, body);
    },
  };
}

function read(variable: string, value: string, what: string): Map<string, string> {
  let found: unknown;
  try {
    found = JSON.parse(value);
  } catch {
    found = undefined;
  }
  if (typeof found === "object" && found !== null) {
    const entries = Object.entries(found);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === "string"))
      return new Map(entries);
  }
  throw new Error(`${variable} is not a JSON object of ${what} by event name`);
}
