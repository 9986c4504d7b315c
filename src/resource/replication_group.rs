use crate::terraform::{Address, Body, list, number, text};

/// A Redis or Valkey server of `ElastiCache`, with replicas in other zones; one shard, as a plain client expects.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicationGroup {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// `valkey` or `redis`.
    pub engine: &'static str,
    /// Major and minor version.
    pub engine_version: String,
    /// The size of machine.
    pub node_type: String,
    /// Copies beside the primary.
    pub replicas: u32,
    /// Daily snapshots kept.
    pub snapshot_retention_days: u32,
    /// The subnets.
    pub subnet_group: Address,
    /// Its own security group.
    pub security_group: Address,
}

impl ReplicationGroup {
    /// The port that Redis clients use unless told otherwise.
    pub const PORT: u16 = 6379;

    pub(super) fn body(&self) -> Body {
        let failover = self.replicas > 0;
        Body::new()
            .attribute("replication_group_id", text(&self.id))
            .attribute("description", text(&self.description))
            .gap()
            .attribute("engine", text(self.engine))
            .attribute("engine_version", text(&self.engine_version))
            .attribute("node_type", text(&self.node_type))
            .attribute("port", number(Self::PORT))
            .gap()
            .attribute("num_cache_clusters", number(self.replicas + 1))
            .attribute("automatic_failover_enabled", failover)
            .attribute("multi_az_enabled", failover)
            .attribute("snapshot_retention_limit", number(self.snapshot_retention_days))
            .gap()
            .attribute("at_rest_encryption_enabled", true)
            .attribute("transit_encryption_enabled", true)
            .gap()
            .attribute("subnet_group_name", self.subnet_group.attribute("name"))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
    }
}
