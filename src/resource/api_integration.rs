use super::LbListenerRule;
use crate::terraform::{Address, Body, Key, list, object, text};

/// What an HTTP API hands its requests to.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiIntegration {
    /// The API.
    pub api: Address,
    /// What answers.
    pub integration: Integration,
}

/// What answers an API's requests.
#[derive(Debug, Clone, PartialEq)]
pub enum Integration {
    /// A Lambda function.
    Function {
        /// The function.
        function: Address,
        /// What lets the API call it.
        permissions: Vec<Address>,
    },
    /// A listener inside a VPC:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html>.
    Private {
        /// The way into the VPC.
        link: Address,
        /// The listener of a load balancer there.
        listener: Address,
        /// The unit's name and the rule of the listener that knows it, where the listener serves several.
        rule: Option<(String, Address)>,
    },
}

impl ApiIntegration {
    pub(super) fn body(&self) -> Body {
        let body = Body::new().attribute("api_id", self.api.attribute("id"));
        let body = match &self.integration {
            Integration::Function { function, permissions } => body
                .attribute("integration_type", text("AWS_PROXY"))
                // How API Gateway calls Lambda, whatever the method of the request.
                .attribute("integration_method", text("POST"))
                .attribute("integration_uri", function.attribute("invoke_arn"))
                .attribute("payload_format_version", text("2.0"))
                .comment(
                    "No request comes before it may, nor after that: when the unit moves, the permission goes last.",
                )
                .attribute("depends_on", list(permissions.iter().map(Address::whole))),
            Integration::Private { link, listener, rule } => {
                let body = body
                    .attribute("integration_type", text("HTTP_PROXY"))
                    .attribute("integration_method", text("ANY"))
                    .attribute("integration_uri", listener.attribute("arn"))
                    .attribute("connection_type", text("VPC_LINK"))
                    .attribute("connection_id", link.attribute("id"))
                    .attribute("payload_format_version", text("1.0"));
                match rule {
                    Some((unit, rule)) => {
                        let header = Key::Text(format!("overwrite:header.{}", LbListenerRule::HEADER));
                        body.attribute("request_parameters", object([(header, text(unit))]))
                            .comment("Until the rule is there, the listener hands all requests to one unit.")
                            .attribute("depends_on", list([rule.whole()]))
                    }
                    None => body,
                }
            }
        };
        body.block(
            "lifecycle",
            super::replaced_first(
                "Routes that use it, as when the unit moves elsewhere, move to the new one before it can go.",
            ),
        )
    }
}
