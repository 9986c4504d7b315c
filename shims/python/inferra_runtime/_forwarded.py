"""Shows the application the request that the client sent to the API, not the one between proxies.

API Gateway reaches a container through a load balancer. It sends the load balancer's name as
``Host``, and the load balancer writes its own view of things into ``X-Forwarded-*``. What the
client sent is in ``Forwarded`` (https://www.rfc-editor.org/rfc/rfc7239), whose last element is
API Gateway's own: only that one is believed, since a client may write others before it. Where that
element does not say who the client is, nothing does: the load balancer's ``X-Forwarded-For`` starts
with whatever the client wrote there. Without the header a request stays as it is.
"""

from __future__ import annotations

import re

from ._asgi import Application, Receive, Scope, Send

_PAIR = re.compile(r'\s*([A-Za-z]+)=(?:"([^"]*)"|([^\s";,]*))\s*(?:;|$)')


def as_sent(app: Application) -> Application:
    """Returns ``app`` behind a translation of each request's scope."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = _translated(scope)
        await app(scope, receive, send)

    return serve


def as_balanced(app: Application) -> Application:
    """Returns ``app`` behind a load balancer that clients talk to themselves.

    Nobody but them can have written ``Forwarded`` then, and of the addresses in ``X-Forwarded-For``
    the last one is the load balancer's own:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = _balanced(scope)
        await app(scope, receive, send)

    return serve


def _balanced(scope: Scope) -> Scope:
    given = {name: value.decode("latin-1") for name, value in scope["headers"]}
    dropped = (b"forwarded", b"x-forwarded-for")
    scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in dropped]}
    client = given.get(b"x-forwarded-for", "").rpartition(",")[2].strip()
    if client:
        scope["client"] = (client, 0)
        scope["headers"] = [(b"x-forwarded-for", client.encode("latin-1")), *scope["headers"]]
    if given.get(b"x-forwarded-proto") in ("http", "https"):
        schemes = ("ws", "wss") if scope["type"] == "websocket" else ("http", "https")
        scope["scheme"] = schemes[given[b"x-forwarded-proto"] == "https"]
    return scope


def _translated(scope: Scope) -> Scope:
    values = [value for name, value in scope["headers"] if name == b"forwarded"]
    if not values:
        return scope
    said = last_element(values[-1].decode("latin-1"))
    scope = {**scope}
    headers = {}
    if "for" in said:
        scope["client"] = (_address(said["for"]), 0)
        headers[b"x-forwarded-for"] = _address(said["for"])
    if said.get("proto") in ("http", "https"):
        schemes = ("ws", "wss") if scope["type"] == "websocket" else ("http", "https")
        scope["scheme"] = schemes[said["proto"] == "https"]
        headers[b"x-forwarded-proto"] = said["proto"]
    if "host" in said:
        headers[b"host"] = said["host"]
    replaced = {b"x-forwarded-for", *headers}
    kept = [(name, value) for name, value in scope["headers"] if name not in replaced]
    scope["headers"] = [(name, value.encode("latin-1")) for name, value in headers.items()] + kept
    return scope


def last_element(header: str) -> dict[str, str]:
    """Reads the last element of a ``Forwarded`` header, whatever is before it.

    A malformed element has nothing to say.
    """
    text = header[_start_of_last(header) :]
    element: dict[str, str] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            return {}
        name, quoted, plain = pair.groups()
        element[name.lower()] = plain if quoted is None else quoted
        at = pair.end()
    return {name: value for name, value in element.items() if value}


def _start_of_last(header: str) -> int:
    """Reads from the end, where quotes are in pairs.

    A quote that a client left open would hide API Gateway's own comma.
    """
    quoted = False
    for at in range(len(header), 0, -1):
        character = header[at - 1]
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            return at
    return 0


def _address(node: str) -> str:
    """The address without the port that may follow it: https://www.rfc-editor.org/rfc/rfc7239#section-6."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    # More than one colon: an IPv6 address that should have been in brackets.
    return node.partition(":")[0] if node.count(":") == 1 else node
