import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from "aws-lambda";

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
    multiValueHeaders: {},
    queryStringParameters: { q: "1" },
    multiValueQueryStringParameters: { q: ["1"] },
    pathParameters: { proxy },
    requestContext: { identity: { sourceIp: "192.0.2.1" } },
    body: null,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}
