use super::name_tag;
use crate::terraform::{Body, text};

/// A virtual private cloud.
#[derive(Debug, Clone, PartialEq)]
pub struct Vpc {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its addresses.
    pub cidr: String,
}

impl Vpc {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("cidr_block", text(&self.cidr))
            // Both are needed for private names of endpoints and caches to resolve.
            .attribute("enable_dns_support", true)
            .attribute("enable_dns_hostnames", true)
            .attribute("tags", name_tag(&self.name))
    }
}
