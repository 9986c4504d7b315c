use crate::terraform::{Body, text};

/// An HTTP API of API Gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

impl Api {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("protocol_type", text("HTTP"))
    }
}
