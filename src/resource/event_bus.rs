use super::Statement;
use crate::terraform::{Address, Body, Expression, text};

/// A bus of `EventBridge`, encrypted at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct EventBus {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The key that encrypts it; absent for one that AWS owns.
    pub kms_key: Option<String>,
    /// The queue that takes what the key does not encrypt or decrypt; absent where the key is AWS's own.
    pub dead_letters: Option<Address>,
}

impl EventBus {
    /// Putting events of these types, from this source, on the bus. Each event is held against both by itself:
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html>.
    #[must_use]
    pub fn publish(bus: &Address, source: Expression, types: impl IntoIterator<Item = Expression>) -> Statement {
        Statement::allow("PublishEvents", vec!["events:PutEvents"], vec![bus.attribute("arn").into()])
            .when("StringEquals", text("events:source"), [source])
            .when("StringEquals", text("events:detail-type"), types)
    }

    pub(super) fn body(&self) -> Body {
        let body = Body::new().attribute("name", text(&self.name)).attribute("description", text(&self.description));
        let body = match &self.kms_key {
            Some(key) => body.attribute("kms_key_identifier", text(key)),
            None => body.comment("Encrypted with a key that AWS owns: a bus has no other one by itself."),
        };
        match &self.dead_letters {
            Some(queue) => body.block("dead_letter_config", Body::new().attribute("arn", queue.attribute("arn"))),
            None => body,
        }
    }
}
