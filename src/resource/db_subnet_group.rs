use crate::terraform::{Address, Body, list, text};

/// The subnets that RDS puts servers into.
#[derive(Debug, Clone, PartialEq)]
pub struct DbSubnetGroup {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The subnets.
    pub subnets: Vec<Address>,
}

impl DbSubnetGroup {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
    }
}
