use crate::terraform::{Address, Body, list, text};

/// A load balancer for HTTP that only its VPC reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Lb {
    /// Its name.
    pub name: String,
    /// Subnets in different zones.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
}

impl Lb {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("load_balancer_type", text("application"))
            .attribute("internal", true)
            .attribute("subnets", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_groups", list([self.security_group.attribute("id")]))
            .comment("Two readers of one malformed header may see two requests: a header whose name has other characters than letters, digits and hyphens is dropped.")
            .attribute("drop_invalid_header_fields", true)
    }
}
