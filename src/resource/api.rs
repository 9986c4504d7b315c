use super::Resource;
use crate::terraform::{Address, Body, text};

/// An HTTP API of API Gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

impl Api {
    /// The address that it will have under the name `name`.
    #[must_use]
    pub fn at(name: &str) -> Address {
        Resource::from(Self { name: String::new(), description: String::new() }).address(name)
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("protocol_type", text("HTTP"))
    }
}
