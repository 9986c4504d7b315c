//! Events on their way to a container: a queue for each unit that handles any.

use std::collections::BTreeSet;

use super::Draft;
use crate::app::{Capability, ConstructRef, Id, Topic, Unit};
use crate::plan::naming::{binding_variable, label};
use crate::plan::{BindingValue, Concern, Provenance, Subject};
use crate::resource::{Handling, IamPolicyDocument, SqsQueue, SqsQueuePolicy, SqsRedriveAllowPolicy, Subscriber};
use crate::terraform::Address;

/// Days for which an event waits for a container at most: a long weekend without any.
const LONGEST_WAIT_DAYS: u32 = 4;

impl Draft<'_> {
    /// The unit's queue and its subscriptions, where it handles events.
    pub(super) fn queue(&mut self, unit: &Unit) {
        let handled = self.accesses.handled_by(&unit.id);
        let dead_letters = self.dead_letters.get(&unit.id).cloned().filter(|_| !handled.is_empty());
        let Some(dead_letters) = dead_letters else { return };
        let origins: Vec<_> = handled
            .iter()
            .filter_map(|(topic, _)| self.application.topics.get(*topic))
            .flat_map(Topic::origins)
            .collect();
        let because = |rule: &str| Provenance::new(origins.iter().copied(), rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let settings = &self.settings.pubsub;

        let handling = Handling {
            visibility_timeout_s: settings.visibility_timeout_s.value,
            max_retries: settings.max_retries.value,
            dead_letters: dead_letters.clone(),
        };
        let queue = SqsQueue {
            name: self.names.queue(&unit.id),
            // A message's age counts on in the dead-letter queue, which keeps it for what this one leaves of its days:
            // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html.
            retention_days: settings.dead_letter_retention_days.value.min(LONGEST_WAIT_DAYS),
            handling: Some(handling),
        };
        let why =
            because("Holds the unit's events until a container takes them, and again when one is lost with them.")
                .with(&settings.dead_letter_retention_days)
                .with(&settings.visibility_timeout_s)
                .with(&settings.max_retries);
        let queue = self.graph.add(&concern, &format!("{name}_events"), queue, why);
        let allowed = SqsRedriveAllowPolicy { dead_letters: dead_letters.clone(), queue: queue.clone() };
        let why = because("Takes what the unit could not handle from the unit's own queue, and from no other.");
        self.graph.add(&concern, &format!("{name}_dead_letters"), allowed, why);

        let (statements, [who, whose]) = self.let_in(&unit.id, "Events", &queue);
        let document = IamPolicyDocument { statements };
        let why = because(&format!("{who} writes to the queue, {whose}."));
        let document = self.graph.add(&concern, &format!("events_{name}"), document, why.clone());
        let policy = SqsQueuePolicy { queue: queue.clone(), document };
        let policy = self.graph.add(&concern, &format!("{name}_events"), policy, why);
        self.grant(&unit.id, SqsQueue::handle(&queue));
        for (topic, event) in &handled {
            let subscriber = Subscriber::Queue { queue: queue.clone(), policy: policy.clone() };
            self.hand_over((&unit.id, topic, event), subscriber, &dead_letters);
        }
        let topics: BTreeSet<&Id> = handled.iter().map(|(topic, _)| *topic).collect();
        for topic in topics {
            self.bind_queue(&unit.id, topic, &queue);
        }
    }

    /// Tells the unit where its events are; every topic names the same queue.
    fn bind_queue(&mut self, unit: &Id, topic: &Id, queue: &Address) {
        let visibility = self.settings.pubsub.visibility_timeout_s.value.to_string();
        let properties = [
            ("queue", BindingValue::Reference(queue.attribute("url"))),
            ("visibility_s", BindingValue::Text(visibility.into())),
        ];
        for (property, value) in properties {
            let subject = Subject::Construct(ConstructRef::Topic(topic.clone()));
            self.bind(unit, binding_variable(Capability::Pubsub, topic, property), subject, property, value);
        }
    }
}
