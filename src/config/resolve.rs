//! From layers to settings: each leaf is held against the schema, later layers replace earlier ones value by value.

mod check;
mod typed;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::app::{Application, Capability, Id};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::{LineIndex, ProjectPath, Span};

use super::DEFAULTS;
use super::layer::{self, Leaf, Written};
use super::schema::{BY_ID, Kind, SECTIONS, TAG_NAME, TAG_VALUE, TAGS};
use super::settings::{Origin, Settings};
use super::target::Target;
use super::value::{Layer, Value, value, wrong_type};

/// Where settings come from, beside the built-in defaults.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The name of the application's folder; see [`Sources::name_of_folder`].
    pub name: &'a str,
    /// The application's `inferra.toml` and its text.
    pub file: Option<(&'a ProjectPath, &'a str)>,
    /// The `key=value` of each `--set`, in order.
    pub overrides: &'a [String],
    /// What runs the units of which no setting says it.
    pub target: Target,
}

impl Sources<'_> {
    /// `folder` as the name of an application: letters and digits, single `-` for everything else, at most 32 characters.
    #[must_use]
    pub fn name_of_folder(folder: &str) -> String {
        let mut name = String::new();
        for c in folder.chars() {
            if c.is_ascii_alphanumeric() {
                name.push(c.to_ascii_lowercase());
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        }
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert_str(0, if name.is_empty() { "app" } else { "app-" });
        }
        name.truncate(32);
        name.trim_end_matches('-').to_owned()
    }
}

/// Resolves all layers for `application`. A value that is not accepted is reported and leaves the one below it in force, so
/// the result is always complete; whether to use it is the caller's question to `diagnostics`.
pub fn resolve(sources: &Sources<'_>, application: &Application, diagnostics: &mut Diagnostics) -> Settings {
    let mut values = Values { application, target: sources.target, accepted: BTreeMap::new() };
    values.take(&Layer::Defaults, layer::document(DEFAULTS).unwrap_or_default(), diagnostics);
    values.set(&["name"], Value::Text(sources.name.to_owned()), Origin::Folder, None);
    if let Some((file, text)) = sources.file {
        match layer::document(text) {
            Ok(leaves) => values.take(&Layer::File { file, lines: LineIndex::new(text) }, leaves, diagnostics),
            Err(error) => diagnostics.push(invalid(file, &error)),
        }
    }
    for written in sources.overrides {
        match layer::assignment(written) {
            Some(leaf) => values.take(&Layer::CommandLine, vec![leaf], diagnostics),
            None => diagnostics.push(
                Diagnostic::new(Code::ConfigInvalidToml, format!("`--set {written}` is not `key=value`"))
                    .help("write a setting and its value, such as `--set execution_unit.memory_mb=1024`"),
            ),
        }
    }
    let settings = values.settings();
    values.check_engines(&settings, diagnostics);
    values.check_storage(&settings, diagnostics);
    values.check_replicas(&settings, diagnostics);
    values.check_nodes(&settings, diagnostics);
    settings
}

fn invalid(file: &ProjectPath, error: &toml::de::Error) -> Diagnostic {
    let at = error.span().unwrap_or(0..0);
    let message = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
    Diagnostic::new(Code::ConfigInvalidToml, format!("`{file}` is not valid TOML")).at(Span::new(file, at), message)
}

struct Accepted {
    value: Value,
    origin: Origin,
    span: Option<Span>,
}

struct Values<'a> {
    application: &'a Application,
    target: Target,
    accepted: BTreeMap<Vec<String>, Accepted>,
}

/// One step of a key that the schema allows.
#[derive(Clone, Copy)]
enum Step {
    Name(&'static str),
    Id(Capability),
    Tag,
}

/// Every key that the schema allows.
fn allowed() -> Vec<(Vec<Step>, Kind)> {
    let mut keys = vec![(vec![Step::Name(TAGS), Step::Tag], TAG_VALUE)];
    for section in SECTIONS {
        let path: Vec<_> = section.path.iter().map(|name| Step::Name(name)).collect();
        for (name, kind) in section.keys {
            keys.push(([&path[..], &[Step::Name(name)]].concat(), *kind));
            if let Some(capability) = section.ids {
                keys.push(([&path[..], &[Step::Name(BY_ID), Step::Id(capability), Step::Name(name)]].concat(), *kind));
            }
        }
    }
    keys
}

impl Values<'_> {
    fn set(&mut self, path: &[&str], value: Value, origin: Origin, span: Option<Span>) {
        self.accepted.insert(path.iter().map(|&part| part.to_owned()).collect(), Accepted { value, origin, span });
    }

