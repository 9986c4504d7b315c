"""What a REST API and a load balancer do with requests and answers, and an HTTP API does not.

A REST API's own address has the stage as the first part of each path. The application sees paths
without it, as everywhere else; what it answers is adapted to it, as a proxy does that serves
something below a path of its own: https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypassreverse
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

Event = dict[str, Any]

_COOKIE_PATH = re.compile(r"(;\s*path=)(/[^;]+)", re.IGNORECASE)


def as_known(event: Event) -> Event:
    """Returns ``event`` as the adapter understands it.

    A client may send one header per cookie (https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3);
    the adapter joins all headers of the same name by a comma, which would be part of a cookie's
    value.

    Of the addresses in a load balancer's ``X-Forwarded-For`` only the last one is its own; those
    before it are the client's claim:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
    """
    headers = event.get("multiValueHeaders")
    if not headers:
        return event
    known = {}
    for name, values in headers.items():
        if name.lower() == "cookie":
            known[name] = ["; ".join(values)]
        elif name.lower() == "x-forwarded-for" and is_balanced(event):
            known[name] = [values[-1].rpartition(",")[2].strip()]
        else:
            known[name] = values
    return {**event, "multiValueHeaders": known}


def is_balanced(event: Event) -> bool:
    """Whether a load balancer sent the request."""
    return "elb" in event["requestContext"]


def prefix_of(event: Event) -> str:
    """What stands before the path in the API's own address, such as ``/live``; empty for most."""
    context = event["requestContext"]
    whole, stage = context.get("path"), f"/{context.get('stage')}"
    # At a name of its own the API's paths start with no stage.
    if whole is None or whole == event.get("path"):
        return ""
    return stage if whole == stage or whole.startswith(f"{stage}/") else ""


def below(answer: dict[str, Any], event: Event) -> dict[str, Any]:
    """Returns ``answer`` with redirections and cookies for paths that start with the stage."""
    prefix = prefix_of(event)
    if not prefix:
        return answer
    hosts = {
        value
        for name, values in (event.get("multiValueHeaders") or {}).items()
        if name.lower() == "host"
        for value in values
    }

    def adapted(name: str, value: str) -> str:
        if name.lower() == "location":
            return _moved(value, prefix, hosts)
        if name.lower() == "set-cookie":
            return _COOKIE_PATH.sub(lambda found: found[1] + _placed(found[2], prefix), value)
        return value

    single = {name: adapted(name, value) for name, value in (answer.get("headers") or {}).items()}
    several = {
        name: [adapted(name, value) for value in values]
        for name, values in (answer.get("multiValueHeaders") or {}).items()
    }
    return {**answer, "headers": single, "multiValueHeaders": several}


def _moved(location: str, prefix: str, hosts: set[str]) -> str:
    parts = urlsplit(location)
    ours = (not parts.scheme and not parts.netloc) or parts.netloc in hosts
    if not ours or not parts.path.startswith("/"):
        return location
    return parts._replace(path=_placed(parts.path, prefix)).geturl()


def _placed(path: str, prefix: str) -> str:
    return path if path == prefix or path.startswith(f"{prefix}/") else prefix + path
