use crate::terraform::{Address, Body, text};

/// What an HTTP API hands its requests to: one Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiIntegration {
    /// The API.
    pub api: Address,
    /// The function.
    pub function: Address,
}

impl ApiIntegration {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("api_id", self.api.attribute("id"))
            .attribute("integration_type", text("AWS_PROXY"))
            // How API Gateway calls Lambda, whatever the method of the request.
            .attribute("integration_method", text("POST"))
            .attribute("integration_uri", self.function.attribute("invoke_arn"))
            .attribute("payload_format_version", text("2.0"))
    }
}
