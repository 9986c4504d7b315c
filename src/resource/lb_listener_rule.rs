use crate::terraform::{Address, Body, list, number, text};

/// Hands some of a listener's requests to one target group.
#[derive(Debug, Clone, PartialEq)]
pub struct LbListenerRule {
    /// The listener.
    pub listener: Address,
    /// Which requests.
    pub requests: LbRequests,
    /// The target group.
    pub target_group: Address,
}

/// Some of the requests that a listener takes.
#[derive(Debug, Clone, PartialEq)]
pub enum LbRequests {
    /// Those that name this unit in [`HEADER`](LbListenerRule::HEADER).
    For(String),
    /// Those to paths like these.
    To {
        /// Where the rule stands among the others, from 1: the first one that fits counts.
        priority: u32,
        /// The paths, with `*` for any characters.
        paths: Vec<String>,
        /// The methods; empty for all.
        methods: Vec<&'static str>,
    },
}

impl LbListenerRule {
    /// The header that names the unit a request is for. API Gateway sets it, over what a client may have sent.
    pub const HEADER: &'static str = "X-Inferra-Unit";

    pub(super) fn body(&self) -> Body {
        let forward = Body::new()
            .attribute("type", text("forward"))
            .attribute("target_group_arn", self.target_group.attribute("arn"));
        let body = Body::new().attribute("listener_arn", self.listener.attribute("arn"));
        match &self.requests {
            LbRequests::For(unit) => {
                let header = Body::new()
                    .attribute("http_header_name", text(Self::HEADER))
                    .attribute("values", list([text(unit)]));
                body.block("action", forward).block("condition", Body::new().block("http_header", header))
            }
            LbRequests::To { priority, paths, methods } => {
                let values = |values: Vec<&str>| Body::new().attribute("values", list(values.into_iter().map(text)));
                let paths = values(paths.iter().map(String::as_str).collect());
                let body = body
                    .attribute("priority", number(*priority))
                    .block("action", forward)
                    .block("condition", Body::new().block("path_pattern", paths));
                if methods.is_empty() {
                    return body;
                }
                body.block("condition", Body::new().block("http_request_method", values(methods.clone())))
            }
        }
    }
}
