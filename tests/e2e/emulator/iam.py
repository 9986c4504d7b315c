"""Role policies are enforced, by action and resource, and every decision is recorded.

Conditions in policies are not evaluated, but for those on the source and the type of an event: an Allow holds without
its own, a Deny with one denies. Calls that do not come from an assumed role are the deployer's and pass.
"""

import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError, JsonRESTError
from moto.iam import access_control
from moto.iam.models import iam_backends
from moto.s3.exceptions import BucketAccessDeniedError, S3AccessDeniedError
from moto.s3.models import s3_backends

from . import actions
from .settings import ACCOUNT

_LOCK = threading.Lock()
_LOG: Path | None = None

NOTHING: Mapping[str, str] = {}
SESSION = re.compile(r"Credential=(ASIA[^/]+)/[^/]*/[^/]+/([^/]+)/")
SPEAK_XML = {"sns", "rds", "iam", "ec2", "elasticloadbalancing"}
READS = {"s3:GetObject", "s3:GetObjectVersion"}


def enforce(log: Path) -> None:
    """Replaces moto's check, which knows no resources and signs requests its own way."""
    global _LOG
    _LOG = log
    log.touch()
    ActionAuthenticatorMixin._authenticate_and_authorize_normal_action = _authorise
    ActionAuthenticatorMixin._authenticate_and_authorize_s3_action = _authorise_s3


def allowed(role: str, action: str, resource: str, context: Mapping[str, str] = NOTHING) -> bool:
    """Decides by the policies that the role has now, and records the decision."""
    verdict = permitted(role, action, resource, context)
    _record(verdict, role, action, resource)
    return verdict


def permitted(role: str, action: str, resource: str, context: Mapping[str, str] = NOTHING) -> bool:
    """Decides without a record: nobody asked for it yet."""
    decisions = {policy.is_action_permitted(action, resource) for policy in _policies(role, context)}
    return (
        access_control.PermissionResult.PERMITTED in decisions
        and access_control.PermissionResult.DENIED not in decisions
    )


def _record(verdict: bool, role: str, action: str, resource: str) -> None:
    entry = {"decision": "ALLOW" if verdict else "DENY", "role": role, "action": action, "resource": resource}
    with _LOCK, _LOG.open("a") as log:
        log.write(json.dumps(entry) + "\n")


def _policies(role: str, context: Mapping[str, str]) -> list[access_control.IAMPolicy]:
    backend = iam_backends[ACCOUNT]["aws"]
    inline = [backend.get_role_policy(role, name)[1] for name in backend.list_role_policies(role)]
    attached, _ = backend.list_attached_role_policies(role)
    return [access_control.IAMPolicy(_without_conditions(policy, context)) for policy in [*inline, *attached]]


def _without_conditions(policy, context: Mapping[str, str]):
    """moto takes an Allow whose condition it cannot see for a Deny."""
    document = json.loads(policy if isinstance(policy, str) else policy.document)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [
        {name: value for name, value in one.items() if name != "Condition" or one["Effect"] != "Allow"}
        for one in statements
        if _holds(one.get("Condition", {}), context)
    ]
    return json.dumps(document)


def _holds(condition: dict, context: Mapping[str, str]) -> bool:
    """As far as the context says anything."""
    wanted = [pair for operator in condition.values() for pair in operator.items() if pair[0].lower() in context]
    return all(context[key.lower()] in (values if isinstance(values, list) else [values]) for key, values in wanted)


def _caller(response) -> SimpleNamespace | None:
    """Of a request to a service: its role, ARN and service; None for the deployer."""
    session = SESSION.search(response.headers.get("Authorization", ""))
    if session is None:
        return None
    key, service = session.groups()
    if service == "sts":
        return None
    try:
        identity = access_control.AssumedRoleAccessKey(ACCOUNT, "aws", key, response.headers)
    except access_control.CreateAccessKeyFailure as failure:
        raise AccessDeniedError(user_arn=f"unknown session {key} ({failure.reason})", action=service) from failure
    return SimpleNamespace(role=identity.arn.split("/")[-2], arn=identity.arn, service=service)


def _authorise(self, resource: str = "*") -> None:
    """Called by moto for each request; `self` is the service's response object."""
    caller = _caller(self)
    if caller is None:
        return
    parameters = _parameters(self)
    pairs = actions.of_call(caller.service, self._get_action(), parameters, self.path)
    contexts = actions.contexts_of_call(caller.service, parameters) or [NOTHING] * len(pairs)
    verdicts = [allowed(caller.role, *pair, context) for pair, context in zip(pairs, contexts, strict=True)]
    if not all(verdicts):
        action, _ = next(pair for pair, verdict in zip(pairs, verdicts, strict=True) if not verdict)
        raise _refusal(caller, action)


def _refusal(caller: SimpleNamespace, action: str) -> Exception:
    """As a client of the service reads it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html"""
    if caller.service in SPEAK_XML:
        return AccessDeniedError(user_arn=caller.arn, action=action)
    message = f"User: {caller.arn} is not authorized to perform: {action}"
    refusal = JsonRESTError("AccessDeniedException", message)
    refusal.code = 403
    return refusal


def _authorise_s3(self, bucket_name: str | None = None, key_name: str | None = None) -> None:
    """The same for S3, whose errors are its own."""
    caller = _caller(self)
    if caller is None:
        return
    pairs = actions.of_s3(self.data["Action"], bucket_name, key_name, self.headers, self.body)
    verdicts = [allowed(caller.role, *pair) for pair in pairs]
    if not all(verdicts):
        raise BucketAccessDeniedError(bucket_name) if bucket_name and not key_name else S3AccessDeniedError()
    if pairs[0][0] in READS and not _is_there(bucket_name, key_name):
        _tell_that_it_is_missing(caller.role, bucket_name)


def _tell_that_it_is_missing(role: str, bucket: str) -> None:
    """Whoever may not list a bucket is not told what is not in it: the answer is 403 instead of 404.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax"""
    listing = (role, "s3:ListBucket", f"arn:aws:s3:::{bucket}")
    if not permitted(*listing):
        raise S3AccessDeniedError
    _record(True, *listing)


def _is_there(bucket: str, key: str) -> bool:
    buckets = s3_backends[ACCOUNT]["aws"].buckets
    return bucket not in buckets or key in buckets[bucket].keys


def _parameters(response) -> dict:
    """The request's parameters, whether the service takes JSON or a form."""
    if isinstance(response.body, dict):
        return response.body
    text = response.body.decode(errors="replace") if isinstance(response.body, bytes) else str(response.body or "")
    if text.startswith("{"):
        return json.loads(text)
    form = response.querystring or {}
    return {name: value[0] if isinstance(value, list) else value for name, value in form.items()}
