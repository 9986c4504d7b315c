use super::name_tag;
use crate::terraform::{Address, Body, text};

/// A private subnet: nothing routes from it to the internet or back.
#[derive(Debug, Clone, PartialEq)]
pub struct Subnet {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
    /// Its addresses.
    pub cidr: String,
    /// The data source of zones.
    pub zones: Address,
    /// Which of the zones.
    pub zone: usize,
}

impl Subnet {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("vpc_id", self.vpc.attribute("id"))
            .attribute("cidr_block", text(&self.cidr))
            .attribute("availability_zone", self.zones.attribute("names").element(self.zone))
            .attribute("tags", name_tag(&self.name))
    }
}
