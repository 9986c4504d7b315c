use super::Statement;
use crate::terraform::{Address, Body, Key, call, number, object, text};

/// A queue, encrypted at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct SqsQueue {
    /// Its name.
    pub name: String,
    /// Days until a message is deleted.
    pub retention_days: u32,
    /// How its messages are handled; absent where nobody but people takes any.
    pub handling: Option<Handling>,
}

/// How the messages of a queue are handled.
#[derive(Debug, Clone, PartialEq)]
pub struct Handling {
    /// Seconds for which a message that was taken is hidden from others.
    pub visibility_timeout_s: u32,
    /// Tries after the first.
    pub max_retries: u32,
    /// The queue that takes what could not be handled.
    pub dead_letters: Address,
}

impl SqsQueue {
    /// The longest that SQS lets a reader of an empty queue wait:
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html>.
    const WAIT_S: u32 = 20;

    /// Adding messages to the queue.
    #[must_use]
    pub fn send(queue: &Address) -> Statement {
        Statement::allow("KeepFailedEvents", vec!["sqs:SendMessage"], vec![queue.attribute("arn").into()])
    }

    /// Taking messages from the queue, and keeping or ending the hold on them.
    #[must_use]
    pub fn handle(queue: &Address) -> Statement {
        let actions = vec!["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
        Statement::allow("HandleEvents", actions, vec![queue.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        let body = Body::new()
            .attribute("name", text(&self.name))
            .attribute("message_retention_seconds", number(self.retention_days * 24 * 60 * 60))
            .attribute("sqs_managed_sse_enabled", true);
        let Some(handling) = &self.handling else { return body };
        let redrive = object([
            (Key::Name("deadLetterTargetArn"), handling.dead_letters.attribute("arn").into()),
            (Key::Name("maxReceiveCount"), number(handling.max_retries + 1)),
        ]);
        body.attribute("visibility_timeout_seconds", number(handling.visibility_timeout_s))
            .attribute("receive_wait_time_seconds", number(Self::WAIT_S))
            .attribute("redrive_policy", call("jsonencode", redrive))
    }
}
