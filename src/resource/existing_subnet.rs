use super::existing::{Demand, answer, demanding};
use crate::terraform::{Address, Body, Expression, call, call_with, equal, list, number, text};

/// A subnet that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingSubnet {
    /// Its id.
    pub id: String,
    /// The VPC that it has to be in.
    pub vpc: Address,
    /// Whether the internet reaches what is in it.
    pub public: bool,
    /// The other subnets, of the last one: each has to be in a zone of its own.
    pub others: Vec<Address>,
}

impl ExistingSubnet {
    pub(super) fn body(&self) -> Body {
        let inside = Demand::that(
            equal(answer("vpc_id"), self.vpc.attribute("id")),
            "The subnet is in another VPC than the one adopted.",
        );
        // Whether a public one does so, too, says nothing of its routes.
        let private = (!self.public).then(|| {
            Demand::that(
                equal(answer("map_public_ip_on_launch"), false),
                "The subnet gives public addresses to what starts in it: name private ones.",
            )
        });
        let zones = (!self.others.is_empty()).then(|| {
            let zones = self.others.iter().map(|other| other.attribute("availability_zone"));
            let zones = list(zones.chain([answer("availability_zone")]));
            let count: Expression = call("length", call_with("distinct", [zones]));
            let named = u32::try_from(self.others.len() + 1).unwrap_or(u32::MAX);
            Demand::that(
                equal(count, number(named)),
                "Two of the subnets are in one zone: load balancers, endpoints and file systems take one in each.",
            )
        });
        demanding(Body::new().attribute("id", text(&self.id)), [inside].into_iter().chain(private).chain(zones))
    }
}
