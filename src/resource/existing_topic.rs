use super::existing::{Demand, demanding};
use crate::terraform::{Body, text};

/// A topic of SNS that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingTopic {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
}

impl ExistingTopic {
    pub(super) fn body(&self) -> Body {
        demanding(Body::new().attribute("name", text(&self.name)), Demand::arn("arn", self.arn.as_ref()))
    }
}
