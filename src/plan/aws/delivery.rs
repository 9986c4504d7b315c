//! How events get from what carries them to the units that handle them.

use super::Draft;
use super::bus::EVENTBRIDGE;
use crate::app::Id;
use crate::config::Setting;
use crate::plan::naming::{event_label, label, statement};
use crate::plan::{Concern, Provenance, Runs};
use crate::resource::{LambdaInvokeConfig, LambdaPermission, SnsSubscription, SqsQueuePolicy, Statement, Subscriber};
use crate::terraform::Address;

/// What hands an event to a unit.
pub(super) enum Hands {
    /// A topic of SNS.
    Topic(Address),
    /// A rule of `EventBridge`.
    Rule(Address),
}

impl Hands {
    const SNS: &str = "sns.amazonaws.com";

    /// The service, as policies name it.
    const fn service(&self) -> &'static str {
        match self {
            Self::Topic(_) => Self::SNS,
            Self::Rule(_) => EVENTBRIDGE,
        }
    }

    const fn source(&self) -> &Address {
        match self {
            Self::Topic(source) | Self::Rule(source) => source,
        }
    }
}

impl Draft<'_> {
    /// What hands an event to a unit.
    pub(super) fn hands(&self, unit: &Id, topic: &Id, event: &str) -> Option<Hands> {
        let event = self.topics.get(topic)?.events.get(event)?;
        match event.rules.get(unit) {
            Some(rule) => Some(Hands::Rule(rule.clone())),
            None => Some(Hands::Topic(event.resource.clone())),
        }
    }

    /// Lets what hands events to `unit` write to `queue`, in statements called `sid`; with who that is, and for what,
    /// as people say it.
    pub(super) fn let_in(&self, unit: &Id, sid: &'static str, queue: &Address) -> (Vec<Statement>, [&'static str; 2]) {
        let (mut topics, mut rules) = (Vec::new(), Vec::new());
        for (topic, event) in self.accesses.handled_by(unit) {
            match self.hands(unit, topic, event) {
                Some(Hands::Topic(topic)) => topics.push(topic),
                Some(Hands::Rule(rule)) => rules.push(rule),
                None => {}
            }
        }
        let who = match (topics.is_empty(), rules.is_empty()) {
            (_, true) => ["SNS", "for the topics that the unit handles and no others"],
            (true, false) => ["EventBridge", "by the rules for the unit and no others"],
            (false, false) => ["SNS and EventBridge", "for what the unit handles and nothing else"],
        };
        let both = [(Hands::SNS, topics), (EVENTBRIDGE, rules)];
        let both = both.into_iter().filter(|(_, sources)| !sources.is_empty());
        (both.map(|(service, sources)| SqsQueuePolicy::send(sid, service, queue, &sources)).collect(), who)
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
        let (Some(why), Some(hands)) = (self.handles(unit, topic, event), self.hands(unit, topic, event)) else {
            return;
        };
        let name = format!("{}_to_{}", event_label(topic, event), label(unit));
        let permission = LambdaPermission {
            statement_id: statement(&["event", topic.as_str(), event]),
            function: function.clone(),
            principal: hands.service(),
            source: hands.source().attribute("arn").into(),
        };
        let permission = self.graph.add(&Concern::Topic(topic.clone()), &name, permission, why);
        let subscriber = Subscriber::Function { function: function.clone(), permission };
        self.hand_over((unit, topic, event), subscriber, queue);
    }

    /// Hands an event to `subscriber`, by what carries it.
    pub(super) fn hand_over(
        &mut self,
        (unit, topic, event): (&Id, &Id, &str),
        subscriber: Subscriber,
        dead_letters: &Address,
    ) {
        let (Some(why), Some(hands)) = (self.handles(unit, topic, event), self.hands(unit, topic, event)) else {
            return;
        };
        let queue_policy = self.queue_policy(unit).unwrap_or_else(|| dead_letters.clone());
        let dead_letters = dead_letters.clone();
        match hands {
            Hands::Topic(resource) => {
                let subscription = SnsSubscription { topic: resource, subscriber, dead_letters, queue_policy };
                let name = format!("{}_to_{}", event_label(topic, event), label(unit));
                self.graph.add(&Concern::Topic(topic.clone()), &name, subscription, why);
            }
            Hands::Rule(rule) => {
                self.event_target((unit, topic, event), rule, subscriber, [dead_letters, queue_policy]);
            }
        }
    }

    fn queue_policy(&self, unit: &Id) -> Option<Address> {
        let queue = self.dead_letters.get(unit)?;
        self.graph
            .iter()
            .map(|(address, _)| address)
            .find(|it| it.kind() == "aws_sqs_queue_policy" && it.name() == queue.name())
            .cloned()
    }
}
