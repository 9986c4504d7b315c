use super::name_tag;
use crate::terraform::{Address, Body, list, text};

/// A public address that stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Eip {
    /// The value of its `Name` tag.
    pub name: String,
    /// The way to the internet of the VPC that it is for.
    pub internet_gateway: Address,
}

impl Eip {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("domain", text("vpc"))
            .attribute("tags", name_tag(&self.name))
            .comment("A VPC that still has public addresses cannot let go of its way to the internet.")
            .attribute("depends_on", list([self.internet_gateway.whole()]))
    }
}
