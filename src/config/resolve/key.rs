//! A written key against the keys that there are.

use std::ops::Range;

use super::super::existing::is_name_or_arn;
use super::super::layer::{self, Leaf, Written};
use super::super::schema::{BY_ID, EXISTING, Ids, Kind, PUBSUB, SECTIONS, TAG_NAME, TAG_VALUE, TAGS, Table};
use super::super::value::{Layer, Value, list, value, wrong_type};
use super::Values;
use crate::diag::{Code, Diagnostic, closest};

/// One step of a key that the schema allows.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Name(&'static str),
    Id(Ids),
    Tag,
    /// An event of the topic whose id is two steps before.
    Event,
}

/// A key that the schema allows.
pub(super) struct Allowed {
    pub steps: Vec<Step>,
    pub kind: Kind,
    /// Where it stands, and its name there; absent for a tag.
    pub setting: Option<(Table, &'static str, Option<Ids>)>,
}

impl Allowed {
    /// Whether it is said of one id.
    pub(super) fn is_of_id(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Id(_)))
    }
}

/// Every key that the schema allows.
pub(super) fn allowed() -> Vec<Allowed> {
    let topic =
        [Step::Name(PUBSUB.path[0]), Step::Name(BY_ID), Step::Id(Ids::Topics), Step::Name(EXISTING), Step::Event];
    let mut keys = vec![
        Allowed { steps: vec![Step::Name(TAGS), Step::Tag], kind: TAG_VALUE, setting: None },
        Allowed { steps: topic.to_vec(), kind: Kind::Form(is_name_or_arn, "the ARN of an SNS topic"), setting: None },
    ];
    for section in SECTIONS {
        let Table { path, backing } = section.table;
        let path: Vec<_> = path.iter().map(|name| Step::Name(name)).collect();
        let backing: Vec<_> = backing.map(Step::Name).into_iter().collect();
        for (name, kind) in section.keys {
            let setting = Some((section.table, *name, section.ids));
            let own = [Step::Name(name)];
            keys.push(Allowed { steps: [&path[..], &backing, &own].concat(), kind: *kind, setting });
            if let Some(ids) = section.ids {
                let by_id = [Step::Name(BY_ID), Step::Id(ids)];
                keys.push(Allowed { steps: [&path[..], &by_id, &backing, &own].concat(), kind: *kind, setting });
            }
        }
    }
    keys
}

impl Values<'_> {
    /// The value, or `None` for an empty table, which says nothing.
    pub(super) fn check(
        &self,
        layer: &Layer<'_>,
        leaf: &Leaf,
        allowed: &[Allowed],
    ) -> Result<Option<Value>, Box<Diagnostic>> {
        let mut fitting: Vec<_> = allowed.iter().collect();
        for (index, (_, at)) in leaf.path.iter().enumerate() {
            let ends = |key: &&Allowed| key.steps.len() == index;
            if !fitting.is_empty() && fitting.iter().all(ends) {
                // A setting's name with something below it.
                return Err(Box::new(wrong_type(layer, leaf, "a single value", "a table", at)));
            }
            fitting.retain(|key| !ends(key));
            fitting = self.step(layer, leaf, &fitting, index)?;
        }
        let Some(key) = fitting.iter().find(|key| key.steps.len() == leaf.path.len()) else {
            if leaf.value == Written::Empty {
                return Ok(None);
            }
            return Err(Box::new(wrong_type(layer, leaf, "a table", leaf.value.kind(), &leaf.value_at)));
        };
        value(layer, leaf, key.kind).map(Some)
    }

    /// The allowed keys that go on with part `index` of the leaf's key.
    fn step<'k>(
        &self,
        layer: &Layer<'_>,
        leaf: &Leaf,
        fitting: &[&'k Allowed],
        index: usize,
    ) -> Result<Vec<&'k Allowed>, Box<Diagnostic>> {
        let (name, at) = &leaf.path[index];
        let mut ids = None;
        let mut going_on = Vec::new();
        for &key in fitting {
            match key.steps[index] {
                Step::Name(expected) if expected == name => going_on.push(key),
                Step::Name(_) => {}
                Step::Id(of) if of.of(self.application).iter().any(|id| id.as_str() == name) => going_on.push(key),
                Step::Id(of) => ids = Some(of),
                Step::Event => {
                    let topic = index.checked_sub(2).map(|id| leaf.path[id].0.as_str()).unwrap_or_default();
                    let topics = self.application.topics.values().filter(|it| it.id.as_str() == topic);
                    let events: Vec<&str> = topics.flat_map(|it| it.events.keys().map(String::as_str)).collect();
                    if events.contains(&name.as_str()) {
                        going_on.push(key);
                        continue;
                    }
                    let message = format!("topic `{topic}` has no event `{name}`");
                    let problem = layer.problem(
                        Code::ConfigUnknownId,
                        &message,
                        at,
                        "nobody publishes or handles it",
                        &leaf.key(),
                    );
                    return Err(Box::new(problem.help(match closest(name, events.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("one of: {}", list(&events)),
                    })));
                }
                Step::Tag if TAG_NAME.0(name) => going_on.push(key),
                Step::Tag => {
                    let message = format!("`{name}` cannot be the name of a tag");
                    let label = format!("a tag's name is {}", TAG_NAME.1);
                    return Err(Box::new(layer.problem(Code::ConfigOutOfBounds, &message, at, &label, &leaf.key())));
                }
            }
        }
        match ids {
            _ if !going_on.is_empty() => Ok(going_on),
            Some(ids) => Err(Box::new(self.unknown_id(layer, leaf, ids, name, at))),
            None => Err(Box::new(unknown_key(layer, leaf, fitting, index))),
        }
    }

    fn unknown_id(&self, layer: &Layer<'_>, leaf: &Leaf, of: Ids, id: &str, at: &Range<usize>) -> Diagnostic {
        let ids: Vec<_> = of.of(self.application).iter().map(|id| id.as_str()).collect();
        let message = format!("the application has no {} `{id}`", of.what());
        let problem = layer.problem(Code::ConfigUnknownId, &message, at, "no directive has this id", &leaf.key());
        match closest(id, ids.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if ids.is_empty() => {
                problem.help(format!("the application has no {} at all; delete this table", of.what()))
            }
            None => problem.help(format!("one of: {}", list(&ids))),
        }
    }
}

fn unknown_key(layer: &Layer<'_>, leaf: &Leaf, fitting: &[&Allowed], index: usize) -> Diagnostic {
    let (name, at) = &leaf.path[index];
    let mut names: Vec<_> = fitting
        .iter()
        .filter_map(|key| match key.steps[index] {
            Step::Name(name) => Some(name),
            Step::Id(_) | Step::Tag | Step::Event => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let prefix = layer::join(leaf.path[..=index].iter().map(|(name, _)| name.as_str()));
    let message = format!("no such setting: `{prefix}`");
    let problem = layer.problem(Code::ConfigUnknownKey, &message, at, "inferra does not know this key", &leaf.key());
    // A setting of one backing, written where those stand that hold for every backing.
    let deeper = fitting.iter().filter(|key| !key.is_of_id()).find_map(|key| match key.steps[index..] {
        [Step::Name(backing), Step::Name(setting)] if setting == name => Some(backing),
        _ => None,
    });
    problem.help(match (deeper, closest(name, names.iter().copied())) {
        (Some(backing), _) => {
            let parts = leaf.path[..index].iter().map(|(name, _)| name.as_str()).chain([backing, name.as_str()]);
            format!("it belongs to one backing: `{}`", layer::join(parts))
        }
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("one of: {}", list(&names)),
    })
}
