"""The data plane of public load balancers: `/_balancers/<DNS name>/<path>`, to functions or containers.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

import base64
import fnmatch
from urllib.parse import SplitResult

from moto.elbv2.models import FakeListener, FakeLoadBalancer, FakeTargetGroup, elbv2_backends

from .settings import ACCOUNT, REGION

PREFIX = "_balancers"
# A function takes and gives this much.
LARGEST = 1024 * 1024
# What travels as text.
TEXT = ("text/", "application/json", "application/javascript", "application/xml")


def known(name: str) -> FakeLoadBalancer | None:
    """The one of that name in DNS, if the internet reaches it."""
    balancers = elbv2_backends[ACCOUNT][REGION].load_balancers.values()
    return next((one for one in balancers if one.dns_name == name and one.scheme != "internal"), None)


def listener(balancer: FakeLoadBalancer) -> FakeListener:
    """The one with TLS, where there is one: the other one only sends people there."""
    return max(balancer.listeners.values(), key=lambda one: int(one.port))


def target_group(front: FakeListener, method: str, path: str) -> FakeTargetGroup | None:
    """Of the first rule that fits, or of the default; None where nobody is to answer."""
    rules = [one for one in front.rules.values() if not one.is_default]
    fitting = [one for one in sorted(rules, key=lambda one: int(one.priority)) if _fits(one.conditions, method, path)]
    [action] = fitting[0].actions if fitting else front.default_actions
    if action.type != "forward":
        return None
    forward = (action.data.get("ForwardConfig") or {}).get("TargetGroups") or [action.data]
    return elbv2_backends[ACCOUNT][REGION].target_groups[forward[0]["TargetGroupArn"]]


def _fits(conditions: list[dict], method: str, path: str) -> bool:
    for condition in conditions:
        given = path if condition["Field"] == "path-pattern" else method
        # Rules know `*` and `?`, and no sets of characters.
        if not any(fnmatch.fnmatchcase(given, value.replace("[", "[[]")) for value in _values(condition)):
            return False
    return True


def _values(condition: dict) -> list[str]:
    configured = [one["Values"] for name, one in condition.items() if name.endswith("Config") and one]
    return configured[0] if configured else condition["Values"]


def event(
    group: FakeTargetGroup, method: str, path: str, url: SplitResult, headers: list[tuple[str, str]], body: bytes
) -> dict:
    """With several values of each name, where the target group says so; nothing is decoded."""
    sent: dict[str, list[str]] = {}
    for name, value in headers:
        sent.setdefault(name.lower(), []).append(value)
    # What a client claims stays in front of what the load balancer knows.
    sent["x-forwarded-for"] = [", ".join([*sent.get("x-forwarded-for", []), "127.0.0.1"])]
    sent |= {"x-forwarded-proto": ["http"], "x-forwarded-port": ["80"]}
    query: dict[str, list[str]] = {}
    for pair in url.query.split("&") if url.query else []:
        name, _, value = pair.partition("=")
        query.setdefault(name, []).append(value)
    kind = sent.get("content-type", [""])[-1]
    binary = bool(body) and ("content-encoding" in sent or not kind.startswith(TEXT))
    made = {
        "requestContext": {"elb": {"targetGroupArn": group.arn}},
        "httpMethod": method,
        "path": path,
        "body": base64.b64encode(body).decode() if binary else body.decode(),
        "isBase64Encoded": binary,
    }
    if group.attributes.get("lambda.multi_value_headers.enabled") == "true":
        return made | {"multiValueQueryStringParameters": query, "multiValueHeaders": sent}
    last = {name: values[-1] for name, values in sent.items()}
    return made | {"queryStringParameters": {name: values[-1] for name, values in query.items()}, "headers": last}
