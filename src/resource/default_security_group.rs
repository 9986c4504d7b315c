use super::name_tag;
use crate::terraform::{Address, Body};

/// The security group that every VPC is born with, taken over to be left without a single rule.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultSecurityGroup {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
}

impl DefaultSecurityGroup {
    pub(super) fn body(&self) -> Body {
        Body::new().attribute("vpc_id", self.vpc.attribute("id")).attribute("tags", name_tag(&self.name))
    }
}
