use super::name_tag;
use crate::terraform::{Address, Body};

/// The way between a VPC and the internet.
#[derive(Debug, Clone, PartialEq)]
pub struct InternetGateway {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
}

impl InternetGateway {
    pub(super) fn body(&self) -> Body {
        Body::new().attribute("vpc_id", self.vpc.attribute("id")).attribute("tags", name_tag(&self.name))
    }
}
