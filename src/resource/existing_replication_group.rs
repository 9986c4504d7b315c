use super::ReplicationGroup;
use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, different, equal, number, text};

/// A replication group of `ElastiCache` that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingReplicationGroup {
    /// Its id.
    pub id: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
    /// Whether the code's client is one of clusters.
    pub is_cluster: bool,
}

impl ExistingReplicationGroup {
    /// The attribute with the address that a client connects to.
    #[must_use]
    pub const fn endpoint(is_cluster: bool) -> &'static str {
        if is_cluster { "configuration_endpoint_address" } else { "primary_endpoint_address" }
    }

    pub(super) fn body(&self) -> Body {
        let open = Demand::that(
            different(answer("auth_token_enabled"), true),
            "The group wants a password, which units do not have: who reaches it is decided by its security group.",
        );
        let wrong = if self.is_cluster {
            "The group is not in cluster mode, and the code's client is one of clusters."
        } else {
            "The group is in cluster mode, and the code's client is one of a single server."
        };
        let mode = Demand::some(Self::endpoint(self.is_cluster), wrong);
        let port = Demand::that(
            equal(answer("port"), number(ReplicationGroup::PORT)),
            format!("The group does not listen on port {}, the one that units are let out to.", ReplicationGroup::PORT),
        );
        let demands = [open, mode, port].into_iter().chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("replication_group_id", text(&self.id)), demands)
    }
}
