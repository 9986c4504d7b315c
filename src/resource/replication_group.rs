use crate::terraform::{Address, Body, list, number, text};

/// Redis or Valkey servers of `ElastiCache`, with replicas in other zones.
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
    /// How the keys are spread.
    pub shards: Shards,
    /// Copies beside each primary.
    pub replicas: u32,
    /// Daily snapshots kept.
    pub snapshot_retention_days: u32,
    /// The subnets.
    pub subnet_group: Address,
    /// Its own security group.
    pub security_group: Address,
}

/// How the keys of a replication group are spread.
#[derive(Debug, Clone, PartialEq)]
pub enum Shards {
    /// All on one server, as a plain client expects.
    One,
    /// Over so many servers, as a client of clusters expects.
    Cluster(u32),
}

impl ReplicationGroup {
    /// The port that Redis clients use unless told otherwise.
    pub const PORT: u16 = 6379;

    pub(super) fn body(&self) -> Body {
        let copies = self.replicas > 0;
        let body = Body::new()
            .attribute("replication_group_id", text(&self.id))
            .attribute("description", text(&self.description))
            .gap()
            .attribute("engine", text(self.engine))
            .attribute("engine_version", text(&self.engine_version))
            .attribute("node_type", text(&self.node_type))
            .attribute("port", number(Self::PORT));
        let body = match self.shards {
            Shards::One => body.gap().attribute("num_cache_clusters", number(self.replicas + 1)),
            Shards::Cluster(count) => body
                .attribute("parameter_group_name", text(self.parameters_of_clusters()))
                .gap()
                .attribute("num_node_groups", number(count))
                .attribute("replicas_per_node_group", number(self.replicas)),
        };
        // ElastiCache has no cluster without failover:
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html.
        let failover = copies || matches!(self.shards, Shards::Cluster(_));
        body.attribute("automatic_failover_enabled", failover)
            .attribute("multi_az_enabled", copies)
            .attribute("snapshot_retention_limit", number(self.snapshot_retention_days))
            .gap()
            .attribute("at_rest_encryption_enabled", true)
            .attribute("transit_encryption_enabled", true)
            .gap()
            .attribute("subnet_group_name", self.subnet_group.attribute("name"))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
    }

    /// AWS's own parameters of clusters, whose name goes by the engine's major version, with `.x` for version 6:
    /// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html>.
    fn parameters_of_clusters(&self) -> String {
        let major = self.engine_version.split('.').next().unwrap_or_default();
        let family = if major == "6" { "6.x" } else { major };
        format!("default.{}{family}.cluster.on", self.engine)
    }
}
