use std::collections::BTreeMap;

use super::Draft;
use super::service::AwsService;
use super::store::KeyUse;
use crate::app::{Capability, ConstructRef, Id, Origin, Topic};
use crate::config::{Adoptable, Compute, Named, Setting};
use crate::plan::naming::{binding_variable, event_label, label, statement};
use crate::plan::{Backing, BindingValue, Concern, PlannedEvent, PlannedTopic, Provenance, Runs, Subject};
use crate::resource::{
    ExistingTopic, IamPolicyDocument, LambdaInvokeConfig, LambdaPermission, SnsSubscription, SnsTopic, SqsQueue,
    SqsQueuePolicy, Subscriber,
};
use crate::terraform::Address;

impl Draft<'_> {
    /// The topics, one for each event, and what units that use them are given.
    pub(super) fn topics(&mut self) {
        for topic in self.application.topics.values() {
            let events: BTreeMap<_, _> =
                topic.events.keys().map(|event| (event.clone(), self.planned_event(topic, event))).collect();
            self.topics
                .insert(topic.id.clone(), PlannedTopic { origin: topic.origin.clone(), backing: Backing::Sns, events });
        }
        for unit in self.application.units.keys() {
            let published = self.accesses.published_by(unit);
            let topics: Vec<Address> = published.iter().filter_map(|(topic, event)| self.event(topic, event)).collect();
            if !topics.is_empty() {
                self.call(unit, AwsService::Sns, SnsTopic::publish(&topics));
                self.use_keys_of_topics(unit, &published);
            }
            let mut events: BTreeMap<&Id, BTreeMap<String, _>> = BTreeMap::new();
            for (topic, event) in published.into_iter().chain(self.accesses.handled_by(unit)) {
                if let Some(address) = self.event(topic, event) {
                    events.entry(topic).or_default().insert(event.to_owned(), address.attribute("arn"));
                }
            }
            for (topic, events) in events {
                let value = BindingValue::Events(events);
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

    /// What carries an event.
    pub(super) fn event(&self, topic: &Id, event: &str) -> Option<Address> {
        Some(self.topics.get(topic)?.events.get(event)?.resource.clone())
    }

    fn planned_event(&mut self, topic: &Topic, event: &str) -> PlannedEvent {
        let key = (&topic.id, event);
        let units = |uses: Option<&Vec<super::access::Use<'_>>>| {
            uses.into_iter().flatten().map(|one| one.unit.clone()).collect()
        };
        let publishers: Vec<Id> = units(self.accesses.publishers.get(&key));
        let subscribers: Vec<Id> = units(self.accesses.subscribers.get(&key));
        let names = |ids: &[Id]| match ids {
            [] => "nobody".to_owned(),
            ids => ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", "),
        };
        let rule = format!("Event {event:?}: published by {}, handled by {}.", names(&publishers), names(&subscribers));
        let why = Provenance::new(topic.origins(), rule);
        let (concern, label) = (Concern::Topic(topic.id.clone()), event_label(&topic.id, event));
        let adopted = self.settings.topics.get(&topic.id).and_then(|settings| settings.existing.get(event));
        let there = adopted.and_then(|setting| Some((setting, Adoptable::Topic.named(&setting.value).ok()?)));
        let resource = if let Some((setting, Named { name, arn })) = there {
            self.graph.add(&concern, &label, ExistingTopic { name, arn }, why.with(setting))
        } else {
            let made = SnsTopic { name: self.names.topic(&topic.id, event) };
            self.graph.add(&concern, &label, made, why)
        };
        PlannedEvent { resource, publishers, subscribers, existing: adopted.is_some() }
    }

    /// The queue of a unit that handles events, for those that fail; made before the unit, whose role may write to it.
    pub(super) fn dead_letters(&mut self, unit: &Id) {
        let handled = self.accesses.handled_by(unit);
        let topics: Vec<Address> = handled.iter().filter_map(|(topic, event)| self.event(topic, event)).collect();
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
        if !topics.is_empty() {
            let document = IamPolicyDocument {
                statements: vec![SqsQueuePolicy::send_from_topics("UndeliveredEvents", &queue, &topics)],
            };
            let why = because(
                "SNS keeps here what it could not hand over, for the topics that the unit handles and no others.",
            );
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
    fn origins_of_events(&self, unit: &Id) -> Vec<Origin> {
        let handled = self.accesses.handled_by(unit);
        let topics = handled.iter().filter_map(|(topic, _)| self.application.topics.get(*topic));
        let is_called = match self.compute(unit) {
            Compute::Lambda | Compute::Ecs => true,
            Compute::Eks => false,
        };
        let schedules = self.application.schedules.values().filter(|one| is_called && one.unit == *unit);
        topics.flat_map(Topic::origins).chain(schedules.map(|schedule| &schedule.origin)).cloned().collect()
    }

    /// How often Lambda tries again what failed with nobody waiting: a function has one number for all of it.
    fn retries(&self, unit: &Id) -> &Setting<u32> {
        let schedules = self.application.schedules.values().filter(|schedule| schedule.unit == *unit);
        let settings = schedules.filter_map(|schedule| self.settings.schedules.get(&schedule.id));
        let most = settings.map(|settings| &settings.max_retries).max_by_key(|setting| setting.value);
        most.filter(|_| self.accesses.handled_by(unit).is_empty()).unwrap_or(&self.settings.pubsub.max_retries)
    }

    /// What hands events to the units that handle them.
    pub(super) fn subscriptions(&mut self) {
        for (unit, queue) in self.dead_letters.clone() {
            let function = match self.units.get(&unit).map(|unit| &unit.runs) {
                Some(Runs::Lambda(function)) => function.function.clone(),
                // Its queue was subscribed when it was made.
                Some(Runs::Eks(_) | Runs::Ecs(_)) | None => continue,
            };
            let handled = self.accesses.handled_by(&unit);
            let origins = self.origins_of_events(&unit);
            let retries = self.retries(&unit).clone();
            let config = LambdaInvokeConfig {
                function: function.clone(),
                max_retries: retries.value,
                dead_letters: queue.clone(),
            };
            let why =
                Provenance::new(&origins, "An event whose handler fails is tried again, then kept.").with(&retries);
            self.graph.add(&Concern::Unit(unit.clone()), &label(&unit), config, why);
            for (topic, event) in handled {
                self.subscription(&unit, topic, event, &function, &queue);
            }
        }
    }

    fn subscription(&mut self, unit: &Id, topic: &Id, event: &str, function: &Address, queue: &Address) {
        let (Some(why), Some(resource)) = (self.handles(unit, topic, event), self.event(topic, event)) else { return };
        let concern = Concern::Topic(topic.clone());
        let name = format!("{}_to_{}", event_label(topic, event), label(unit));
        let permission = LambdaPermission {
            statement_id: statement(&["event", topic.as_str(), event]),
            function: function.clone(),
            principal: "sns.amazonaws.com",
            source: resource.attribute("arn").into(),
        };
        let permission = self.graph.add(&concern, &name, permission, why.clone());
        let queue_policy = self.queue_policy(unit);
        let subscription = SnsSubscription {
            topic: resource,
            subscriber: Subscriber::Function { function: function.clone(), permission },
            dead_letters: queue.clone(),
            queue_policy: queue_policy.unwrap_or_else(|| queue.clone()),
        };
        self.graph.add(&concern, &name, subscription, why);
    }

    /// That `unit` handles `event`, and the lines that say so.
    pub(super) fn handles(&self, unit: &Id, topic: &Id, event: &str) -> Option<Provenance> {
        let origins = self.application.topics.get(topic)?.origins();
        let uses = self.accesses.subscribers.get(&(topic, event)).into_iter().flatten();
        let lines = uses.filter(|one| one.unit == unit).map(super::access::Use::lines).collect::<Vec<_>>().join(", ");
        Some(Provenance::new(origins, format!("Unit {unit} handles {event:?}: {lines}.")))
    }

    pub(super) fn queue_policy(&self, unit: &Id) -> Option<Address> {
        let queue = self.dead_letters.get(unit)?;
        self.graph
            .iter()
            .map(|(address, _)| address)
            .find(|it| it.kind() == "aws_sqs_queue_policy" && it.name() == queue.name())
            .cloned()
    }
}
