"""EKS clusters: what they are created with reads back, and each has a security group of its own."""

import base64

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException
from moto.eks.responses import EKSResponse

from ..settings import ACCOUNT, REGION
from . import eks_access, eks_addons, eks_nodes, eks_store

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
EVERYONE = ["0.0.0.0/0"]
OPERATIONS: dict[str, object] = {}


def install() -> None:
    """Replaces moto's whole EKS."""
    EKSResponse.__init__ = _parse_by_the_model
    for operations in (OPERATIONS, eks_nodes.OPERATIONS, eks_addons.OPERATIONS, eks_access.OPERATIONS):
        for name, operation in operations.items():
            setattr(EKSResponse, name, _answering(operation))
    # Which operation a path means is decided by the service's own model.
    urls.url_paths["{0}/clusters/(?P<name>[^/]+)/(?P<rest>.+)$"] = EKSResponse.dispatch
    urls.url_paths["{0}/addons/supported-versions$"] = EKSResponse.dispatch


def _parse_by_the_model(self: EKSResponse) -> None:
    super(EKSResponse, self).__init__(service_name="eks")
    self.automated_parameter_parsing = True


def _answering(operation):
    def respond(self: EKSResponse) -> ActionResult:
        answer = operation(self.params)
        return EmptyResult() if answer is None else ActionResult(answer)

    return respond


def _create_cluster(parameters):
    name = parameters["name"]
    eks_store.require_role(parameters["roleArn"])
    made = eks_store.add(eks_store.clusters(), name, lambda: eks_store.Cluster(_cluster(name, parameters)))
    return {"cluster": made.document}


def _cluster(name: str, parameters) -> eks_store.Document:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html, with the defaults of CreateCluster."""
    access = {"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": True}
    upgrades = {"supportType": "EXTENDED"}
    network = {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16", "elasticLoadBalancing": {"enabled": False}}
    identity = eks_store.hexadecimal(name, 32)
    document = {
        "name": name,
        "arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}",
        "version": "1.33",
        "status": "ACTIVE",
        "platformVersion": "eks.1",
        "endpoint": f"https://{identity}.gr7.{REGION}.eks.amazonaws.com",
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{REGION}.amazonaws.com/id/{identity}"}},
        "certificateAuthority": {"data": base64.b64encode(identity.encode()).decode()},
        "health": {"issues": []},
        "accessConfig": access | (parameters.get("accessConfig") or {}),
        "upgradePolicy": upgrades | (parameters.get("upgradePolicy") or {}),
        "kubernetesNetworkConfig": network | (parameters.get("kubernetesNetworkConfig") or {}),
        "resourcesVpcConfig": _network(name, parameters["resourcesVpcConfig"]),
        "logging": _logging(parameters.get("logging")),
        "deletionProtection": False,
    }
    kept = ("version", "roleArn", "encryptionConfig", "zonalShiftConfig", "deletionProtection", "computeConfig")
    return document | eks_store.stamps() | {"tags": {}} | eks_store.given(parameters, *kept, "storageConfig", "tags")


def _network(name: str, wanted) -> eks_store.Document:
    ec2 = ec2_backends[ACCOUNT][REGION]
    [subnet, *_] = ec2.describe_subnets(subnet_ids=wanted["subnetIds"])
    group = ec2.create_security_group(f"eks-cluster-sg-{name}", "EKS created security group", subnet.vpc_id)
    defaults = {"securityGroupIds": [], "endpointPublicAccess": True, "endpointPrivateAccess": False}
    places = {"publicAccessCidrs": EVERYONE, "clusterSecurityGroupId": group.id, "vpcId": subnet.vpc_id}
    return defaults | places | {key: value for key, value in wanted.items() if value is not None}


def _logging(wanted) -> eks_store.Document:
    """Every type is listed, as on or as off."""
    setups = (wanted or {}).get("clusterLogging") or []
    on = [kind for setup in setups if setup.get("enabled") for kind in setup.get("types") or []]
    off = [kind for kind in LOG_TYPES if kind not in on]
    return {"clusterLogging": [{"types": on, "enabled": True}, {"types": off, "enabled": False}]}


def _delete_cluster(parameters):
    name = parameters["name"]
    found = eks_store.cluster(name)
    for kind in (eks_nodes.NODE_GROUPS, eks_nodes.PROFILES):
        if found.kind(kind):
            raise ResourceInUseException(message=f"Cluster has {kind} attached")
    group = found.document["resourcesVpcConfig"]["clusterSecurityGroupId"]
    ec2_backends[ACCOUNT][REGION].delete_security_group(group_id=group)
    del eks_store.clusters()[name]
    return {"cluster": found.document | {"status": "DELETING"}}


def _update_cluster_config(parameters):
    document = eks_store.cluster(parameters["name"]).document
    for name in ("resourcesVpcConfig", "accessConfig", "upgradePolicy", "zonalShiftConfig"):
        document[name] = (document.get(name) or {}) | (parameters.get(name) or {})
    if parameters.get("logging"):
        document["logging"] = _logging(parameters["logging"])
    document |= eks_store.given(parameters, "deletionProtection")
    return {"update": eks_store.update("ConfigUpdate")}


def _update_cluster_version(parameters):
    eks_store.cluster(parameters["name"]).document["version"] = parameters["version"]
    return {"update": eks_store.update("VersionUpdate")}


def _untag_resource(parameters):
    tags = eks_store.tagged(parameters["resourceArn"]).get("tags") or {}
    for key in parameters["tagKeys"]:
        tags.pop(key, None)


def _tag_resource(parameters):
    document = eks_store.tagged(parameters["resourceArn"])
    document["tags"] = (document.get("tags") or {}) | parameters["tags"]


OPERATIONS |= {
    "create_cluster": _create_cluster,
    "describe_cluster": lambda parameters: {"cluster": eks_store.cluster(parameters["name"]).document},
    "list_clusters": lambda _: {"clusters": sorted(eks_store.clusters())},
    "delete_cluster": _delete_cluster,
    "update_cluster_config": _update_cluster_config,
    "update_cluster_version": _update_cluster_version,
    "describe_update": lambda parameters: {"update": eks_store.update("") | {"id": parameters["updateId"]}},
    "tag_resource": _tag_resource,
    "untag_resource": _untag_resource,
    "list_tags_for_resource": lambda parameters: {
        "tags": eks_store.tagged(parameters["resourceArn"]).get("tags") or {}
    },
}
