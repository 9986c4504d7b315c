//! What a move from one plan to another does to what is there already.

mod requirements;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Backing, Plan};
use crate::app::Id;
use crate::config::Target;
use crate::terraform::{Address, Mode};

/// The difference between two plans of one application.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// Where the application is.
    pub from: Target,
    /// Where it would be.
    pub to: Target,
    /// What runs each unit, before and after.
    pub units: BTreeMap<Id, [Backing; 2]>,
    /// Resources that stay as they are.
    pub kept: Vec<Address>,
    /// Resources that stay and change, with the arguments that do.
    pub changed: BTreeMap<Address, BTreeSet<String>>,
    /// Resources that come.
    pub added: Vec<Address>,
    /// Resources that go.
    pub removed: Vec<Address>,
    /// What stays for people who use the application, and for its data.
    pub promises: Vec<String>,
    /// What has to be done, and by when.
    pub requirements: Vec<String>,
}

/// Compares two plans of one application. Data sources are left out: nothing is made or lost with them.
#[must_use]
pub fn compare(from: &Plan, to: &Plan) -> Comparison {
    let mut comparison = Comparison {
        from: from.target,
        to: to.target,
        units: BTreeMap::new(),
        kept: Vec::new(),
        changed: BTreeMap::new(),
        added: Vec::new(),
        removed: Vec::new(),
        promises: Vec::new(),
        requirements: Vec::new(),
    };
    let managed = |address: &Address| address.mode() == Mode::Managed;
    let documents = changed_documents(from, to);
    for (address, old) in from.resources.iter().filter(|(address, _)| managed(address)) {
        match to.resources.get(address) {
            Some(new) => {
                let (old, new) = (old.body(), new.body());
                let mut differing = old.differences(&new);
                // A role whose policy is a document of other content changes, though it names the same document.
                differing.extend(new.referring(&documents));
                if differing.is_empty() {
                    comparison.kept.push(address.clone());
                } else {
                    comparison.changed.insert(address.clone(), differing);
                }
            }
            None => comparison.removed.push(address.clone()),
        }
    }
    let new = to.resources.iter().map(|(address, _)| address).filter(|address| managed(address));
    comparison.added.extend(new.filter(|address| from.resources.get(address).is_none()).cloned());
    for list in [&mut comparison.kept, &mut comparison.added, &mut comparison.removed] {
        list.sort();
    }
    for (id, unit) in &to.units {
        let before = from.units.get(id).map_or(unit.backing(), super::PlannedUnit::backing);
        comparison.units.insert(id.clone(), [before, unit.backing()]);
    }
    comparison.promises = promises(to, &comparison);
    comparison.requirements = requirements::of(from, to);
    comparison
}

/// The data sources that are in both plans and differ, in themselves or in what they are made of.
fn changed_documents(from: &Plan, to: &Plan) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    loop {
        let before = changed.len();
        for (address, new) in to.resources.iter().filter(|(address, _)| address.mode() == Mode::Data) {
            let Some(old) = from.resources.get(address) else { continue };
            let (old, new) = (old.body(), new.body());
            if !old.differences(&new).is_empty() || !new.referring(&changed).is_empty() {
                changed.insert(address.to_string());
            }
        }
        if changed.len() == before {
            return changed;
        }
    }
}

impl Comparison {
    /// Whether the resource at `address` is there before and after.
    fn stays(&self, address: &Address) -> bool {
        self.kept.contains(address) || self.changed.contains_key(address)
    }
}

fn promises(to: &Plan, comparison: &Comparison) -> Vec<String> {
    let mut promises = Vec::new();
    for (id, gateway) in &to.gateways {
        if comparison.stays(&gateway.api) {
            promises.push(format!("gateway {id} keeps its address: {} stays", gateway.api));
        }
    }
    for (id, store) in &to.stores {
        if let Some(resource) = store.resource.as_ref().filter(|resource| comparison.stays(resource)) {
            promises.push(format!("store {id} keeps its data: {resource} stays"));
        }
    }
    for (id, topic) in &to.topics {
        if topic.events.values().all(|event| comparison.stays(&event.resource)) {
            let what = if topic.backing == Backing::Eventbridge { "bus" } else { "events' topics" };
            promises.push(format!("topic {id} keeps its {what}, so who publishes does not notice"));
        }
    }
    promises
}
