use super::name_tag;
use crate::terraform::{Address, Body, text};

/// A security group without inline rules: each rule is a resource of its own, so that each can say why it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityGroup {
    /// Its name.
    pub name: String,
    /// What it is for. AWS cannot change it later, so it holds nothing that changes.
    pub description: String,
    /// Its VPC.
    pub vpc: Address,
}

impl SecurityGroup {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("vpc_id", self.vpc.attribute("id"))
            .attribute("tags", name_tag(&self.name))
    }
}
