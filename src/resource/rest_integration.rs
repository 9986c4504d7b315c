use super::RestPlace;
use crate::terraform::{Address, Body, list, text};

/// The function that answers a method of a REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct RestIntegration {
    /// The API.
    pub api: Address,
    /// The path.
    pub place: RestPlace,
    /// The method.
    pub method: Address,
    /// The function.
    pub function: Address,
    /// What lets the API call it.
    pub permissions: Vec<Address>,
}

impl RestIntegration {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .attribute("resource_id", self.place.id())
            .attribute("http_method", self.method.attribute("http_method"))
            .attribute("type", text("AWS_PROXY"))
            // How API Gateway calls Lambda, whatever the method of the request.
            .attribute("integration_http_method", text("POST"))
            .attribute("uri", self.function.attribute("invoke_arn"))
            .comment("No request comes before it may.")
            .attribute("depends_on", list(self.permissions.iter().map(Address::whole)))
    }
}
