import { serve } from "./fake_aws.ts";

type Value = { S?: string; N?: string; SS?: string[] };
type Item = Record<string, Value>;

interface Input {
  Key?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeValues?: Record<string, Value>;
  ExpressionAttributeNames?: Record<string, string>;
  ProjectionExpression?: string;
  ExclusiveStartKey?: Item;
}

/** A scan gives so many items at once. */
const PAGE = 2;

/** Speaks as much of DynamoDB's JSON protocol as a table needs, with one table. */
export class FakeDynamodb {
  /** The operations that were called, as IAM names them. */
  readonly actions: string[] = [];
  readonly items = new Map<string, Item>();
  /** What the next calls answer instead. */
  readonly failures: string[] = [];

  static async start(): Promise<FakeDynamodb> {
    const fake = new FakeDynamodb();
    await serve("AWS_ENDPOINT_URL_DYNAMODB", ({ headers, body }) => {
      const action = String(headers["x-amz-target"]).split(".")[1] ?? "";
      fake.actions.push(`dynamodb:${action}`);
      const [status, answer] = fake.#answer(action, JSON.parse(body.toString()) as Input);
      return {
        status,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(answer),
      };
    });
    return fake;
  }

  reset(): void {
    this.items.clear();
    this.actions.length = 0;
    this.failures.length = 0;
  }

  #answer(action: string, input: Input): [number, unknown] {
    const failure = this.failures.shift();
    if (failure !== undefined) return [400, { __type: `com.amazonaws.dynamodb.v20120810#${failure}` }];
    const key = input.Key?.key?.S ?? "";
    const there = this.items.get(key);
    switch (action) {
      case "GetItem":
        return [200, there ? { Item: there } : {}];
      case "UpdateItem":
        if (input.ConditionExpression !== undefined && there !== undefined)
          return [400, { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" }];
        this.items.set(key, updated(key, there, input));
        return [200, {}];
      case "DeleteItem":
        this.items.delete(key);
        return [200, there ? { Attributes: there } : {}];
      case "Scan":
        return [200, this.#page(input)];
      default:
        return [400, { __type: "com.amazonaws.dynamodb.v20120810#UnknownOperationException" }];
    }
  }

  #page({ ProjectionExpression = "", ExpressionAttributeNames = {}, ExclusiveStartKey }: Input): unknown {
    const keys = [...this.items.keys()];
    const start = ExclusiveStartKey === undefined ? 0 : keys.indexOf(ExclusiveStartKey.key?.S ?? "") + 1;
    const page = keys.slice(start, start + PAGE);
    const wanted = ProjectionExpression.split(", ").map((name) => ExpressionAttributeNames[name]);
    const items = page
      .map((key) => this.items.get(key) ?? {})
      .filter((item) => "name" in item)
      .map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => wanted.includes(name))));
    const last = start + PAGE < keys.length ? { LastEvaluatedKey: { key: { S: page.at(-1) } } } : {};
    return { Items: items, ...last };
  }
}

function updated(key: string, there: Item | undefined, input: Input): Item {
  const values = input.ExpressionAttributeValues ?? {};
  if (input.UpdateExpression === "ADD marks :texts") {
    const texts = new Set([...(there?.marks?.SS ?? []), ...(values[":texts"]?.SS ?? [])]);
    return { ...there, key: { S: key }, marks: { SS: [...texts] } };
  }
  return {
    key: { S: key },
    name: there?.name ?? values[":name"] ?? {},
    at: there?.at ?? values[":at"] ?? {},
    value: values[":value"] ?? {},
  };
}
