"""Resource policies of functions (`aws_lambda_permission`) and of queues."""

import fnmatch
import json


def permits(function, service: str, source_arn: str) -> bool:
    """Whether the function's own policy lets that service invoke it on behalf of that resource."""
    return any(_allows(statement, service, source_arn) for statement in function.policy.statements)


def _allows(statement: dict, service: str, source_arn: str) -> bool:
    if statement.get("Effect") != "Allow" or statement.get("Principal", {}).get("Service") != service:
        return False
    pattern = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn")
    return pattern is None or fnmatch.fnmatchcase(source_arn, pattern)


def queue_permits(policy: str | None, service: str, source_arn: str, queue_arn: str) -> bool:
    """Whether a queue's policy lets that service send on behalf of that resource."""
    statements = json.loads(policy)["Statement"] if policy else []
    return any(_lets_send(one, service, source_arn, queue_arn) for one in _listed(statements))


def _lets_send(statement: dict, service: str, source_arn: str, queue_arn: str) -> bool:
    principal = statement.get("Principal", {})
    if statement.get("Effect") != "Allow" or service not in _listed(principal.get("Service", [])):
        return False
    if "sqs:SendMessage" not in _listed(statement["Action"]) or queue_arn not in _listed(statement["Resource"]):
        return False
    conditions = statement.get("Condition", {})
    patterns = [
        (key, pattern)
        for operator in conditions.values()
        for key, values in operator.items()
        for pattern in _listed(values)
    ]
    known = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4]}
    return all(fnmatch.fnmatchcase(known.get(key.lower(), ""), pattern) for key, pattern in patterns)


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]


def bucket_permits(policy: dict, action: str, resource: str, distribution_arn: str) -> bool:
    """Whether a bucket's policy lets CloudFront do that on behalf of that distribution, and of no other one."""
    return any(_lets_read(one, action, resource, distribution_arn) for one in _listed(policy["Statement"]))


def _lets_read(statement: dict, action: str, resource: str, distribution_arn: str) -> bool:
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    if statement.get("Effect") != "Allow" or "cloudfront.amazonaws.com" not in services:
        return False
    if action not in _listed(statement["Action"]):
        return False
    if not any(fnmatch.fnmatchcase(resource, one) for one in _listed(statement["Resource"])):
        return False
    pairs = [pair for operator in statement.get("Condition", {}).values() for pair in operator.items()]
    sources = {key.lower(): _listed(values) for key, values in pairs}
    return distribution_arn in sources.get("aws:sourcearn", [])


def trusts(document: str | dict, service: str) -> bool:
    """Whether a role's trust policy names that service."""
    policy = json.loads(document) if isinstance(document, str) else document
    return any(
        one.get("Effect") == "Allow" and service in _listed(one.get("Principal", {}).get("Service", []))
        for one in _listed(policy["Statement"])
    )
