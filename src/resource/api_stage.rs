use crate::terraform::{Address, Body, Key, call, object, text};

/// The stage of an HTTP API that serves without a prefix in the path.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiStage {
    /// The API.
    pub api: Address,
    /// Where requests are logged.
    pub log_group: Address,
}

/// What an access log line holds: facts about the request and its outcome, no headers, no query strings, no bodies.
/// The route stands for the path, whose parameters may be personal (`/users/alice`).
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html>
const ACCESS_LOG: [(&str, &str); 10] = [
    ("requestId", "$context.requestId"),
    ("requestTime", "$context.requestTime"),
    ("sourceIp", "$context.identity.sourceIp"),
    ("userAgent", "$context.identity.userAgent"),
    ("method", "$context.httpMethod"),
    ("routeKey", "$context.routeKey"),
    ("status", "$context.status"),
    ("responseLength", "$context.responseLength"),
    ("responseLatency", "$context.responseLatency"),
    ("integrationError", "$context.integrationErrorMessage"),
];

impl ApiStage {
    /// The name that serves at the root of the API's address.
    pub const NAME: &'static str = "$default";

    pub(super) fn body(&self) -> Body {
        let format = object(ACCESS_LOG.map(|(key, variable)| (Key::Name(key), text(variable))));
        Body::new()
            .attribute("api_id", self.api.attribute("id"))
            .attribute("name", text(Self::NAME))
            .attribute("auto_deploy", true)
            .block(
                "access_log_settings",
                Body::new()
                    .attribute("destination_arn", self.log_group.attribute("arn"))
                    .attribute("format", call("jsonencode", format)),
            )
    }
}
