use super::RestPlace;
use crate::terraform::{Address, Body, text};

/// A method of one path of a REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct RestMethod {
    /// The API.
    pub api: Address,
    /// The path.
    pub place: RestPlace,
    /// The method, or `ANY`.
    pub method: &'static str,
}

impl RestMethod {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .attribute("resource_id", self.place.id())
            .attribute("http_method", text(self.method))
            // As of a route of an HTTP API: the directive says that the gateway is public.
            .attribute("authorization", text("NONE"))
    }
}
