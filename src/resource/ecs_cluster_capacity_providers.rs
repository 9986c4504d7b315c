use crate::terraform::{Address, Body, list, number, text};

/// That a cluster has Fargate's machines, and no others.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsClusterCapacityProviders {
    /// The cluster.
    pub cluster: Address,
}

/// Fargate's name among the providers of machines. Not `FARGATE_SPOT`, whose machines can be taken back at any time.
pub(super) const FARGATE: &str = "FARGATE";

impl EcsClusterCapacityProviders {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("cluster_name", self.cluster.attribute("name"))
            .attribute("capacity_providers", list([text(FARGATE)]))
            .block("default_capacity_provider_strategy", strategy())
    }
}

/// Fargate for everything.
pub(super) fn strategy() -> Body {
    Body::new().attribute("capacity_provider", text(FARGATE)).attribute("weight", number(1_u32))
}
