use crate::terraform::{Address, Body, Key, call, list, object, text};

/// Hands what is published to a topic to a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub struct SnsSubscription {
    /// The topic.
    pub topic: Address,
    /// Who is handed it.
    pub subscriber: Subscriber,
    /// The queue that takes what SNS could not hand over.
    pub dead_letters: Address,
    /// What lets the topic write to that queue.
    pub queue_policy: Address,
}

/// Who is handed what is published.
#[derive(Debug, Clone, PartialEq)]
pub enum Subscriber {
    /// A Lambda function.
    Function {
        /// The function.
        function: Address,
        /// What lets the topic invoke it.
        permission: Address,
    },
    /// A queue.
    Queue {
        /// The queue.
        queue: Address,
        /// What lets the topic write to it.
        policy: Address,
    },
}

impl SnsSubscription {
    pub(super) fn body(&self) -> Body {
        let redrive = object([(Key::Name("deadLetterTargetArn"), self.dead_letters.attribute("arn"))]);
        let body = Body::new().attribute("topic_arn", self.topic.attribute("arn"));
        let (body, leave) = match &self.subscriber {
            Subscriber::Function { function, permission } => {
                let endpoint = function.attribute("arn");
                (body.attribute("protocol", text("lambda")).attribute("endpoint", endpoint), permission)
            }
            Subscriber::Queue { queue, policy } => {
                let body =
                    body.attribute("protocol", text("sqs")).attribute("endpoint", queue.attribute("arn")).comment(
                        "The queue holds the message as it was published, without the envelope that SNS puts around it.",
                    );
                (body.attribute("raw_message_delivery", true), policy)
            }
        };
        body.attribute("redrive_policy", call("jsonencode", redrive))
            .block(
                "lifecycle",
                super::replaced_first(
                    "Between two subscriptions, as when the unit moves elsewhere, events would be lost.",
                ),
            )
            .comment("No event may arrive before it can be handled, or else kept.")
            .attribute("depends_on", list([leave.whole(), self.queue_policy.whole()]))
    }
}
