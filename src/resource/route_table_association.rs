use crate::terraform::{Address, Body};

/// The table of routes that a subnet goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteTableAssociation {
    /// The subnet.
    pub subnet: Address,
    /// The table.
    pub table: Address,
}

impl RouteTableAssociation {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("subnet_id", self.subnet.attribute("id"))
            .attribute("route_table_id", self.table.attribute("id"))
    }
}
