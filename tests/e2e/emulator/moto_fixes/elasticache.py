"""ElastiCache replication groups, with endpoints that a real server can listen on."""

import inspect

from moto.core.responses import EmptyResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound, ReplicationGroupNotFound
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from . import addresses

DEFAULT_MAINTENANCE_WINDOW = "sun:05:00-sun:06:00"


def install() -> None:
    """Replaces creation and deletion of groups, and deletion of subnet groups (which moto does not have)."""
    create = ElastiCacheBackend.create_replication_group
    ElastiCacheBackend.create_replication_group = lambda self, **options: _create_group(self, create, options)
    ElastiCacheBackend.delete_replication_group = _delete_group
    ElastiCacheResponse.delete_cache_subnet_group = _delete_subnet_group


def _create_group(backend: ElastiCacheBackend, create, options: dict):
    """Adds what the provider waits for or reads back: endpoints, defaults, and the member clusters."""
    replicas = int(options.get("num_cache_clusters") or 1) - 1
    if replicas and not options.get("replicas_per_node_group"):
        options["replicas_per_node_group"] = replicas
    if _has_slots(options):
        options["cluster_mode"] = "enabled"
    group = create(backend, **options)
    endpoint = {"address": addresses.of(group.replication_group_id), "port": group.port}
    if group.cluster_enabled:
        group.configuration_endpoint = endpoint
    else:
        for node_group in group.node_groups:
            node_group |= {"primary_endpoint": endpoint, "reader_endpoint": endpoint}
    if group.transit_encryption_enabled and not group.transit_encryption_mode:
        group.transit_encryption_mode = "required"
    if group.auto_minor_version_upgrade is None:
        group.auto_minor_version_upgrade = True
    for number, member in enumerate(group.member_clusters):
        # The nodes of a cluster are known by themselves, too; the first answers at the configuration endpoint.
        own = {"address": addresses.of(member), "port": group.port} if group.cluster_enabled and number else endpoint
        _create_member(backend, group, member, own)
    return group


def _has_slots(options: dict) -> bool:
    """Whether it is a cluster, which the parameter group says where nothing else does.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Redis.html"""
    by_parameters = ".cluster.on" in (options.get("cache_parameter_group_name") or "")
    return by_parameters or int(options.get("num_node_groups") or 1) > 1


def _create_member(backend: ElastiCacheBackend, group, name: str, endpoint: dict) -> None:
    """The provider reads engine version, subnet group and more from the first member."""
    nothing = dict.fromkeys(list(inspect.signature(ElastiCacheBackend.create_cache_cluster).parameters)[1:])
    copied = {
        field: getattr(group, field)
        for field in (
            "replication_group_id",
            "engine",
            "engine_version",
            "cache_node_type",
            "cache_parameter_group_name",
            "cache_subnet_group_name",
            "security_group_ids",
            "port",
            "transit_encryption_enabled",
            "auto_minor_version_upgrade",
            "snapshot_window",
        )
    }
    window = group.preferred_maintenance_window or DEFAULT_MAINTENANCE_WINDOW
    lists = {"log_delivery_configurations": [], "preferred_maintenance_window": window}
    cluster = backend.create_cache_cluster(**nothing | copied | lists | {"cache_cluster_id": name})
    zone = f"{backend.region_name}a"
    family = cluster.cache_parameter_group_name or f"default.{group.engine}{(group.engine_version or '7')[0]}"
    cluster.engine_version = _three_parts(group.engine_version)
    cluster.replication_group_id = group.replication_group_id
    cluster.at_rest_encryption_enabled = group.at_rest_encryption_enabled
    cluster.preferred_availability_zone = zone
    cluster.security_groups = [{"security_group_id": one, "status": "active"} for one in cluster.security_group_ids]
    cluster.cache_parameter_group = {
        "cache_parameter_group_name": family,
        "parameter_apply_status": "in-sync",
        "cache_node_ids_to_reboot": [],
    }
    cluster.cache_nodes = [
        {
            "cache_node_id": "0001",
            "cache_node_status": "available",
            "customer_availability_zone": zone,
            "endpoint": endpoint,
        }
    ]


def _three_parts(version: str | None) -> str:
    """AWS reports `7.1.0` where `7.1` was asked for."""
    parts = (version or "7.1").split(".")
    return ".".join([*parts, "0", "0"][:3])


def _delete_group(self: ElastiCacheBackend, replication_group_id, retain_primary_cluster=None):
    """moto keeps a deleted group in state `deleting` for ever; the provider waits until it is gone."""
    group = self.replication_groups.pop(replication_group_id, None)
    if group is None:
        raise ReplicationGroupNotFound(replication_group_id)
    for member in group.member_clusters:
        self.cache_clusters.pop(member, None)
    group.status = "deleting"
    return group


def _delete_subnet_group(self: ElastiCacheResponse) -> EmptyResult:
    name = self._get_param("CacheSubnetGroupName")
    groups = self.elasticache_backend.cache_subnet_groups
    if name not in groups:
        raise CacheSubnetGroupNotFound(name)
    del groups[name]
    return EmptyResult()
