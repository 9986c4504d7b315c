use crate::terraform::{Address, Body, Key, call, list, object, text};

/// Hands what is published to a topic to a Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct SnsSubscription {
    /// The topic.
    pub topic: Address,
    /// The function.
    pub function: Address,
    /// What lets the topic invoke the function.
    pub permission: Address,
    /// The queue that takes what SNS could not hand over.
    pub dead_letters: Address,
    /// What lets the topic write to that queue.
    pub queue_policy: Address,
}

impl SnsSubscription {
    pub(super) fn body(&self) -> Body {
        let redrive = object([(Key::Name("deadLetterTargetArn"), self.dead_letters.attribute("arn"))]);
        Body::new()
            .attribute("topic_arn", self.topic.attribute("arn"))
            .attribute("protocol", text("lambda"))
            .attribute("endpoint", self.function.attribute("arn"))
            .attribute("redrive_policy", call("jsonencode", redrive))
            .comment("No event may arrive before it can be handled, or else kept.")
            .attribute("depends_on", list([self.permission.whole(), self.queue_policy.whole()]))
    }
}
