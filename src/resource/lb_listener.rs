use crate::terraform::{Address, Body, number, text};

/// Where a load balancer takes requests, and whom it hands them to.
#[derive(Debug, Clone, PartialEq)]
pub struct LbListener {
    /// The load balancer.
    pub load_balancer: Address,
    /// Whom it hands to what no rule of its own speaks of.
    pub target_group: Address,
}

impl LbListener {
    /// The port of HTTP.
    pub const PORT: u16 = 80;

    pub(super) fn body(&self) -> Body {
        let forward = Body::new()
            .attribute("type", text("forward"))
            .attribute("target_group_arn", self.target_group.attribute("arn"));
        Body::new()
            .attribute("load_balancer_arn", self.load_balancer.attribute("arn"))
            .attribute("port", number(Self::PORT))
            .attribute("protocol", text("HTTP"))
            .block("default_action", forward)
    }
}
