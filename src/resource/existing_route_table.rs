use super::existing::{Demand, answer, demanding};
use crate::terraform::{Address, Body, equal, text};

/// A route table that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingRouteTable {
    /// Its id.
    pub id: String,
    /// The VPC that it has to be of.
    pub vpc: Address,
}

impl ExistingRouteTable {
    pub(super) fn body(&self) -> Body {
        let inside = Demand::that(
            equal(answer("vpc_id"), self.vpc.attribute("id")),
            "The route table is of another VPC than the one adopted.",
        );
        demanding(Body::new().attribute("route_table_id", text(&self.id)), [inside])
    }
}
