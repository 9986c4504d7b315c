"""Who may do what around an EKS cluster: access entries for people, Pod Identity associations for pods."""

import uuid

from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidRequestException, ResourceInUseException

from ..settings import ACCOUNT, REGION
from . import eks_store

ASSOCIATIONS = "podidentityassociation"
ENTRIES = "access-entry"
POLICIES = "policies"


def associate(of: str, parameters) -> eks_store.Document:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html"""
    found = eks_store.cluster(of).kind(ASSOCIATIONS)
    place = (parameters["namespace"], parameters["serviceAccount"])
    if place in [(one["namespace"], one["serviceAccount"]) for one in found.values()]:
        raise ResourceInUseException(message=f"Association already exists: {place[0]}/{place[1]}")
    eks_store.require_role(parameters["roleArn"])
    name = f"a-{uuid.uuid4().hex[:17]}"
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:{ASSOCIATIONS}/{of}/{name}"
    fixed = {"clusterName": of, "associationId": name, "associationArn": arn, "disableSessionTags": False, "tags": {}}
    kept = ("namespace", "serviceAccount", "roleArn", "targetRoleArn", "disableSessionTags", "ownerArn", "tags")
    document = fixed | eks_store.stamps() | eks_store.given(parameters, *kept)
    return eks_store.add(found, name, lambda: document)


def _update_pod_identity_association(parameters):
    document = eks_store.part(parameters["clusterName"], ASSOCIATIONS, parameters["associationId"])
    document |= eks_store.given(parameters, "roleArn", "targetRoleArn", "disableSessionTags")
    return {"association": document}


def _list_pod_identity_associations(parameters):
    wanted = eks_store.given(parameters, "namespace", "serviceAccount")
    every = eks_store.cluster(parameters["clusterName"]).kind(ASSOCIATIONS).values()
    return {"associations": [one for one in every if wanted.items() <= one.items()]}


def _create_access_entry(parameters):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessEntry.html"""
    of, principal = parameters["clusterName"], parameters["principalArn"]
    found = eks_store.cluster(of)
    if found.document["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise InvalidRequestException(message="The cluster's authentication mode must be API or API_AND_CONFIG_MAP")
    name = principal.rsplit("/", 1)[-1]
    fixed = {
        "type": "STANDARD",
        "kubernetesGroups": [],
        "username": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{{{{SessionName}}}}",
        "accessEntryArn": eks_store.arn(ENTRIES, of, "role", ACCOUNT, name),
        "tags": {},
        POLICIES: {},
    }
    kept = ("clusterName", "principalArn", "kubernetesGroups", "username", "type", "tags")
    document = fixed | eks_store.stamps() | eks_store.given(parameters, *kept)
    return {"accessEntry": eks_store.add(found.kind(ENTRIES), principal, lambda: document)}


def _update_access_entry(parameters):
    document = _entry(parameters)
    document |= eks_store.given(parameters, "kubernetesGroups", "username")
    return {"accessEntry": document}


def _associate_access_policy(parameters):
    policy = {"policyArn": parameters["policyArn"], "accessScope": parameters["accessScope"]}
    made = policy | {"associatedAt": utcnow(), "modifiedAt": utcnow()}
    _entry(parameters)[POLICIES][parameters["policyArn"]] = made
    return eks_store.given(parameters, "clusterName", "principalArn") | {"associatedAccessPolicy": made}


def _list_associated_access_policies(parameters):
    policies = list(_entry(parameters)[POLICIES].values())
    return eks_store.given(parameters, "clusterName", "principalArn") | {"associatedAccessPolicies": policies}


def _disassociate_access_policy(parameters):
    _entry(parameters)[POLICIES].pop(parameters["policyArn"], None)
    return {}


def _delete_access_entry(parameters):
    eks_store.remove(parameters["clusterName"], ENTRIES, parameters["principalArn"])
    return {}


def _entry(parameters) -> eks_store.Document:
    return eks_store.part(parameters["clusterName"], ENTRIES, parameters["principalArn"])


OPERATIONS = {
    "create_pod_identity_association": lambda parameters: {
        "association": associate(parameters["clusterName"], parameters)
    },
    "describe_pod_identity_association": lambda parameters: {
        "association": eks_store.part(parameters["clusterName"], ASSOCIATIONS, parameters["associationId"])
    },
    "list_pod_identity_associations": _list_pod_identity_associations,
    "update_pod_identity_association": _update_pod_identity_association,
    "delete_pod_identity_association": lambda parameters: {
        "association": eks_store.remove(parameters["clusterName"], ASSOCIATIONS, parameters["associationId"])
    },
    "create_access_entry": _create_access_entry,
    "describe_access_entry": lambda parameters: {"accessEntry": _entry(parameters)},
    "list_access_entries": lambda parameters: {
        "accessEntries": sorted(eks_store.cluster(parameters["clusterName"]).kind(ENTRIES))
    },
    "update_access_entry": _update_access_entry,
    "delete_access_entry": _delete_access_entry,
    "associate_access_policy": _associate_access_policy,
    "list_associated_access_policies": _list_associated_access_policies,
    "disassociate_access_policy": _disassociate_access_policy,
}
