use super::ReplicationGroup;
use crate::terraform::{Address, Body, Reference, list, number, text};

/// A cluster of `MemoryDB`: Redis or Valkey servers that keep every write in a log of several zones. It is encrypted at rest
/// whatever is said: <https://docs.aws.amazon.com/memorydb/latest/devguide/at-rest-encryption.html>.
#[derive(Debug, Clone, PartialEq)]
pub struct MemorydbCluster {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `valkey` or `redis`.
    pub engine: &'static str,
    /// Major and minor version.
    pub engine_version: String,
    /// The size of machine.
    pub node_type: String,
    /// The number of primaries, which share the keys.
    pub shards: u32,
    /// Copies beside each primary.
    pub replicas: u32,
    /// Daily snapshots kept.
    pub snapshot_retention_days: u32,
    /// The subnets.
    pub subnet_group: Address,
    /// Its own security group.
    pub security_group: Address,
}

impl MemorydbCluster {
    /// Lets in everyone who reaches it.
    pub(super) const ACL: &str = "open-access";

    /// The address that all its nodes have.
    #[must_use]
    pub fn host(cluster: &Address) -> Reference {
        cluster.attribute("cluster_endpoint").element(0).attribute("address")
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .gap()
            .attribute("engine", text(self.engine))
            .attribute("engine_version", text(&self.engine_version))
            .attribute("node_type", text(&self.node_type))
            .attribute("port", number(ReplicationGroup::PORT))
            .gap()
            .attribute("num_shards", number(self.shards))
            .attribute("num_replicas_per_shard", number(self.replicas))
            .attribute("snapshot_retention_limit", number(self.snapshot_retention_days))
            .gap()
            .attribute("tls_enabled", true)
            .comment("Clients have no password: who reaches it at all is decided by its security group.")
            .attribute("acl_name", text(Self::ACL))
            .gap()
            .attribute("subnet_group_name", self.subnet_group.attribute("name"))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
    }
}
