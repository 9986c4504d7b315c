//! Events over `EventBridge`: a bus for each topic, and on it a rule for each event and unit that handles it.
//!
//! A bus for each topic and not one for the whole application: a bus is what rights, a key and an archive are for, and what
//! somebody else is let in at. The events of one emitter so are nobody's who was given those of another, what is said of an
//! emitter by its id is said of the whole bus, and an emitter that comes or goes leaves the others alone.

use std::collections::BTreeMap;

use super::Draft;
use super::service::AwsService;
use crate::app::{Capability, ConstructRef, Id, Topic};
use crate::config::EventbridgeSettings;
use crate::plan::naming::{binding_variable, detail_type, event_label, event_rule, event_target, label};
use crate::plan::{Backing, BindingValue, Concern, PlannedEvent, PlannedTopic, Provenance, Subject};
use crate::resource::{
    EventArchive, EventBus, EventRule, EventTarget, IamPolicyDocument, SqsQueue, SqsQueuePolicy, Subscriber,
};
use crate::terraform::{Address, text};

impl Draft<'_> {
    /// The bus of a topic, with its rules.
    pub(super) fn event_bus(&mut self, topic: &Topic, settings: &EventbridgeSettings) -> PlannedTopic {
        let because = |rule: &str| Provenance::new(topic.origins(), rule);
        let (concern, name) = (Concern::Topic(topic.id.clone()), label(&topic.id));
        let dead_letters = Some(&settings.kms_key.value).filter(|key| !key.is_empty()).map(|_| {
            let retention = &self.settings.pubsub.dead_letter_retention_days;
            let queue = SqsQueue {
                name: self.names.bus_dead_letters(&topic.id),
                retention_days: retention.value,
                handling: None,
            };
            let why =
                because("Keeps the events that the bus could not encrypt or decrypt with its key.").with(retention);
            self.graph.add(&concern, &format!("{name}_bus_dead_letters"), queue, why)
        });
        let bus = EventBus {
            name: self.names.event_bus(&topic.id),
            description: format!("Events of {} in {}", topic.id, self.settings.name.value),
            kms_key: dead_letters.as_ref().map(|_| settings.kms_key.value.clone()),
            dead_letters: dead_letters.clone(),
        };
        let why = because("Carries the events of one emitter, and of no other.").with(&settings.kms_key);
        let bus = self.graph.add(&concern, &name, bus, why);
        if let Some(queue) = dead_letters {
            let sources = std::slice::from_ref(&bus);
            let statement = SqsQueuePolicy::send("UnencryptedEvents", EVENTBRIDGE, &queue, sources);
            let document = IamPolicyDocument { statements: vec![statement] };
            let why = because("EventBridge writes to the queue for this bus, and for no other.");
            let label = format!("{name}_bus_dead_letters");
            let document = self.graph.add(&concern, &label, document, why.clone());
            self.graph.add(&concern, &label, SqsQueuePolicy { queue, document }, why);
        }
        if settings.archive_days.value > 0 {
            let archive = EventArchive {
                name: self.names.event_archive(&topic.id),
                bus: bus.clone(),
                retention_days: settings.archive_days.value,
            };
            let why = because("Keeps what was published, so that it can be put on the bus again.");
            self.graph.add(&concern, &name, archive, why.with(&settings.archive_days));
        }
        let events = topic.events.keys().map(|event| (event.clone(), self.event_on(&bus, topic, event))).collect();
        PlannedTopic { origin: topic.origin.clone(), backing: Backing::Eventbridge, events }
    }

    /// An event, with a rule for each unit that handles it.
    fn event_on(&mut self, bus: &Address, topic: &Topic, event: &str) -> PlannedEvent {
        let (publishers, subscribers) = self.users_of(&topic.id, event);
        let mut rules = BTreeMap::new();
        for unit in &subscribers {
            let Some(why) = self.handles(unit, &topic.id, event) else { continue };
            let rule = EventRule {
                name: event_rule(event, unit),
                bus: bus.clone(),
                source: self.names.event_source(&topic.id),
                detail_type: detail_type(event),
            };
            let name = format!("{}_to_{}", event_label(&topic.id, event), label(unit));
            rules.insert(unit.clone(), self.graph.add(&Concern::Topic(topic.id.clone()), &name, rule, why));
        }
        PlannedEvent { resource: bus.clone(), publishers, subscribers, rules }
    }

    /// What a unit is told of a bus whose events it uses, and lets it put those there that it publishes.
    pub(super) fn bind_bus(&mut self, unit: &Id, topic: &Id, published: &[&str], used: &BTreeMap<String, Address>) {
        let Some(bus) = used.values().next().cloned() else { return };
        let source = self.names.event_source(topic);
        if !published.is_empty() {
            let types = published.iter().map(|event| text(detail_type(event)));
            self.call(unit, AwsService::EventBridge, EventBus::publish(&bus, text(&source), types));
        }
        let types: BTreeMap<_, _> = used.keys().map(|event| (event, detail_type(event))).collect();
        let properties = [
            ("bus", BindingValue::Reference(bus.attribute("arn"))),
            ("source", BindingValue::Text(source.into())),
            ("events", BindingValue::Text(serde_json::json!(types).to_string().into())),
        ];
        for (property, value) in properties {
            let subject = Subject::Construct(ConstructRef::Topic(topic.clone()));
            self.bind(unit, binding_variable(Capability::Pubsub, topic, property), subject, property, value);
        }
    }

    /// Hands the events that `rule` chooses to a subscriber.
    pub(super) fn event_target(
        &mut self,
        (unit, topic, event): (&Id, &Id, &str),
        rule: Address,
        subscriber: Subscriber,
        [dead_letters, queue_policy]: [Address; 2],
    ) {
        let settings = self.settings.topics.get(topic).map(|topic| &topic.eventbridge);
        let (Some(why), Some(settings)) = (self.handles(unit, topic, event), settings) else { return };
        let target = EventTarget {
            id: event_target(unit),
            rule,
            subscriber,
            max_retries: settings.delivery_max_retries.value,
            max_age_s: settings.delivery_max_age_s.value,
            dead_letters,
            queue_policy,
        };
        let why = why.with(&settings.delivery_max_retries).with(&settings.delivery_max_age_s);
        let name = format!("{}_to_{}", event_label(topic, event), label(unit));
        self.graph.add(&Concern::Topic(topic.clone()), &name, target, why);
    }
}

/// As policies name it.
pub(super) const EVENTBRIDGE: &str = "events.amazonaws.com";
