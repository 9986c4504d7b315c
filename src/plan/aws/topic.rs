use std::collections::BTreeMap;

use super::Draft;
use super::service::AwsService;
use super::store::KeyUse;
use crate::app::{Capability, ConstructRef, Id, Origin, Topic};
use crate::config::{Adoptable, Compute, Named, PubsubBacking};
use crate::plan::naming::{binding_variable, event_label, label};
use crate::plan::{Backing, BindingValue, Concern, PlannedEvent, PlannedTopic, Provenance, Subject};
use crate::resource::{ExistingTopic, IamPolicyDocument, SnsTopic, SqsQueue, SqsQueuePolicy};
use crate::terraform::Address;

impl Draft<'_> {
    /// What carries the events of each topic, and what units that use them are given.
    pub(super) fn topics(&mut self) {
        for topic in self.application.topics.values() {
            let Some(settings) = self.settings.topics.get(&topic.id) else { continue };
            let planned = match settings.backing.value {
                PubsubBacking::Sns => self.sns_topics(topic),
                PubsubBacking::Eventbridge => self.event_bus(topic, &settings.eventbridge),
            };
            self.topics.insert(topic.id.clone(), planned);
        }
        for unit in self.application.units.keys() {
            let published = self.accesses.published_by(unit);
            let on_topics = published.iter().filter(|(topic, _)| !self.has_bus(topic));
            let topics: Vec<Address> = on_topics.filter_map(|(topic, event)| self.event(topic, event)).collect();
            if !topics.is_empty() {
                self.call(unit, AwsService::Sns, SnsTopic::publish(&topics));
                self.use_keys_of_topics(unit, &published);
            }
            let mut events: BTreeMap<&Id, BTreeMap<String, Address>> = BTreeMap::new();
            for (topic, event) in published.iter().copied().chain(self.accesses.handled_by(unit)) {
                if let Some(address) = self.event(topic, event) {
                    events.entry(topic).or_default().insert(event.to_owned(), address);
                }
            }
            for (topic, events) in events {
                if self.has_bus(topic) {
                    let published = published.iter().filter(|(one, _)| *one == topic).map(|(_, event)| *event);
                    self.bind_bus(unit, topic, &published.collect::<Vec<_>>(), &events);
                    continue;
                }
                let arns = events.into_iter().map(|(event, address)| (event, address.attribute("arn")));
                let value = BindingValue::Events(arns.collect());
                let subject = Subject::Construct(ConstructRef::Topic(topic.clone()));
                self.bind(unit, binding_variable(Capability::Pubsub, topic, "topics"), subject, "topics", value);
            }
        }
    }

    /// What publishing to adopted topics takes that are encrypted with a key of their own.
    fn use_keys_of_topics(&mut self, unit: &Id, published: &[(&Id, &str)]) {
        for (topic, event) in published {
            let settings = self.settings.topics.get(*topic).filter(|settings| settings.existing.contains_key(*event));
            let Some(key) = settings.map(|settings| &settings.existing_kms_key.value) else { continue };
            self.use_key(unit, key, "sns", KeyUse::Write);
        }
    }

    /// Whether a bus carries the topic's events.
    fn has_bus(&self, topic: &Id) -> bool {
        self.topics.get(topic).is_some_and(|topic| topic.backing == Backing::Eventbridge)
    }

    /// What carries an event.
    fn event(&self, topic: &Id, event: &str) -> Option<Address> {
        Some(self.topics.get(topic)?.events.get(event)?.resource.clone())
    }

    /// A topic of SNS for each event.
    fn sns_topics(&mut self, topic: &Topic) -> PlannedTopic {
        let events = topic.events.keys().map(|event| (event.clone(), self.planned_event(topic, event))).collect();
        PlannedTopic { origin: topic.origin.clone(), backing: Backing::Sns, events }
    }

    /// The units that publish an event, and those that handle it.
    pub(super) fn users_of(&self, topic: &Id, event: &str) -> (Vec<Id>, Vec<Id>) {
        let key = (topic, event);
        let units = |uses: Option<&Vec<super::access::Use<'_>>>| {
            uses.into_iter().flatten().map(|one| one.unit.clone()).collect()
        };
        (units(self.accesses.publishers.get(&key)), units(self.accesses.subscribers.get(&key)))
    }

    fn planned_event(&mut self, topic: &Topic, event: &str) -> PlannedEvent {
        let (publishers, subscribers) = self.users_of(&topic.id, event);
        let names = |ids: &[Id]| match ids {
            [] => "nobody".to_owned(),
            ids => ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", "),
        };
        let rule = format!("Event {event:?}: published by {}, handled by {}.", names(&publishers), names(&subscribers));
        let why = Provenance::new(topic.origins(), rule);
        let (concern, label) = (Concern::Topic(topic.id.clone()), event_label(&topic.id, event));
        let settings = self.settings.topics.get(&topic.id);
        let why = settings.map(|settings| &settings.backing).into_iter().fold(why, Provenance::with);
        let adopted = settings.and_then(|settings| settings.existing.get(event));
        let there = adopted.and_then(|setting| Some((setting, Adoptable::Topic.named(&setting.value).ok()?)));
        let resource = if let Some((setting, Named { name, arn })) = there {
            self.graph.add(&concern, &label, ExistingTopic { name, arn }, why.with(setting))
        } else {
            let made = SnsTopic { name: self.names.topic(&topic.id, event) };
            self.graph.add(&concern, &label, made, why)
        };
        PlannedEvent { resource, publishers, subscribers, rules: BTreeMap::new(), existing: adopted.is_some() }
    }

    /// The queue of a unit that handles events, for those that fail; made before the unit, whose role may write to it.
    pub(super) fn dead_letters(&mut self, unit: &Id) {
        let origins = self.origins_of_events(unit);
        if origins.is_empty() {
            return;
        }
        let because = |rule: &str| Provenance::new(&origins, rule);
        let (concern, name) = (Concern::Unit(unit.clone()), label(unit));
        let retention = &self.settings.pubsub.dead_letter_retention_days;

        let queue = SqsQueue { name: self.names.dead_letters(unit), retention_days: retention.value, handling: None };
        let why = because(&format!("Keeps the events that unit {unit} could not handle.")).with(retention);
        let queue = self.graph.add(&concern, &format!("{name}_dead_letters"), queue, why);
        let (statements, [who, whose]) = self.let_in(unit, "UndeliveredEvents", &queue);
        if !statements.is_empty() {
            let document = IamPolicyDocument { statements };
            let why = because(&format!("{who} keeps here what it could not hand over, {whose}."));
            let document = self.graph.add(&concern, &format!("dead_letters_{name}"), document, why.clone());
            let policy = SqsQueuePolicy { queue: queue.clone(), document };
            self.graph.add(&concern, &format!("{name}_dead_letters"), policy, why);
        }
        if !self.compute(unit).is_container() {
            // Lambda sends with the unit's rights; a queue moves its messages by itself.
            self.grant(unit, SqsQueue::send(&queue));
        }
        self.dead_letters.insert(unit.clone(), queue);
    }

    /// The directives because of which the unit is called with nobody waiting for an answer: the topics of the events that it
    /// handles, and what `EventBridge` Scheduler calls it for. A cluster of Kubernetes keeps what failed itself.
    pub(super) fn origins_of_events(&self, unit: &Id) -> Vec<Origin> {
        let handled = self.accesses.handled_by(unit);
        let topics = handled.iter().filter_map(|(topic, _)| self.application.topics.get(*topic));
        let is_called = match self.compute(unit) {
            Compute::Lambda | Compute::Ecs => true,
            Compute::Eks => false,
        };
        let schedules = self.application.schedules.values().filter(|one| is_called && one.unit == *unit);
        topics.flat_map(Topic::origins).chain(schedules.map(|schedule| &schedule.origin)).cloned().collect()
    }

    /// That `unit` handles `event`, and the lines that say so.
    pub(super) fn handles(&self, unit: &Id, topic: &Id, event: &str) -> Option<Provenance> {
        let origins = self.application.topics.get(topic)?.origins();
        let uses = self.accesses.subscribers.get(&(topic, event)).into_iter().flatten();
        let lines = uses.filter(|one| one.unit == unit).map(super::access::Use::lines).collect::<Vec<_>>().join(", ");
        Some(Provenance::new(origins, format!("Unit {unit} handles {event:?}: {lines}.")))
    }
}
