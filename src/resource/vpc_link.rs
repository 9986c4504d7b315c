use crate::terraform::{Address, Body, list, text};

/// The way of an API into a VPC.
#[derive(Debug, Clone, PartialEq)]
pub struct VpcLink {
    /// Its name.
    pub name: String,
    /// Where its network interfaces are.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
}

impl VpcLink {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
            .block(
                "lifecycle",
                super::replaced_first("A link cannot change its subnets, and one that an API uses cannot go."),
            )
    }
}
