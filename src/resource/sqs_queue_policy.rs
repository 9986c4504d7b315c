use super::{Condition, Effect, Principal, Statement};
use crate::terraform::{Address, Body, text};

/// Who but the account's own roles may use a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct SqsQueuePolicy {
    /// The queue.
    pub queue: Address,
    /// The policy document.
    pub document: Address,
}

impl SqsQueuePolicy {
    /// `service` adding messages, in a statement called `sid`, on behalf of these sources.
    #[must_use]
    pub fn send(sid: &'static str, service: &'static str, queue: &Address, sources: &[Address]) -> Statement {
        Statement {
            sid,
            effect: Effect::Allow,
            actions: vec!["sqs:SendMessage"],
            resources: vec![queue.attribute("arn").into()],
            principal: Some(Principal::Service(service)),
            conditions: vec![Condition {
                test: "ArnEquals",
                variable: text("aws:SourceArn"),
                values: sources.iter().map(|source| source.attribute("arn").into()).collect(),
            }],
            reason: None,
        }
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("queue_url", self.queue.attribute("url"))
            .attribute("policy", self.document.attribute("json"))
    }
}
