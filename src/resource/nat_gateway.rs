use super::name_tag;
use crate::terraform::{Address, Body, list};

/// Lets private subnets open connections to the internet, and nobody there open one to them.
#[derive(Debug, Clone, PartialEq)]
pub struct NatGateway {
    /// The value of its `Name` tag.
    pub name: String,
    /// The public subnet that it stands in.
    pub subnet: Address,
    /// The public address that its connections come from.
    pub address: Address,
    /// The way to the internet of its VPC.
    pub internet_gateway: Address,
}

impl NatGateway {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("subnet_id", self.subnet.attribute("id"))
            .attribute("allocation_id", self.address.attribute("id"))
            .attribute("tags", name_tag(&self.name))
            .comment("It works through the VPC's own way to the internet, which has to be there first and go last.")
            .attribute("depends_on", list([self.internet_gateway.whole()]))
    }
}
