use crate::terraform::{Address, Body, list};

/// Makes a function what a target group hands its requests to.
#[derive(Debug, Clone, PartialEq)]
pub struct LbTargetGroupAttachment {
    /// The target group.
    pub target_group: Address,
    /// The function.
    pub function: Address,
    /// What lets the load balancer call it.
    pub permission: Address,
}

impl LbTargetGroupAttachment {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("target_group_arn", self.target_group.attribute("arn"))
            .attribute("target_id", self.function.attribute("arn"))
            .comment("A function that may not be called is refused.")
            .attribute("depends_on", list([self.permission.whole()]))
    }
}
