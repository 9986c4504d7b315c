"""Requests as API Gateway and load balancers send them, after the examples in their documentation.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

Event = dict[str, Any]


def http_api(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    cookies: list[str] | None = None,
    body: str | bytes | None = None,
) -> Event:
    """An HTTP API's event, payload 2.0."""
    event: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "api.example.com", "x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        **_body(body),
    }
    if cookies:
        event["cookies"] = cookies
    return event


def rest_api(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    cookies: list[str] | None = None,
    body: str | bytes | None = None,
) -> Event:
    """A REST API's event, payload 1.0."""
    multi = {"Host": ["api.example.com"], "X-Forwarded-Proto": ["https"]}
    multi.update({name: [value] for name, value in (headers or {}).items()})
    if cookies:
        multi["Cookie"] = cookies
    values = parse_qs(query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {name: values[-1] for name, values in multi.items()},
        "multiValueHeaders": multi,
        "queryStringParameters": {name: value[-1] for name, value in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "requestContext": {
            "identity": {"sourceIp": "192.0.2.1"},
            "path": f"/prod{path}",
            "stage": "prod",
        },
        **_body(body),
    }


def load_balancer(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    cookies: list[str] | None = None,
    body: str | bytes | None = None,
) -> Event:
    """A load balancer's event, with several values of each header; it decodes nothing."""
    multi = {
        "host": ["api.example.com"],
        "x-forwarded-for": ["203.0.113.9, 192.0.2.1"],
        "x-forwarded-proto": ["https"],
    }
    multi.update({name: [value] for name, value in (headers or {}).items()})
    if cookies:
        multi["cookie"] = cookies
    values: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/1"
    return {
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": method,
        "path": path,
        "multiValueHeaders": multi,
        "multiValueQueryStringParameters": values,
        **_body(body),
        **({} if body is not None else {"body": ""}),
    }


def sent(response: dict[str, Any], name: str) -> str | None:
    """The value of a header that is there once."""
    one = (response.get("headers") or {}).get(name)
    several = (response.get("multiValueHeaders") or {}).get(name, [one])
    value: str | None = several[-1]
    return value


def content(response: dict[str, Any]) -> bytes:
    """The bytes that API Gateway sends to the client."""
    body: str = response["body"]
    return base64.b64decode(body) if response["isBase64Encoded"] else body.encode()


def _body(body: str | bytes | None) -> Event:
    if isinstance(body, bytes):
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return {"body": body, "isBase64Encoded": False}
