use crate::terraform::{Address, Body, Mode, list, text};

/// A REST API of API Gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct RestApi {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// From where it answers.
    pub endpoint: RestEndpoint,
}

/// From where a REST API answers: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestEndpoint {
    /// From its region.
    Regional,
    /// From the nearest place of `CloudFront`.
    Edge,
}

impl RestApi {
    /// The address that it will have under the name `name`.
    #[must_use]
    pub fn at(name: &str) -> Address {
        Address::new(Mode::Managed, "aws_api_gateway_rest_api", name)
    }

    pub(super) fn body(&self) -> Body {
        let kind = match self.endpoint {
            RestEndpoint::Regional => "REGIONAL",
            RestEndpoint::Edge => "EDGE",
        };
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .comment("Every body passes as the bytes that it is, in both directions: without this, bytes that are no text are lost.")
            .attribute("binary_media_types", list([text("*/*")]))
            .block("endpoint_configuration", Body::new().attribute("types", list([text(kind)])))
    }
}
