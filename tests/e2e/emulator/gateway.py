"""The data plane of HTTP APIs: `http://127.0.0.1:PORT/<api id>/<path>`, to functions (payload format 2.0) or to load
balancers over a VPC link. Beside them, `rest_apis`, `balancers`, `schedules` and `sites`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import re
import sys
import time
import uuid
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.awslambda.models import lambda_backends

from . import balancers, private_integration, rest_apis, routing, schedules, sites
from .load_balancing import LoadBalancing, UnavailableError
from .permissions import permits
from .pool import Pool
from .settings import ACCOUNT, REGION

STAGE = "$default"
TEXT = ("text/", "application/json", "application/xml", "application/javascript")
JSON = [("content-type", "application/json")]
HOP_BY_HOP = {"content-length", "transfer-encoding", "connection"}


def server(port: int, pool: Pool) -> ThreadingHTTPServer:
    """A server that is ready to be run in a thread."""
    gateway = ThreadingHTTPServer(("127.0.0.1", port), _bound(pool))
    gateway.daemon_threads = True
    return gateway


def _bound(pool: Pool) -> type["Gateway"]:
    return type("BoundGateway", (Gateway,), {"pool": pool, "balancing": LoadBalancing()})


class Gateway(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    pool: Pool
    balancing: LoadBalancing

    def log_message(self, *_arguments) -> None:
        """Silent: failures are printed where they happen."""

    def _answer_request(self) -> None:
        url = urlsplit(self.path)
        _, api_id, *rest = url.path.split("/", 2)
        path = "/" + "".join(rest)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if api_id == schedules.PREFIX and self.command == "POST":
            status, reason = schedules.fire(unquote(url.path), self._run)
            self._message(status, reason)
            return
        if api_id == sites.PREFIX and self.command in ("GET", "HEAD"):
            page = sites.get(url.path)
            self._send(page.status, page.body, [("content-type", page.kind)])
            return
        if api_id == balancers.PREFIX:
            self._balance(url, path, body)
            return
        if rest := rest_apis.known(api_id):
            self._rest(rest, url, path, body)
            return
        api = apigatewayv2_backends[ACCOUNT][REGION].apis.get(api_id)
        if api is None or STAGE not in api.stages:
            self._message(404, "Not Found")
            return
        match = routing.select(api.routes.values(), self.command, path)
        if match is None:
            self._message(404, "Not Found")
            return
        integration = api.integrations[match.route.target.rsplit("/", 1)[-1]]
        if integration.connection_type == "VPC_LINK":
            self._forward(integration, api_id, url, path, body)
            return
        function = _function(integration.integration_uri)
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/{STAGE}/{self.command}{match.path}"
        if not permits(function, "apigateway.amazonaws.com", source):
            print(f"[gateway] {function.function_name} does not permit {source}", file=sys.stderr)
            self._message(500, "Internal Server Error")
            return
        self._invoke(function, self._event(api_id, match, url, path, body))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer_request

    def _run(self, function, event: bytes) -> tuple[int, str]:
        """To the end of the function: a status, and what it said."""
        outcome = self.pool.invoke(function, event)
        return 500 if outcome.failed else 200, outcome.payload.decode(errors="replace")

    def _invoke(self, function, event: dict) -> None:
        outcome = self.pool.invoke(function, json.dumps(event).encode())
        if outcome.failed:
            self._message(500, "Internal Server Error")
            return
        answer = json.loads(outcome.payload)
        if not isinstance(answer, dict) or "statusCode" not in answer:
            self._send(200, outcome.payload, JSON)
            return
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        headers = [
            *(answer.get("headers") or {}).items(),
            *(("Set-Cookie", one) for one in answer.get("cookies") or []),
        ]
        self._send(int(answer["statusCode"]), content, headers)

    def _rest(self, api: rest_apis.RestAPI, url: SplitResult, path: str, body: bytes) -> None:
        found = rest_apis.find(api, self.command, path)
        if found is None:
            self._message(403, "Missing Authentication Token")
            return
        function = _function(found.integration_uri)
        if not permits(function, "apigateway.amazonaws.com", found.source_arn):
            print(f"[gateway] {function.function_name} does not permit {found.source_arn}", file=sys.stderr)
            self._message(500, "Internal server error")
            return
        event = rest_apis.event(found, self.command, url.query, list(self.headers.items()), body)
        self._answer(function, event, malformed=502)

    def _balance(self, url: SplitResult, path: str, body: bytes) -> None:
        name, _, rest = path.removeprefix("/").partition("/")
        balancer = balancers.known(name)
        group = balancer and balancers.target_group(balancers.listener(balancer), self.command, f"/{rest}")
        if not group:
            self._message(404, "Not Found")
            return
        if group.target_type != "lambda":
            self._to_container(balancer, group, url, f"/{rest}", body)
            return
        [target] = group.targets.values()
        function = _function(target["Id"])
        if not permits(function, "elasticloadbalancing.amazonaws.com", group.arn):
            print(f"[balancer] {function.function_name} does not permit {group.arn}", file=sys.stderr)
            self._message(502, "Bad Gateway")
            return
        if len(body) > balancers.LARGEST:
            self._message(413, "Payload Too Large")
            return
        headers = list(self.headers.items())
        event = balancers.event(group, self.command, f"/{rest}", url, headers, body)
        self._answer(function, event, malformed=502)

    def _answer(self, function, event: dict, *, malformed: int) -> None:
        """An answer with several values of a header; any other form than AWS documents is an error of the function."""
        outcome = self.pool.invoke(function, json.dumps(event).encode())
        answer = None if outcome.failed else json.loads(outcome.payload)
        if not isinstance(answer, dict) or "statusCode" not in answer:
            self._message(malformed, "Internal server error")
            return
        several = answer.get("multiValueHeaders") or {}
        single = answer.get("headers") or {}
        # A load balancer that sent several values of each takes no other ones.
        if "elb" in event["requestContext"] and "multiValueHeaders" in event:
            single = {}
        headers = [(name, value) for name, value in single.items() if name not in several]
        headers += [(name, value) for name, values in several.items() for value in values]
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        self._send(int(answer["statusCode"]), content, headers)

    def _to_container(self, balancer, group, url: SplitResult, path: str, body: bytes) -> None:
        given = [(name, value) for name, value in self.headers.items() if name.lower() != "x-forwarded-for"]
        claimed = [value for name, value in self.headers.items() if name.lower() == "x-forwarded-for"]
        headers = [*given, ("X-Forwarded-For", ", ".join([*claimed, "127.0.0.1"]))]
        headers += [("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "80")]
        request = private_integration.Request("", self.command, path, url.query, headers, body)
        try:
            answer = private_integration.to_public_target(self.balancing, balancer, group, request)
        except UnavailableError as failure:
            print(f"[balancer] {failure}", file=sys.stderr, flush=True)
            self._message(failure.status, HTTPStatus(failure.status).phrase)
            return
        self.pool.record(group.arn, "http", failed=answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR)
        self._send(answer.status, answer.body, answer.headers)

    def _forward(self, integration, api_id: str, url: SplitResult, path: str, body: bytes) -> None:
        domain = f"{api_id}.execute-api.{REGION}.amazonaws.com"
        headers = list(self.headers.items())
        request = private_integration.Request(domain, self.command, path, url.query, headers, body)
        try:
            answer = private_integration.forward(self.balancing, integration, request)
        except UnavailableError as failure:
            print(f"[gateway] {failure}", file=sys.stderr, flush=True)
            self.pool.record(integration.integration_uri, "http", failed=True)
            self._message(failure.status, HTTPStatus(failure.status).phrase)
            return
        failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        self.pool.record(integration.integration_uri, "http", failed=failed)
        self._send(answer.status, answer.body, answer.headers)

    def _event(self, api_id: str, match: routing.Match, url: SplitResult, path: str, body: bytes) -> dict:
        headers = _joined(self.headers.items())
        cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
        headers |= {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https", "x-forwarded-port": "443"}
        binary = bool(body) and not headers.get("content-type", "").startswith(TEXT)
        route_key = match.route.route_key
        event = {
            "version": "2.0",
            "routeKey": route_key,
            "rawPath": path,
            "rawQueryString": url.query,
            "headers": headers,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": api_id,
                "domainName": f"{api_id}.execute-api.{REGION}.amazonaws.com",
                "domainPrefix": api_id,
                "http": {
                    "method": self.command,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": headers.get("user-agent", ""),
                },
                "requestId": uuid.uuid4().hex[:16],
                "routeKey": route_key,
                "stage": STAGE,
                "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
                "timeEpoch": int(time.time() * 1000),
            },
            "isBase64Encoded": binary,
        }
        optional = {
            "cookies": cookies,
            "queryStringParameters": _joined(parse_qsl(url.query, keep_blank_values=True), lower=False),
            "pathParameters": match.parameters,
            "body": base64.b64encode(body).decode() if binary else body.decode(),
        }
        return event | {name: value for name, value in optional.items() if value}

    def _message(self, status: int, message: str) -> None:
        self._send(status, json.dumps({"message": message}).encode(), JSON)

    def _send(self, status: int, body: bytes, headers: list[tuple[str, object]]) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _joined(pairs, *, lower: bool = True) -> dict[str, str]:
    """Repeated names become one value with commas, as payload format 2.0 has them."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower() if lower else name
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _function(integration_uri: str):
    """An integration names a function by its ARN, or by the invocation path that has the ARN in it."""
    found = re.search(r"functions/(arn:[^/]+)/invocations", integration_uri)
    return lambda_backends[ACCOUNT][REGION].get_function(found.group(1) if found else integration_uri)
