use crate::terraform::{Address, Body, Key, call, list, object, text};

/// The stage of a REST API: what is served at its address, below its name.
#[derive(Debug, Clone, PartialEq)]
pub struct RestStage {
    /// The API.
    pub api: Address,
    /// Its name.
    pub name: String,
    /// What it serves.
    pub deployment: Address,
    /// Where requests are logged.
    pub log_group: Address,
    /// What lets API Gateway write logs, where that is made here.
    pub account: Option<Address>,
}

/// As of an HTTP API: no headers, no query strings, no bodies, and the path of the resource instead of the request's.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>
const ACCESS_LOG: [(&str, &str); 10] = [
    ("requestId", "$context.requestId"),
    ("requestTime", "$context.requestTime"),
    ("sourceIp", "$context.identity.sourceIp"),
    ("userAgent", "$context.identity.userAgent"),
    ("method", "$context.httpMethod"),
    ("resourcePath", "$context.resourcePath"),
    ("status", "$context.status"),
    ("responseLength", "$context.responseLength"),
    ("responseLatency", "$context.responseLatency"),
    ("integrationError", "$context.integration.error"),
];

impl RestStage {
    pub(super) fn body(&self) -> Body {
        let format = object(ACCESS_LOG.map(|(key, variable)| (Key::Name(key), text(variable))));
        let body = Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .attribute("stage_name", text(&self.name))
            .attribute("deployment_id", self.deployment.attribute("id"))
            .block(
                "access_log_settings",
                Body::new()
                    .attribute("destination_arn", self.log_group.attribute("arn"))
                    .attribute("format", call("jsonencode", format)),
            );
        match &self.account {
            Some(account) => body
                .comment("A stage with logs is refused before API Gateway may write any.")
                .attribute("depends_on", list([account.whole()])),
            None => body,
        }
    }
}
