"""HTTP APIs to load balancers: integrations of type HTTP_PROXY over a VPC link.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

import http.client
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from moto.apigatewayv2.models import Integration, apigatewayv2_backends

from . import load_balancing
from .load_balancing import LoadBalancing, UnavailableError
from .settings import ACCOUNT, REGION

# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
DEFAULT_MILLISECONDS = 30_000
# What a load balancer takes a header's name to be, where it is told to drop the others.
VALID_NAME = re.compile(r"[-A-Za-z0-9]+")


@dataclass(frozen=True)
class Request:
    """What the gateway was asked."""

    domain: str
    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the target answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def forward(balancing: LoadBalancing, integration: Integration, request: Request) -> Answer:
    """Passes a request on; UnavailableError where the way is barred."""
    link = apigatewayv2_backends[ACCOUNT][REGION].vpc_links.get(integration.connection_id)
    if link is None:
        raise UnavailableError(500, f"there is no VPC link {integration.connection_id}")
    source = load_balancing.peer(link.name, link.sg_ids, load_balancing.subnets(link.subnet_ids))
    address, port = balancing.target(integration.integration_uri, source)
    path, headers = _mapped(integration.request_parameters or {}, request)
    method = request.method if integration.integration_method in (None, "ANY") else integration.integration_method
    seconds = (integration.timeout_in_millis or DEFAULT_MILLISECONDS) / 1000
    return _asked((address, port), method, _url(path, request.query), _sent(request, headers), request.body, seconds)


def to_public_target(balancing: LoadBalancing, balancer, group, request: Request) -> Answer:
    """What a container answers to a load balancer that the internet reaches, which sends what it was sent."""
    address = balancing.public_target(balancer, group)
    headers = [(name, value) for name, value in request.headers if name.lower() not in HOP_BY_HOP]
    url = f"{request.path}?{request.query}" if request.query else request.path
    return _asked(address, request.method, url, headers, request.body, DEFAULT_MILLISECONDS / 1000)


def _asked(
    place: tuple[str, int], method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes, seconds: float
) -> Answer:
    address, port = place
    connection = http.client.HTTPConnection(address, port, timeout=seconds)
    try:
        connection.putrequest(method, url, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        response = connection.getresponse()
        received = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP]
        return Answer(response.status, received, response.read())
    except TimeoutError as failure:
        raise UnavailableError(504, f"{address}:{port} did not answer within {seconds:g} s") from failure
    except (OSError, http.client.HTTPException) as failure:
        raise UnavailableError(502, f"{address}:{port}: {failure}") from failure
    finally:
        connection.close()


def _url(path: str, query: str) -> str:
    escaped = quote(path, safe="/%:@!$&'()*+,;=~-._")
    return f"{escaped}?{query}" if query else escaped


def _sent(request: Request, headers: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The client's headers, and those of the two that stand between: the gateway says so in `Forwarded`, and the load
    balancer, which it calls over HTTP, in X-Forwarded-*."""
    replaced = {"host", "content-length", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"}
    yield "Host", request.domain
    for name, value in headers:
        if name.lower() not in HOP_BY_HOP | replaced and VALID_NAME.fullmatch(name):
            yield name, value
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        yield "Content-Length", str(len(request.body))
    yield "Forwarded", f"by=10.0.0.1;for=127.0.0.1;host={request.domain};proto=https"
    yield "Via", "HTTP/1.1 AmazonAPIGateway"
    yield "X-Forwarded-For", "10.0.0.1"
    yield "X-Forwarded-Proto", "http"
    yield "X-Forwarded-Port", "80"


def _mapped(parameters: dict[str, str], request: Request) -> tuple[str, list[tuple[str, str]]]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html"""
    path, headers = request.path, list(request.headers)
    for key, source in parameters.items():
        action, _, place = key.partition(":")
        kind, _, name = place.partition(".")
        value = _value(source, request)
        if (action, kind) == ("overwrite", "path"):
            path = value
        elif kind == "header" and action in ("overwrite", "append", "remove"):
            if action != "append":
                headers = [pair for pair in headers if pair[0].lower() != name.lower()]
            if action != "remove":
                headers.append((name, value))
        else:
            raise UnavailableError(500, f"the emulator has no parameter mapping {key}")
    return path, headers


def _value(source: str, request: Request) -> str:
    known = {
        "$request.path": request.path,
        "$context.domainName": request.domain,
        "$context.identity.sourceIp": "127.0.0.1",
        "$context.httpMethod": request.method,
    }
    if source.startswith("$") and source not in known:
        raise UnavailableError(500, f"the emulator has no parameter mapping from {source}")
    return known.get(source, source)
