use super::existing::{Demand, answer, demanding};
use super::{MemorydbCluster, ReplicationGroup};
use crate::terraform::{Body, equal, number, text};

/// A cluster of `MemoryDB` that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingMemorydbCluster {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
    /// Whether the code's client is one of clusters.
    pub is_cluster: bool,
}

impl ExistingMemorydbCluster {
    pub(super) fn body(&self) -> Body {
        let encrypted = Demand::that(answer("tls_enabled"), "The cluster does not encrypt what comes and goes.");
        let open = Demand::that(
            equal(answer("acl_name"), text(MemorydbCluster::ACL)),
            "The cluster has users, whose passwords units do not have: who reaches it is decided by its security group.",
        );
        let port = Demand::that(
            equal(answer("port"), number(ReplicationGroup::PORT)),
            format!(
                "The cluster does not listen on port {}, the one that units are let out to.",
                ReplicationGroup::PORT
            ),
        );
        // As of one that is made: it has no address of the primary.
        let alone = (!self.is_cluster).then(|| {
            let wrong = "The cluster has more than one server, and the code's client is one of a single server.";
            [("num_shards", 1_u32), ("num_replicas_per_shard", 0)]
                .map(|(name, count)| Demand::that(equal(answer(name), number(count)), wrong))
        });
        let demands = [encrypted, open, port].into_iter().chain(alone.into_iter().flatten());
        let demands = demands.chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("name", text(&self.name)), demands)
    }
}
