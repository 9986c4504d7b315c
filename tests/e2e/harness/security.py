"""Whether security groups let a container connect to a store, as they are in the emulator now."""

from emulator import security_groups
from emulator.security_groups import Peer, Rule

from .cloud import Cloud


def peer(cloud: Cloud, name: str, group_ids: list[str], subnet_ids: list[str]) -> Peer:
    """Something with those groups, in one of those subnets."""
    ec2 = cloud.client("ec2")
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": group_ids}])["SecurityGroupRules"]
    networks = [subnet["CidrBlock"] for subnet in ec2.describe_subnets(SubnetIds=subnet_ids)["Subnets"]]
    return Peer(name, frozenset(group_ids), tuple(networks), tuple(map(_rule, found)))


def connects(source: Peer, target: Peer, port: int) -> bool:
    """Whether both sides permit it."""
    return security_groups.refusal(source, target, port) is None


def _rule(rule: dict) -> Rule:
    return Rule.of(
        egress=rule["IsEgress"],
        protocol=rule["IpProtocol"],
        ports=(rule.get("FromPort"), rule.get("ToPort")),
        cidr=rule.get("CidrIpv4"),
        group=rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    )


def stores(cloud: Cloud) -> list[tuple[str, int, str]]:
    """Address, port and name of every store."""
    groups = cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    endpoints = [(group["NodeGroups"][0]["PrimaryEndpoint"], group["ReplicationGroupId"]) for group in groups]
    return [(endpoint["Address"], endpoint["Port"], name) for endpoint, name in endpoints]


def store(cloud: Cloud, name: str) -> Peer:
    """A store as something in the VPC."""
    elasticache = cloud.client("elasticache")
    [group] = elasticache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    found = elasticache.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])["CacheClusters"][0]
    [subnets] = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName=found["CacheSubnetGroupName"])[
        "CacheSubnetGroups"
    ]
    groups = [one["SecurityGroupId"] for one in found["SecurityGroups"]]
    return peer(cloud, name, groups, [one["SubnetIdentifier"] for one in subnets["Subnets"]])
