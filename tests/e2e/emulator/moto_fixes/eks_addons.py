"""Add-ons of EKS clusters."""

import json

from moto.eks.exceptions import InvalidParameterException

from . import eks_access, eks_store

ADDONS = "addon"
# The newest is not the one that AWS recommends.
VERSIONS = {"v1.1.0-eksbuild.1": False, "v1.0.0-eksbuild.1": True}


def _create_addon(parameters):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html"""
    name, of = parameters["addonName"], parameters["clusterName"]
    _check(parameters)
    kept = ("addonName", "clusterName", "addonVersion", "serviceAccountRoleArn", "configurationValues", "tags")
    fixed = {
        "status": "ACTIVE",
        "addonArn": eks_store.arn(ADDONS, of, name),
        "addonVersion": "v1.0.0-eksbuild.1",
        "health": {"issues": []},
        "tags": {},
    }
    document = fixed | eks_store.stamps() | eks_store.given(parameters, *kept)
    eks_store.add(eks_store.cluster(of).kind(ADDONS), name, lambda: document)
    _associate(document, parameters)
    return {"addon": document}


def _update_addon(parameters):
    document = eks_store.part(parameters["clusterName"], ADDONS, parameters["addonName"])
    _check(parameters)
    document |= eks_store.given(parameters, "addonVersion", "serviceAccountRoleArn", "configurationValues")
    _associate(document, parameters)
    return {"update": eks_store.update("AddonUpdate")}


def _delete_addon(parameters):
    document = eks_store.remove(parameters["clusterName"], ADDONS, parameters["addonName"])
    _dissociate(document)
    return {"addon": document}


def _check(parameters) -> None:
    """The values are JSON or YAML; what the provider gives is JSON. Whether a name is known is not checked here."""
    values = parameters.get("configurationValues")
    if values:
        try:
            json.loads(values)
        except ValueError as failure:
            raise InvalidParameterException(message=f"ConfigurationValue is not in valid JSON: {failure}") from failure


def _associate(document: eks_store.Document, parameters) -> None:
    """An add-on's own associations are associations of its cluster that it owns."""
    wanted = parameters.get("podIdentityAssociations")
    if wanted is None:
        return
    _dissociate(document)
    of = document["clusterName"]
    document["podIdentityAssociations"] = [
        eks_access.associate(of, one | {"namespace": "kube-system", "ownerArn": document["addonArn"]})["associationArn"]
        for one in wanted
    ]


def _dissociate(document: eks_store.Document) -> None:
    associations = eks_store.cluster(document["clusterName"]).kind(eks_access.ASSOCIATIONS)
    for name in [key for key, one in associations.items() if one.get("ownerArn") == document["addonArn"]]:
        del associations[name]


def _describe_addon_versions(parameters):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html: the same for every add-on."""
    name = parameters.get("addonName")
    if name is None:
        raise InvalidParameterException(message="the emulator describes the versions of one add-on at a time")
    cluster = parameters.get("kubernetesVersion") or "1.36"
    versions = [
        {
            "addonVersion": version,
            "architecture": ["amd64", "arm64"],
            "compatibilities": [{"clusterVersion": cluster, "platformVersions": ["*"], "defaultVersion": recommended}],
        }
        for version, recommended in VERSIONS.items()
    ]
    return {"addons": [{"addonName": name, "type": "networking", "addonVersions": versions}]}


OPERATIONS = {
    "describe_addon_versions": _describe_addon_versions,
    "create_addon": _create_addon,
    "describe_addon": lambda parameters: {
        "addon": eks_store.part(parameters["clusterName"], ADDONS, parameters["addonName"])
    },
    "list_addons": lambda parameters: {"addons": sorted(eks_store.cluster(parameters["clusterName"]).kind(ADDONS))},
    "update_addon": _update_addon,
    "delete_addon": _delete_addon,
}
