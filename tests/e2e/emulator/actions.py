"""What a call is authorised as: actions, and the ARNs of what it is about.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote
from xml.etree import ElementTree

from moto.secretsmanager.models import secretsmanager_backends

from .settings import ACCOUNT, REGION

# What this does not know, which only a policy on `*` allows.
ANYTHING = "*"
Pair = tuple[str, str]

# Operations that are authorised as another action.
AUTHORISED_AS = {
    "sns:PublishBatch": "Publish",
    "sqs:SendMessageBatch": "SendMessage",
    "sqs:DeleteMessageBatch": "DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "lambda:Invoke": "InvokeFunction",
}
# Parameter to action, for each item of a transaction.
IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}


def of_call(service: str, operation: str, parameters: dict, path: str) -> list[Pair]:
    """(action, resource) of everything that a call asks for."""
    special = _SERVICES.get(service)
    action = AUTHORISED_AS.get(f"{service}:{operation}", operation)
    pairs = special(action, parameters, path) if special else []
    return [(f"{service}:{one}", resource) for one, resource in pairs or [(action, ANYTHING)]]


def contexts_of_call(service: str, parameters: dict) -> list[dict[str, str]]:
    """What conditions are held against, for each pair of a call: of all that there is, what EventBridge says of events.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html"""
    entries = parameters.get("Entries", []) if service == "events" else []
    return [
        {"events:source": one.get("Source", ""), "events:detail-type": one.get("DetailType", "")}
        for one in entries
        if isinstance(one, dict)
    ]


def of_s3(action: str, bucket: str | None, key: str | None, headers, body: bytes | str) -> list[Pair]:
    """The same for S3, whose action moto reads from the request as IAM names it."""
    action = {"HeadBucket": "ListBucket"}.get(action, action)
    of_bucket = f"arn:aws:s3:::{bucket}" if bucket else ANYTHING
    if action == "DeleteObject" and key is None:
        return [("s3:DeleteObject", f"{of_bucket}/{one}") for one in _keys(body)]
    pairs = [(f"s3:{action}", f"{of_bucket}/{unquote(key)}" if key else of_bucket)]
    if source := headers.get("x-amz-copy-source"):
        pairs.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').split('?')[0]}"))
    return pairs


def _keys(body: bytes | str) -> Iterator[str]:
    """Of a request that deletes many objects."""
    for element in ElementTree.fromstring(body).iter():
        if element.tag.rsplit("}", 1)[-1] == "Key":
            yield element.text or ""


def _dynamodb(action: str, parameters: dict, _path: str) -> list[Pair]:
    if "TransactItems" in parameters:
        items = [next(iter(item.items())) for item in parameters["TransactItems"]]
        return [(IN_TRANSACTIONS[kind], _table(one["TableName"])) for kind, one in items]
    if "RequestItems" in parameters:
        return [(action, _table(name)) for name in parameters["RequestItems"]]
    if "TableName" not in parameters:
        return []
    index = parameters.get("IndexName")
    return [(action, _table(parameters["TableName"]) + (f"/index/{index}" if index else ""))]


def _table(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _secretsmanager(action: str, parameters: dict, _path: str) -> list[Pair]:
    named = parameters.get("SecretId")
    found = secretsmanager_backends[ACCOUNT][REGION].secrets.get(named) if named else None
    return [(action, found.arn)] if found else []


def _ssm(action: str, parameters: dict, _path: str) -> list[Pair]:
    names = parameters.get("Names") or [parameters.get("Name") or parameters.get("Path")]
    return [(action, _parameter(name)) for name in names if name]


def _parameter(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name.lstrip('/')}"


def _sns(action: str, parameters: dict, _path: str) -> list[Pair]:
    return [(action, parameters["TopicArn"])] if "TopicArn" in parameters else []


def _sqs(action: str, parameters: dict, _path: str) -> list[Pair]:
    name = parameters.get("QueueName") or parameters.get("QueueUrl", "").rsplit("/", 1)[-1]
    return [(action, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")] if name else []


def _lambda(action: str, _parameters: dict, path: str) -> list[Pair]:
    found = re.search(r"/functions/([^/]+)", unquote(path))
    name = found.group(1) if found else ""
    arn = name if name.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return [(action, arn)] if name else []


def _rds(action: str, parameters: dict, _path: str) -> list[Pair]:
    name = parameters.get("DBInstanceIdentifier")
    return [(action, f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}")] if name else []


def _events(action: str, parameters: dict, _path: str) -> list[Pair]:
    buses = [one.get("EventBusName", "default") for one in parameters.get("Entries", []) if isinstance(one, dict)]
    return [(action, f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus.rsplit('/', 1)[-1]}") for bus in buses]


def _scheduler(action: str, parameters: dict, path: str) -> list[Pair]:
    found = re.search(r"/schedules/([^/?]+)", unquote(path))
    group = parameters.get("GroupName") or parameters.get("groupName") or "default"
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/"
    return [(action, arn + found.group(1))] if found else []


_SERVICES: dict[str, Callable[[str, dict, str], list[Pair]]] = {
    "dynamodb": _dynamodb,
    "events": _events,
    "lambda": _lambda,
    "rds": _rds,
    "scheduler": _scheduler,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}
