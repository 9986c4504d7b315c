"""MemoryDB clusters, with endpoints that real servers can listen on."""

import json

from moto.core.responses import ActionResult
from moto.memorydb.models import MemoryDBCluster
from moto.memorydb.responses import MemoryDBResponse

from . import addresses


def install() -> None:
    """moto gives clusters names that lead nowhere, knows no engine, and makes a replica where none is asked for."""
    shards, described = MemoryDBCluster.get_shard_details, MemoryDBCluster.to_dict
    create = MemoryDBResponse.create_cluster

    def with_addresses(cluster: MemoryDBCluster) -> list[dict]:
        made = shards(cluster)
        for shard in made:
            place = {"Address": addresses.of(f"memorydb/{cluster.cluster_name}/{shard['Name']}"), "Port": cluster.port}
            shard["Nodes"][0]["Endpoint"] = place
        return made

    def as_asked_for(cluster: MemoryDBCluster) -> dict:
        return described(cluster) | getattr(cluster, "asked_for", {})

    def create_cluster(response: MemoryDBResponse) -> ActionResult:
        create(response)
        asked = json.loads(response.body)
        cluster = response.memorydb_backend.clusters[asked["ClusterName"]]
        cluster.num_replicas_per_shard = asked["NumReplicasPerShard"]
        cluster.shards = cluster.get_shard_details()
        # The first shard answers at the address of all.
        cluster.cluster_endpoint = cluster.shards[0]["Nodes"][0]["Endpoint"]
        version = asked["EngineVersion"]
        cluster.asked_for = {"Engine": asked["Engine"], "EngineVersion": version, "EnginePatchVersion": f"{version}.0"}
        return ActionResult({"Cluster": cluster.to_dict()})

    MemoryDBCluster.get_shard_details = with_addresses
    MemoryDBCluster.to_dict = as_asked_for
    MemoryDBResponse.create_cluster = create_cluster
