use super::Statement;
use crate::terraform::{Address, Body, number, text};

/// A queue that keeps what could not be handled, encrypted at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct SqsQueue {
    /// Its name.
    pub name: String,
    /// Days until a message is deleted.
    pub retention_days: u32,
}

impl SqsQueue {
    /// Adding messages to the queue.
    #[must_use]
    pub fn send(queue: &Address) -> Statement {
        Statement::allow("KeepFailedEvents", vec!["sqs:SendMessage"], vec![queue.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("message_retention_seconds", number(self.retention_days * 24 * 60 * 60))
            .attribute("sqs_managed_sse_enabled", true)
    }
}
