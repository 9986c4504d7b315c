"""What the pods of an EKS cluster run on: node groups and Fargate profiles."""

from moto.ec2.models import ec2_backends

from ..settings import ACCOUNT, REGION
from . import eks_store

NODE_GROUPS = "nodegroup"
PROFILES = "fargateprofile"


def _create_nodegroup(parameters):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html, with the defaults of CreateNodegroup."""
    name, of = parameters["nodegroupName"], parameters["clusterName"]
    eks_store.require_role(parameters["nodeRole"])
    found = eks_store.cluster(of)
    version = parameters.get("version") or found.document["version"]
    defaults = {
        "status": "ACTIVE",
        "nodegroupArn": eks_store.arn(NODE_GROUPS, of, name),
        "version": version,
        "releaseVersion": parameters.get("releaseVersion") or f"{version}.0-20260101",
        "capacityType": "ON_DEMAND",
        "amiType": "AL2023_x86_64_STANDARD",
        "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 2},
        "updateConfig": {"maxUnavailable": 1},
        "labels": {},
        "tags": {},
        "resources": {"autoScalingGroups": [{"name": f"eks-{name}"}]},
        "health": {"issues": []},
    }
    if not parameters.get("launchTemplate"):
        defaults |= {"diskSize": 20, "instanceTypes": ["t3.medium"]}
    kept = ("nodegroupName", "clusterName", "scalingConfig", "diskSize", "subnets", "instanceTypes", "amiType")
    more = ("remoteAccess", "nodeRole", "labels", "taints", "tags", "capacityType", "updateConfig", "nodeRepairConfig")
    document = defaults | eks_store.stamps() | eks_store.given(parameters, *kept, *more)
    if parameters.get("launchTemplate"):
        document["launchTemplate"] = _template(parameters["launchTemplate"])
    return {"nodegroup": eks_store.add(found.kind(NODE_GROUPS), name, lambda: document)}


def _template(wanted) -> eks_store.Document:
    """Named by name or by identifier, it has both when read."""
    ec2 = ec2_backends[ACCOUNT][REGION]
    if wanted.get("id"):
        [template] = ec2.describe_launch_templates(template_ids=[wanted["id"]])
    else:
        [template] = ec2.describe_launch_templates(template_names=[wanted["name"]])
    return {"id": template.id, "name": template.name, "version": wanted.get("version") or "1"}


def _update_nodegroup_config(parameters):
    document = eks_store.part(parameters["clusterName"], NODE_GROUPS, parameters["nodegroupName"])
    labels = parameters.get("labels") or {}
    gone = labels.get("removeLabels") or []
    kept = {key: value for key, value in document["labels"].items() if key not in gone}
    document["labels"] = kept | (labels.get("addOrUpdateLabels") or {})
    document["scalingConfig"] |= parameters.get("scalingConfig") or {}
    document |= eks_store.given(parameters, "updateConfig", "nodeRepairConfig")
    return {"update": eks_store.update("ConfigUpdate")}


def _update_nodegroup_version(parameters):
    document = eks_store.part(parameters["clusterName"], NODE_GROUPS, parameters["nodegroupName"])
    document |= eks_store.given(parameters, "version", "releaseVersion")
    if parameters.get("launchTemplate"):
        document["launchTemplate"] = _template(parameters["launchTemplate"])
    return {"update": eks_store.update("VersionUpdate")}


def _create_fargate_profile(parameters):
    name, of = parameters["fargateProfileName"], parameters["clusterName"]
    eks_store.require_role(parameters["podExecutionRoleArn"])
    kept = ("fargateProfileName", "clusterName", "podExecutionRoleArn", "subnets", "selectors", "tags")
    fixed = {"status": "ACTIVE", "fargateProfileArn": eks_store.arn(PROFILES, of, name), "tags": {}}
    document = fixed | eks_store.stamps() | eks_store.given(parameters, *kept)
    return {"fargateProfile": eks_store.add(eks_store.cluster(of).kind(PROFILES), name, lambda: document)}


OPERATIONS = {
    "create_nodegroup": _create_nodegroup,
    "describe_nodegroup": lambda parameters: {
        "nodegroup": eks_store.part(parameters["clusterName"], NODE_GROUPS, parameters["nodegroupName"])
    },
    "list_nodegroups": lambda parameters: {
        "nodegroups": sorted(eks_store.cluster(parameters["clusterName"]).kind(NODE_GROUPS))
    },
    "update_nodegroup_config": _update_nodegroup_config,
    "update_nodegroup_version": _update_nodegroup_version,
    "delete_nodegroup": lambda parameters: {
        "nodegroup": eks_store.remove(parameters["clusterName"], NODE_GROUPS, parameters["nodegroupName"])
    },
    "create_fargate_profile": _create_fargate_profile,
    "describe_fargate_profile": lambda parameters: {
        "fargateProfile": eks_store.part(parameters["clusterName"], PROFILES, parameters["fargateProfileName"])
    },
    "list_fargate_profiles": lambda parameters: {
        "fargateProfileNames": sorted(eks_store.cluster(parameters["clusterName"]).kind(PROFILES))
    },
    "delete_fargate_profile": lambda parameters: {
        "fargateProfile": eks_store.remove(parameters["clusterName"], PROFILES, parameters["fargateProfileName"])
    },
}