    fn take(&mut self, layer: &Layer<'_>, leaves: Vec<Leaf>, diagnostics: &mut Diagnostics) {
        let allowed = allowed();
        for leaf in leaves {
            match self.check(layer, &leaf, &allowed) {
                Ok(Some(value)) => {
                    let path: Vec<_> = leaf.path.iter().map(|(name, _)| name.as_str()).collect();
                    self.set(&path, value, layer.origin(&leaf.value_at), layer.span(&leaf.value_at));
                }
                Ok(None) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }

    /// The value, or `None` for an empty table, which says nothing.
    fn check(
        &self,
        layer: &Layer<'_>,
        leaf: &Leaf,
        allowed: &[(Vec<Step>, Kind)],
    ) -> Result<Option<Value>, Box<Diagnostic>> {
        let mut fitting: Vec<_> = allowed.iter().collect();
        for (index, (name, at)) in leaf.path.iter().enumerate() {
            if fitting.iter().any(|(steps, _)| steps.len() == index) {
                // A setting's name with something below it.
                return Err(Box::new(wrong_type(layer, leaf, "a single value", "a table", at)));
            }
            fitting = self.step(layer, leaf, &fitting, index)?;
            debug_assert!(!fitting.is_empty(), "{name}");
        }
        let Some((_, kind)) = fitting.iter().find(|(steps, _)| steps.len() == leaf.path.len()) else {
            return match leaf.value {
                Written::Other("table") => Ok(None),
                Written::Text(_) | Written::Integer(_) | Written::Untyped(_) | Written::Other(_) => {
                    Err(Box::new(wrong_type(layer, leaf, "a table", "a single value", &leaf.value_at)))
                }
            };
        };
        value(layer, leaf, *kind).map(Some)
    }

    /// The allowed keys that go on with part `index` of the leaf's key.
    fn step<'k>(
        &self,
        layer: &Layer<'_>,
        leaf: &Leaf,
        fitting: &[&'k (Vec<Step>, Kind)],
        index: usize,
    ) -> Result<Vec<&'k (Vec<Step>, Kind)>, Box<Diagnostic>> {
        let (name, at) = &leaf.path[index];
        let mut names = Vec::new();
        let mut going_on = Vec::new();
        for &key in fitting {
            match key.0[index] {
                Step::Name(expected) => {
                    names.push(expected);
                    if expected == name {
                        going_on.push(key);
                    }
                }
                Step::Id(capability) if self.has(capability, name) => going_on.push(key),
                Step::Id(capability) => return Err(Box::new(self.unknown_id(layer, leaf, capability, name, at))),
                Step::Tag if TAG_NAME.0(name) => going_on.push(key),
                Step::Tag => {
                    let message = format!("`{name}` cannot be the name of a tag");
                    let label = format!("a tag's name is {}", TAG_NAME.1);
                    return Err(Box::new(layer.problem(Code::ConfigOutOfBounds, &message, at, &label, &leaf.key())));
                }
            }
        }
        if !going_on.is_empty() {
            return Ok(going_on);
        }
        names.sort_unstable();
        names.dedup();
        let prefix = layer::join(leaf.path[..=index].iter().map(|(name, _)| name.as_str()));
        let help = closest(name, names.iter().copied()).map_or_else(
            || format!("one of: {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("no such setting: `{prefix}`");
        Err(Box::new(
            layer
                .problem(Code::ConfigUnknownKey, &message, at, "inferra does not know this key", &leaf.key())
                .help(help),
        ))
    }

    fn ids(&self, capability: Capability) -> Vec<&str> {
        match capability {
            Capability::ExecutionUnit => self.application.units.keys().map(Id::as_str).collect(),
            Capability::Expose => self.application.gateways.keys().map(Id::as_str).collect(),
            Capability::Persist => self.application.stores.keys().map(Id::as_str).collect(),
            Capability::Pubsub => self.application.topics.keys().map(Id::as_str).collect(),
            Capability::Schedule => self.application.schedules.keys().map(Id::as_str).collect(),
            Capability::Config => self.application.parameters.keys().map(Id::as_str).collect(),
            Capability::StaticUnit => self.application.sites.keys().map(Id::as_str).collect(),
            Capability::EmbedAssets => Vec::new(),
        }
    }

    fn has(&self, capability: Capability, id: &str) -> bool {
        self.ids(capability).contains(&id)
    }

    fn unknown_id(
        &self,
        layer: &Layer<'_>,
        leaf: &Leaf,
        capability: Capability,
        id: &str,
        at: &Range<usize>,
    ) -> Diagnostic {
        let ids = self.ids(capability);
        let message = format!("the application has no {capability} `{id}`");
        let problem = layer.problem(Code::ConfigUnknownId, &message, at, "no directive has this id", &leaf.key());
        match closest(id, ids.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if ids.is_empty() => {
                problem.help(format!("the application has no {capability} at all; delete this table"))
            }
            None => problem
                .help(format!("one of: {}", ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "))),
        }
    }
}

const KV: &[&str] = &["persist", "kv"];
const REDIS_NODE: &[&str] = &["persist", "redis_node"];
const ORM: &[&str] = &["persist", "orm"];
const REDIS_CLUSTER: &[&str] = &["persist", "redis_cluster"];

#[cfg(test)]
mod tests;
