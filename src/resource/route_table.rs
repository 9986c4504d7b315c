use super::name_tag;
use crate::terraform::{Address, Body};

/// A table of routes without any inside: each route is a resource of its own, so that each can say why it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteTable {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
}

impl RouteTable {
    pub(super) fn body(&self) -> Body {
        Body::new().attribute("vpc_id", self.vpc.attribute("id")).attribute("tags", name_tag(&self.name))
    }
}
