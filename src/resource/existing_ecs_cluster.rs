use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, equal, text};

/// A cluster of ECS that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingEcsCluster {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
}

impl ExistingEcsCluster {
    pub(super) fn body(&self) -> Body {
        let active = Demand::that(equal(answer("status"), text("ACTIVE")), "The cluster takes no services.");
        let demands = std::iter::once(active).chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("cluster_name", text(&self.name)), demands)
    }
}
