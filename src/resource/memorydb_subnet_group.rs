use crate::terraform::{Address, Body, list, text};

/// The subnets that `MemoryDB` puts nodes into.
#[derive(Debug, Clone, PartialEq)]
pub struct MemorydbSubnetGroup {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The subnets.
    pub subnets: Vec<Address>,
}

impl MemorydbSubnetGroup {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
    }
}
