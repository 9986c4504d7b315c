use crate::terraform::{Address, Body, list, text};

/// Hands the requests with one value of [`HEADER`](Self::HEADER) to one target group.
#[derive(Debug, Clone, PartialEq)]
pub struct LbListenerRule {
    /// The listener.
    pub listener: Address,
    /// The value.
    pub unit: String,
    /// The target group.
    pub target_group: Address,
}

impl LbListenerRule {
    /// The header that names the unit a request is for. API Gateway sets it, over what a client may have sent.
    pub const HEADER: &'static str = "X-Inferra-Unit";

    pub(super) fn body(&self) -> Body {
        let forward = Body::new()
            .attribute("type", text("forward"))
            .attribute("target_group_arn", self.target_group.attribute("arn"));
        let header =
            Body::new().attribute("http_header_name", text(Self::HEADER)).attribute("values", list([text(&self.unit)]));
        Body::new()
            .attribute("listener_arn", self.listener.attribute("arn"))
            .block("action", forward)
            .block("condition", Body::new().block("http_header", header))
    }
}
