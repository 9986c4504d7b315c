use crate::terraform::{Address, Body, text};

/// A domain that only a VPC resolves.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceDiscoveryNamespace {
    /// The domain.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The VPC.
    pub vpc: Address,
}

impl ServiceDiscoveryNamespace {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("vpc", self.vpc.attribute("id"))
    }
}
