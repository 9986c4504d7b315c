"""The data plane of REST APIs: `/<api id>/<stage>/<path>`, to functions by payload format 1.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
"""

import base64
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from moto.apigateway.models import Resource, RestAPI, apigateway_backends

from .settings import ACCOUNT, REGION


@dataclass(frozen=True)
class Found:
    """The resource and the method that answer a request."""

    api: RestAPI
    stage: str
    # Without the stage.
    path: str
    resource: Resource
    method: str
    parameters: dict[str, str]

    @property
    def integration_uri(self) -> str:
        """What the method calls."""
        return self.resource.resource_methods[self.method].method_integration.uri

    @property
    def source_arn(self) -> str:
        """On behalf of what it calls."""
        method = "*" if self.method == "ANY" else self.method
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.api.id}/{self.stage}/{method}{self.resource.get_path()}"


def known(api_id: str) -> RestAPI | None:
    """The API of that id."""
    return apigateway_backends[ACCOUNT][REGION].apis.get(api_id)


def find(api: RestAPI, method: str, path: str) -> Found | None:
    """As a REST API chooses: the path first, and then the method. None is 403, with a message about a token.

    A stage that has no deployment serves nothing.
    """
    _, name, *rest = path.split("/", 2)
    stage = api.stages.get(name)
    if stage is None or stage.deployment_id not in api.deployments:
        return None
    below = "/" + "".join(rest)
    matches = sorted(_matches(api, below), key=lambda match: match[0])
    if not matches:
        return None
    _, resource, parameters = matches[0]
    own = next((one for one in (method, "ANY") if one in resource.resource_methods), None)
    return Found(api, name, below, resource, own, parameters) if own else None


def _matches(api: RestAPI, path: str) -> Iterator[tuple[list[int], Resource, dict[str, str]]]:
    """How little each part says, of every resource that fits."""
    for resource in api.resources.values():
        parts = [part for part in resource.get_path().split("/") if part]
        expression, rank = "", []
        for part in parts:
            greedy, variable = part.endswith("+}"), part.startswith("{")
            expression += "/(.*)" if greedy else "/([^/]+)" if variable else re.escape(f"/{part}")
            rank.append(2 if greedy else int(variable))
        found = re.fullmatch(expression or "/", path)
        if found and resource.resource_methods:
            names = [part.strip("{}+") for part in parts if part.startswith("{")]
            values = [unquote(value) for value in found.groups()]
            yield rank, resource, dict(zip(names, values, strict=True))


def event(found: Found, method: str, query: str, headers: list[tuple[str, str]], body: bytes) -> dict:
    """With every media type binary, each body is base64."""
    binary = "*/*" in found.api.binaryMediaTypes if found.api.binaryMediaTypes else False
    sent: dict[str, list[str]] = {}
    for name, value in headers:
        sent.setdefault(name, []).append(value)
    sent |= {"X-Forwarded-For": ["127.0.0.1"], "X-Forwarded-Proto": ["https"], "X-Forwarded-Port": ["443"]}
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    agent = next((value for name, value in headers if name.lower() == "user-agent"), None)
    return {
        "resource": found.resource.get_path(),
        "path": found.path,
        "httpMethod": method,
        "headers": {name: several[-1] for name, several in sent.items()},
        "multiValueHeaders": sent,
        "queryStringParameters": {name: several[-1] for name, several in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": found.parameters or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": found.api.id,
            "domainName": f"{found.api.id}.execute-api.{REGION}.amazonaws.com",
            "domainPrefix": found.api.id,
            "httpMethod": method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": agent},
            "path": f"/{found.stage}{found.path}",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
            "requestTimeEpoch": int(time.time() * 1000),
            "resourceId": found.resource.id,
            "resourcePath": found.resource.get_path(),
            "stage": found.stage,
        },
        "body": (base64.b64encode(body).decode() if binary else body.decode()) if body else None,
        "isBase64Encoded": bool(body) and binary,
    }
