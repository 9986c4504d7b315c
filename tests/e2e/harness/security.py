"""Whether security groups let a container connect to a store, as they are in the emulator now."""

from dataclasses import dataclass

from emulator import security_groups
from emulator.security_groups import Peer, Rule

from .cloud import Cloud

CACHE, SERVERLESS, MEMORY = "elasticache/", "serverless/", "memorydb/"
DATABASE, DATABASES = "rds/", "rds-cluster/"


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
    """Address, port and name of every place where a store answers."""
    groups = cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    found = [
        (address, _port(group), f"{CACHE}{group['ReplicationGroupId']}")
        for group in groups
        for address in endpoints(cloud, group)
    ]
    found += [
        (cache["Endpoint"]["Address"], cache["Endpoint"]["Port"], SERVERLESS + cache["ServerlessCacheName"])
        for cache in serverless_caches(cloud)
    ]
    found += [
        (address, cluster["ClusterEndpoint"]["Port"], MEMORY + cluster["Name"])
        for cluster in memory_clusters(cloud)
        for address in shards(cluster)
    ]
    return found + [(one.address, one.port, name) for name, one in databases(cloud).items()]


def serverless_caches(cloud: Cloud) -> list[dict]:
    """Those of ElastiCache Serverless."""
    return cloud.client("elasticache").describe_serverless_caches()["ServerlessCaches"]


def memory_clusters(cloud: Cloud) -> list[dict]:
    """Those of MemoryDB."""
    return cloud.client("memorydb").describe_clusters(ShowShardDetails=True)["Clusters"]


def shards(cluster: dict) -> list[str]:
    """The address of each shard's primary; the first is that of the cluster."""
    found = [shard["Nodes"][0]["Endpoint"]["Address"] for shard in cluster["Shards"]]
    assert found[0] == cluster["ClusterEndpoint"]["Address"], cluster
    return found


@dataclass(frozen=True)
class Database:
    """A server or a cluster of RDS, as its clients see it."""

    engine: str
    address: str
    port: int
    name: str | None
    secret: str


def databases(cloud: Cloud) -> dict[str, Database]:
    """What RDS has, without the servers of clusters: a client is told the address of the cluster."""
    rds, found = cloud.client("rds"), {}
    for one in rds.describe_db_instances()["DBInstances"]:
        if not one.get("DBClusterIdentifier"):
            place, secret = one["Endpoint"], one["MasterUserSecret"]["SecretArn"]
            known = Database(one["Engine"], place["Address"], place["Port"], one.get("DBName"), secret)
            found[DATABASE + one["DBInstanceIdentifier"]] = known
    for one in rds.describe_db_clusters()["DBClusters"]:
        # Without a server, its address leads nowhere.
        if one["DBClusterMembers"]:
            secret = one["MasterUserSecret"]["SecretArn"]
            known = Database(one["Engine"], one["Endpoint"], one["Port"], one.get("DatabaseName"), secret)
            found[DATABASES + one["DBClusterIdentifier"]] = known
    return found


def _port(group: dict) -> int:
    return (group.get("ConfigurationEndpoint") or group["NodeGroups"][0]["PrimaryEndpoint"])["Port"]


def endpoints(cloud: Cloud, group: dict) -> list[str]:
    """The addresses at which a replication group answers: for a cluster, those of the nodes that have slots."""
    if not group["ClusterEnabled"]:
        return [group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]]
    first = {one["NodeGroupMembers"][0]["CacheClusterId"] for one in group["NodeGroups"]}
    elasticache, found = cloud.client("elasticache"), []
    for member in sorted(first):
        described = elasticache.describe_cache_clusters(CacheClusterId=member, ShowCacheNodeInfo=True)
        found.append(described["CacheClusters"][0]["CacheNodes"][0]["Endpoint"]["Address"])
    assert found[0] == group["ConfigurationEndpoint"]["Address"], (found, group)
    return found


def store(cloud: Cloud, name: str) -> Peer:
    """A store as something in the VPC."""
    if name.startswith(DATABASE):
        rds = cloud.client("rds")
        [found] = rds.describe_db_instances(DBInstanceIdentifier=name.removeprefix(DATABASE))["DBInstances"]
        groups = [one["VpcSecurityGroupId"] for one in found["VpcSecurityGroups"]]
        return peer(cloud, name, groups, [one["SubnetIdentifier"] for one in found["DBSubnetGroup"]["Subnets"]])
    if name.startswith(DATABASES):
        rds = cloud.client("rds")
        [found] = rds.describe_db_clusters(DBClusterIdentifier=name.removeprefix(DATABASES))["DBClusters"]
        [subnets] = rds.describe_db_subnet_groups(DBSubnetGroupName=found["DBSubnetGroup"])["DBSubnetGroups"]
        groups = [one["VpcSecurityGroupId"] for one in found["VpcSecurityGroups"]]
        return peer(cloud, name, groups, [one["SubnetIdentifier"] for one in subnets["Subnets"]])
    if name.startswith(SERVERLESS):
        [found] = [one for one in serverless_caches(cloud) if name == SERVERLESS + one["ServerlessCacheName"]]
        return peer(cloud, name, found["SecurityGroupIds"], found["SubnetIds"])
    if name.startswith(MEMORY):
        [found] = [one for one in memory_clusters(cloud) if one["Name"] == name.removeprefix(MEMORY)]
        [subnets] = cloud.client("memorydb").describe_subnet_groups(SubnetGroupName=found["SubnetGroupName"])[
            "SubnetGroups"
        ]
        groups = [one["SecurityGroupId"] for one in found["SecurityGroups"]]
        return peer(cloud, name, groups, [one["Identifier"] for one in subnets["Subnets"]])
    elasticache = cloud.client("elasticache")
    [group] = elasticache.describe_replication_groups(ReplicationGroupId=name.removeprefix(CACHE))["ReplicationGroups"]
    found = elasticache.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])["CacheClusters"][0]
    [subnets] = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName=found["CacheSubnetGroupName"])[
        "CacheSubnetGroups"
    ]
    groups = [one["SecurityGroupId"] for one in found["SecurityGroups"]]
    return peer(cloud, name, groups, [one["SubnetIdentifier"] for one in subnets["Subnets"]])
