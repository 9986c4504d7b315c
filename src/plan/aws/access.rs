use std::collections::{BTreeMap, BTreeSet};

use super::store::port;
use crate::app::{Access, Application, ConstructRef, Id, Operation, SourceLine};
use crate::config::Settings;

/// The application's accesses, by what a plan asks of them. Units and constructs that the application does not have are left
/// out.
pub(super) struct Accesses<'a> {
    /// Who opens connections to which store, inside the private network.
    pub connections: Vec<Use<'a>>,
    /// Who calls which store that is an API of AWS.
    pub calls: Vec<Use<'a>>,
    /// Who reads which value of the configuration.
    pub parameters: Vec<Use<'a>>,
    /// Per topic and event, the units that publish it.
    pub publishers: BTreeMap<(&'a Id, &'a str), Vec<Use<'a>>>,
    /// Per topic and event, the units that handle it.
    pub subscribers: BTreeMap<(&'a Id, &'a str), Vec<Use<'a>>>,
}

/// A unit's use of a construct, and the lines that prove it.
#[derive(Clone)]
pub(super) struct Use<'a> {
    pub unit: &'a Id,
    pub construct: &'a Id,
    pub operations: BTreeSet<&'a Operation>,
    pub lines: BTreeSet<&'a SourceLine>,
}

impl<'a> Accesses<'a> {
    pub(super) fn of(application: &'a Application, settings: &Settings) -> Self {
        let mut all = Self {
            connections: Vec::new(),
            calls: Vec::new(),
            parameters: Vec::new(),
            publishers: BTreeMap::new(),
            subscribers: BTreeMap::new(),
        };
        for access in application.accesses.iter().filter(|access| application.units.contains_key(&access.unit)) {
            match &access.construct {
                ConstructRef::Store(store) => {
                    let Some(target) = application.stores.get(store) else { continue };
                    let uses = if port(target, settings).is_some() { &mut all.connections } else { &mut all.calls };
                    uses.push(Use::of(access, store));
                }
                ConstructRef::Parameter(one) if application.parameters.contains_key(one) => {
                    all.parameters.push(Use::of(access, one));
                }
                ConstructRef::Topic(topic) if application.topics.contains_key(topic) => all.events(access, topic),
                ConstructRef::Parameter(_) | ConstructRef::Topic(_) => {}
            }
        }
        all
    }

    fn events(&mut self, access: &'a Access, topic: &'a Id) {
        for (operation, lines) in &access.operations {
            let (uses, event) = match operation {
                Operation::Publish(event) => (&mut self.publishers, event),
                Operation::Subscribe(event) => (&mut self.subscribers, event),
                // Of stores only.
                Operation::Connect | Operation::Read | Operation::Write | Operation::List | Operation::Delete => {
                    continue;
                }
            };
            let operations = BTreeSet::from([operation]);
            let one = Use { unit: &access.unit, construct: topic, operations, lines: lines.iter().collect() };
            uses.entry((topic, event.as_str())).or_default().push(one);
        }
    }

    /// The units that connect to a store, each once.
    pub(super) fn connected_units(&self) -> BTreeSet<&'a Id> {
        self.connections.iter().map(|one| one.unit).collect()
    }

    /// The events that `unit` publishes, by topic.
    pub(super) fn published_by(&self, unit: &Id) -> Vec<(&'a Id, &'a str)> {
        let own = self.publishers.iter().filter(|(_, uses)| uses.iter().any(|one| one.unit == unit));
        own.map(|(event, _)| *event).collect()
    }

    /// The events that `unit` handles, by topic.
    pub(super) fn handled_by(&self, unit: &Id) -> Vec<(&'a Id, &'a str)> {
        let own = self.subscribers.iter().filter(|(_, uses)| uses.iter().any(|one| one.unit == unit));
        own.map(|(event, _)| *event).collect()
    }
}

impl<'a> Use<'a> {
    fn of(access: &'a Access, construct: &'a Id) -> Self {
        let lines = access.operations.values().flatten().collect();
        Self { unit: &access.unit, construct, operations: access.operations.keys().collect(), lines }
    }

    /// The lines as text; three at most, because a comment is no index.
    pub(super) fn lines(&self) -> String {
        let shown: Vec<_> = self.lines.iter().take(3).map(ToString::to_string).collect();
        match self.lines.len() - shown.len() {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}
