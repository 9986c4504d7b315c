import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from "aws-lambda";

export function httpEventV2(method: string, path: string, body?: unknown): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "q=1",
    cookies: ["a=1", "b=2"],
    headers: body === undefined ? {} : { "content-type": "application/json" },
    requestContext: { http: { method, path, sourceIp: "192.0.2.1" } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  } as APIGatewayProxyEventV2;
}

export function httpEventV1(method: string, path: string, proxy: string): APIGatewayProxyEvent {
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: {},
    multiValueHeaders: { Host: ["api.example.com"] },
    queryStringParameters: { q: "1" },
    multiValueQueryStringParameters: { q: ["1"] },
    pathParameters: { proxy },
    requestContext: { identity: { sourceIp: "192.0.2.1" }, path: `/prod${path}`, stage: "prod" },
    body: null,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}

/** It decodes nothing: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
export function balancerEvent(method: string, path: string, body?: Buffer): ALBEvent {
  const group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/1";
  return {
    requestContext: { elb: { targetGroupArn: group } },
    httpMethod: method,
    path,
    multiValueQueryStringParameters: { q: ["a%20b"], broken: ["%"] },
    multiValueHeaders: {
      host: ["shop.example.com"],
      "x-forwarded-for": ["203.0.113.9, 192.0.2.1"],
      cookie: ["a=1", "b=2"],
      ...(body === undefined ? {} : { "content-type": ["application/json"] }),
    },
    body: body?.toString("base64") ?? "",
    isBase64Encoded: body !== undefined,
  };
}
