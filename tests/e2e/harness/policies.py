"""What the roles of a deployed application may do, against what its functions did."""

import json

from .cloud import Cloud

# Actions that the Lambda service itself uses with the role, which the emulator does not do: it writes functions' output
# to files, and has no network to attach functions to.
USED_BY_THE_SERVICE = ("logs:", "ec2:")


def granted(cloud: Cloud) -> set[tuple[str, str]]:
    """(role, action) of every Allow statement of every role."""
    iam = cloud.client("iam")
    pairs = set()
    for role in (role["RoleName"] for role in iam.list_roles()["Roles"]):
        for document in _documents(iam, role):
            for statement in _listed(document["Statement"]):
                if statement["Effect"] == "Allow":
                    pairs |= {(role, action) for action in _listed(statement["Action"])}
    return pairs


def called(decisions: list[dict[str, str]]) -> set[tuple[str, str]]:
    """(role, action) of every call."""
    return {(decision["role"], decision["action"]) for decision in decisions}


def _documents(iam, role: str):
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        document = version["PolicyVersion"]["Document"]
        yield json.loads(document) if isinstance(document, str) else document


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]
