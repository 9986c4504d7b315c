use crate::terraform::{Address, Body, Key, call, list, object, text};

/// Which queue may leave its messages in a dead-letter queue.
#[derive(Debug, Clone, PartialEq)]
pub struct SqsRedriveAllowPolicy {
    /// The dead-letter queue.
    pub dead_letters: Address,
    /// The queue that may.
    pub queue: Address,
}

impl SqsRedriveAllowPolicy {
    pub(super) fn body(&self) -> Body {
        let policy = object([
            (Key::Name("redrivePermission"), text("byQueue")),
            (Key::Name("sourceQueueArns"), list([self.queue.attribute("arn")])),
        ]);
        Body::new()
            .attribute("queue_url", self.dead_letters.attribute("url"))
            .attribute("redrive_allow_policy", call("jsonencode", policy))
    }
}
