use super::Subscriber;
use crate::terraform::{Address, Body, list, number, text};

/// Hands the events that a rule chooses to a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub struct EventTarget {
    /// Its name within the rule.
    pub id: String,
    /// The rule.
    pub rule: Address,
    /// Who is handed the events.
    pub subscriber: Subscriber,
    /// Tries to hand over an event after the first.
    pub max_retries: u32,
    /// Seconds after which an event that could not be handed over is given up.
    pub max_age_s: u32,
    /// The queue that takes what is given up.
    pub dead_letters: Address,
    /// What lets the rule write to that queue.
    pub queue_policy: Address,
}

impl EventTarget {
    pub(super) fn body(&self) -> Body {
        let (arn, leave) = match &self.subscriber {
            Subscriber::Function { function, permission } => (function.attribute("arn"), permission),
            Subscriber::Queue { queue, policy } => (queue.attribute("arn"), policy),
        };
        let retries = Body::new()
            .attribute("maximum_retry_attempts", number(self.max_retries))
            .attribute("maximum_event_age_in_seconds", number(self.max_age_s));
        Body::new()
            .attribute("target_id", text(&self.id))
            .attribute("rule", self.rule.attribute("name"))
            .attribute("event_bus_name", self.rule.attribute("event_bus_name"))
            .attribute("arn", arn)
            .block("retry_policy", retries)
            .block("dead_letter_config", Body::new().attribute("arn", self.dead_letters.attribute("arn")))
            .comment("No event may arrive before it can be handled, or else kept.")
            .attribute("depends_on", list([leave.whole(), self.queue_policy.whole()]))
    }
}
