use super::existing::{Demand, answer, demanding};
use crate::terraform::{Address, Body, equal, text};

/// A cluster of EKS that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingEksCluster {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
    /// The VPC that it has to be in.
    pub vpc: Address,
}

impl ExistingEksCluster {
    pub(super) fn body(&self) -> Body {
        let active = Demand::that(equal(answer("status"), text("ACTIVE")), "The cluster runs no pods now.");
        let vpc = answer("vpc_config").element(0).attribute("vpc_id");
        let inside =
            Demand::that(equal(vpc, self.vpc.attribute("id")), "The cluster is in another VPC than the one adopted.");
        let demands = [active, inside].into_iter().chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("name", text(&self.name)), demands)
    }
}
