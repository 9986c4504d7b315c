"""Policies of buckets that refuse what comes without encryption in transit.

moto evaluates no condition of a bucket's policy: such a refusal refuses everything.
"""

import json

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def install() -> None:
    """Everything comes encrypted here, so a refusal of the rest concerns nothing."""

    def get_permission(self, action: str, resource: str) -> PermissionResult:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(self.policy)
        policy["Statement"] = [one for one in policy["Statement"] if not _only_without_encryption(one)]
        if not policy["Statement"]:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    FakeBucket.get_permission = get_permission


def _only_without_encryption(statement: dict) -> bool:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    values = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport", [])
    return "false" in ([values] if isinstance(values, str) else values)
