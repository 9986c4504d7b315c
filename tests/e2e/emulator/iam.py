"""Role policies are enforced, by action and resource, and every decision is recorded.

Conditions in policies are not evaluated. Calls that do not come from an assumed role are the deployer's and pass.
"""

import json
import re
import threading
from pathlib import Path

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError
from moto.iam import access_control
from moto.iam.models import iam_backends

from .settings import ACCOUNT, REGION

_LOCK = threading.Lock()
_LOG: Path | None = None

SESSION = re.compile(r"Credential=(ASIA[^/]+)/[^/]*/[^/]+/([^/]+)/")

# Operations that are authorised as another action:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html and its neighbours.
AUTHORISED_AS = {
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("lambda", "Invoke"): "InvokeFunction",
}


def enforce(log: Path) -> None:
    """Replaces moto's check, which knows no resources and signs requests its own way."""
    global _LOG
    _LOG = log
    log.touch()
    ActionAuthenticatorMixin._authenticate_and_authorize_normal_action = _authorise


def allowed(role: str, action: str, resource: str) -> bool:
    """Decides by the policies that the role has now, and records the decision."""
    decisions = {policy.is_action_permitted(action, resource) for policy in _policies(role)}
    verdict = (
        access_control.PermissionResult.PERMITTED in decisions
        and access_control.PermissionResult.DENIED not in decisions
    )
    entry = {"decision": "ALLOW" if verdict else "DENY", "role": role, "action": action, "resource": resource}
    with _LOCK, _LOG.open("a") as log:
        log.write(json.dumps(entry) + "\n")
    return verdict


def _policies(role: str) -> list[access_control.IAMPolicy]:
    backend = iam_backends[ACCOUNT]["aws"]
    inline = [backend.get_role_policy(role, name)[1] for name in backend.list_role_policies(role)]
    attached, _ = backend.list_attached_role_policies(role)
    return [access_control.IAMPolicy(policy) for policy in [*inline, *attached]]


def _authorise(self, resource: str = "*") -> None:
    """Called by moto for each request; `self` is the service's response object."""
    session = SESSION.search(self.headers.get("Authorization", ""))
    if session is None:
        return
    key, service = session.groups()
    if service == "sts":
        return
    try:
        identity = access_control.AssumedRoleAccessKey(ACCOUNT, "aws", key, self.headers)
    except access_control.CreateAccessKeyFailure as failure:
        raise AccessDeniedError(user_arn=f"unknown session {key} ({failure.reason})", action=service) from failure
    operation = self._get_action()
    action = f"{service}:{AUTHORISED_AS.get((service, operation), operation)}"
    role = identity.arn.split("/")[-2]
    if not allowed(role, action, _resource(service, _parameters(self))):
        raise AccessDeniedError(user_arn=identity.arn, action=action)


def _parameters(response) -> dict[str, str]:
    """The request's parameters, whether the service takes JSON or a form."""
    if isinstance(response.body, dict):
        return response.body
    text = response.body.decode(errors="replace") if isinstance(response.body, bytes) else str(response.body or "")
    if text.startswith("{"):
        return json.loads(text)
    form = response.querystring or {}
    return {name: value[0] if isinstance(value, list) else value for name, value in form.items()}


def _resource(service: str, parameters: dict[str, str]) -> str:
    """The ARN that a call is about; `*` (which only a policy on `*` allows) where this does not know."""
    if service == "sns" and "TopicArn" in parameters:
        return parameters["TopicArn"]
    if service == "sqs" and "QueueUrl" in parameters:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{parameters['QueueUrl'].rsplit('/', 1)[-1]}"
    return "*"
