"""What the roles of a deployed application may do, against what its functions did."""

import json

from .cloud import Cloud
from .deployment import Deployment

# Actions that the Lambda service itself uses with the role, which the emulator does not do: it writes functions' output
# to files, and has no network to attach functions to.
USED_BY_THE_SERVICE = ("logs:", "ec2:")


def used_by_the_service(action: str) -> bool:
    """Whether Lambda itself needs it, which the emulator does not call for."""
    return action.startswith(USED_BY_THE_SERVICE)


def granted(cloud: Cloud) -> set[tuple[str, str]]:
    """(role, action) of every Allow statement of every role."""
    return granted_to(cloud, {role["RoleName"] for role in cloud.client("iam").list_roles(MaxItems=1000)["Roles"]})


def granted_to(cloud: Cloud, roles: set[str]) -> set[tuple[str, str]]:
    """(role, action) of every Allow statement of those roles."""
    iam = cloud.client("iam")
    pairs = set()
    for role in sorted(roles):
        for document in _documents(iam, role):
            for statement in _listed(document["Statement"]):
                if statement["Effect"] == "Allow":
                    pairs |= {(role, action) for action in _listed(statement["Action"])}
    return pairs


def of_units(deployment: Deployment) -> set[str]:
    """The roles that the units' own code has."""
    roles = {deployment.role(deployment.function(unit)) for unit in deployment.output.functions}
    return roles | _of_pods(deployment) | _of_tasks(deployment, "taskRoleArn")


def of_starts(deployment: Deployment) -> set[str]:
    """The roles by which ECS starts tasks, which their code never has."""
    return _of_tasks(deployment, "executionRoleArn")


def _of_pods(deployment: Deployment) -> set[str]:
    if "kubernetes" not in deployment.output.plan:
        return set()
    eks, of = deployment.cloud.client("eks"), deployment.outputs["cluster_name"]
    namespace = deployment.output.plan["kubernetes"]["namespace"]
    listed = eks.list_pod_identity_associations(clusterName=of, namespace=namespace)["associations"]
    found = [
        eks.describe_pod_identity_association(clusterName=of, associationId=one["associationId"]) for one in listed
    ]
    return {one["association"]["roleArn"].rsplit("/", 1)[-1] for one in found}


def _of_tasks(deployment: Deployment, kind: str) -> set[str]:
    ecs = deployment.cloud.client("ecs")
    definitions = ecs.list_task_definitions()["taskDefinitionArns"]
    found = [ecs.describe_task_definition(taskDefinition=one)["taskDefinition"] for one in definitions]
    return {one[kind].rsplit("/", 1)[-1] for one in found}


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
