use crate::terraform::{Address, Body, text};

/// The route to everything outside a VPC.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The table that it is in.
    pub table: Address,
    /// What it leads through.
    pub through: Through,
}

/// What a route leads through.
#[derive(Debug, Clone, PartialEq)]
pub enum Through {
    /// The VPC's way to the internet.
    InternetGateway(Address),
    /// A gateway that stands for its subnets there.
    NatGateway(Address),
}

impl Route {
    pub(super) fn body(&self) -> Body {
        let body = Body::new()
            .attribute("route_table_id", self.table.attribute("id"))
            .attribute("destination_cidr_block", text("0.0.0.0/0"));
        match &self.through {
            Through::InternetGateway(gateway) => body.attribute("gateway_id", gateway.attribute("id")),
            Through::NatGateway(gateway) => body.attribute("nat_gateway_id", gateway.attribute("id")),
        }
    }
}
