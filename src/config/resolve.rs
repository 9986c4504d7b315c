//! From layers to settings: each leaf is held against the schema, later layers replace earlier ones value by value.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::app::{Application, Capability, Id, StoreKind};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::{LineIndex, ProjectPath, Span};

use super::DEFAULTS;
use super::layer::{self, Leaf, Written};
use super::schema::{BY_ID, Kind, SECTIONS, TAG_NAME, TAG_VALUE, TAGS};
use super::settings::{
    Architecture, EksSettings, Engine, GatewaySettings, NatGateways, Network, NetworkSettings, Nodes, Origin,
    PubsubSettings, RedisNodeSettings, Setting, Settings, UnitSettings,
};
use super::target::{Compute, Target};
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

    /// The value for one id, or else for all. The test `every_setting_has_a_default` holds that there is one.
    fn find(&self, section: &[&str], id: Option<&Id>, key: &str) -> (String, Option<&Accepted>) {
        let path =
            |middle: &[&str]| [section, middle, &[key]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let own = id.map(|id| path(&[BY_ID, id.as_str()])).filter(|path| self.accepted.contains_key(path));
        let path = own.unwrap_or_else(|| path(&[]));
        (layer::join(path.iter().map(String::as_str)), self.accepted.get(&path))
    }

    fn text(&self, section: &[&str], id: Option<&Id>, key: &str) -> Setting<String> {
        let (key, found) = self.find(section, id, key);
        let value = match found.map(|found| &found.value) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Integer(_)) | None => String::new(),
        };
        Setting { value, key, origin: found.map_or(Origin::Default, |found| found.origin.clone()) }
    }

    fn integer(&self, section: &[&str], id: Option<&Id>, key: &str) -> Setting<u32> {
        let (key, found) = self.find(section, id, key);
        let value = match found.map(|found| &found.value) {
            Some(Value::Integer(number)) => *number,
            Some(Value::Text(_)) | None => 0,
        };
        Setting { value, key, origin: found.map_or(Origin::Default, |found| found.origin.clone()) }
    }

    fn word<T>(&self, section: &[&str], id: Option<&Id>, key: &str, read: impl Fn(&str) -> T) -> Setting<T> {
        let Setting { value, key, origin } = self.text(section, id, key);
        Setting { value: read(&value), key, origin }
    }

    fn settings(&self) -> Settings {
        let application = self.application;
        let stores = application.stores.values().filter(|store| match store.kind {
            StoreKind::RedisNode => true,
        });
        Settings {
            name: self.text(&[], None, "name"),
            units: application.units.keys().map(|id| (id.clone(), self.unit(id))).collect(),
            gateways: application.gateways.keys().map(|id| (id.clone(), self.gateway(id))).collect(),
            redis_nodes: stores.map(|store| (store.id.clone(), self.redis_node(&store.id))).collect(),
            pubsub: PubsubSettings {
                dead_letter_retention_days: self.integer(&["pubsub"], None, "dead_letter_retention_days"),
                max_retries: self.integer(&["pubsub"], None, "max_retries"),
                visibility_timeout_s: self.integer(&["pubsub"], None, "visibility_timeout_s"),
            },
            network: NetworkSettings {
                cidr: self.word(&["network"], None, "cidr", |text| {
                    let whole = Network { address: std::net::Ipv4Addr::UNSPECIFIED, prefix: 0 };
                    Network::parse(text).unwrap_or(whole)
                }),
                zones: self.integer(&["network"], None, "zones"),
                nat_gateways: self.word(&["network"], None, "nat_gateways", |text| {
                    if text == "single" { NatGateways::Single } else { NatGateways::PerZone }
                }),
            },
            eks: self.eks(),
            tags: self.tags(),
        }
    }

    fn unit(&self, id: &Id) -> UnitSettings {
        let (section, id) = (&["execution_unit"], Some(id));
        UnitSettings {
            memory_mb: self.integer(section, id, "memory_mb"),
            timeout_s: self.integer(section, id, "timeout_s"),
            architecture: self.word(section, id, "architecture", |text| {
                if text == Architecture::X86.name() { Architecture::X86 } else { Architecture::Arm64 }
            }),
            log_retention_days: self.integer(section, id, "log_retention_days"),
            python_runtime: self.text(section, id, "python_runtime"),
            node_runtime: self.text(section, id, "node_runtime"),
            compute: self.word(section, id, "compute", |text| {
                let named = Compute::ALL.into_iter().find(|compute| compute.name() == text);
                named.unwrap_or(self.target.compute())
            }),
            cpu_units: self.integer(section, id, "cpu_units"),
            min_replicas: self.integer(section, id, "min_replicas"),
            max_replicas: self.integer(section, id, "max_replicas"),
            cpu_target_percent: self.integer(section, id, "cpu_target_percent"),
            port: self.integer(section, id, "port"),
            python_image: self.text(section, id, "python_image"),
            node_image: self.text(section, id, "node_image"),
        }
    }

    fn eks(&self) -> EksSettings {
        let section = &["eks"];
        EksSettings {
            version: self.text(section, None, "version"),
            nodes: self.word(
                section,
                None,
                "nodes",
                |text| if text == "fargate" { Nodes::Fargate } else { Nodes::Managed },
            ),
            node_type_arm64: self.text(section, None, "node_type_arm64"),
            node_type_x86_64: self.text(section, None, "node_type_x86_64"),
            min_nodes: self.integer(section, None, "min_nodes"),
            max_nodes: self.integer(section, None, "max_nodes"),
            public_access: self.text(section, None, "public_access"),
            namespace: self.text(section, None, "namespace"),
            log_retention_days: self.integer(section, None, "log_retention_days"),
        }
    }

    fn gateway(&self, id: &Id) -> GatewaySettings {
        GatewaySettings { log_retention_days: self.integer(&["expose"], Some(id), "log_retention_days") }
    }

    fn redis_node(&self, id: &Id) -> RedisNodeSettings {
        let (section, id) = (REDIS_NODE, Some(id));
        RedisNodeSettings {
            engine: self.word(section, id, "engine", |text| {
                if text == Engine::Redis.name() { Engine::Redis } else { Engine::Valkey }
            }),
            engine_version: self.text(section, id, "engine_version"),
            node_type: self.text(section, id, "node_type"),
            replicas: self.integer(section, id, "replicas"),
            snapshot_retention_days: self.integer(section, id, "snapshot_retention_days"),
        }
    }

    fn tags(&self) -> BTreeMap<String, Setting<String>> {
        let names = self.accepted.keys().filter_map(|path| match path.as_slice() {
            [table, name] if table == TAGS => Some(name),
            _ => None,
        });
        names.map(|name| (name.clone(), self.text(&[TAGS], None, name))).collect()
    }

    /// An engine without the version: what each setting allows alone, but not both together.
    fn check_engines(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, node) in &settings.redis_nodes {
            let (engine, version) = (&node.engine, &node.engine_version);
            if engine.value.has_version(&version.value) {
                continue;
            }
            let message = format!("ElastiCache has no {} {} (store `{id}`)", engine.value, version.value);
            let mut problem = Diagnostic::new(Code::ConfigOutOfBounds, message).help(format!(
                "set `{}` and `{}` together: redis 6.2 to 7.1, valkey from 7.2",
                engine.key, version.key
            ));
            let places = [("engine_version", "this version"), ("engine", "this engine")];
            problem = self.at_values(problem, REDIS_NODE, Some(id), places);
            diagnostics.push(problem);
        }
    }

    /// Bounds the wrong way round: what each setting allows alone, but not both together.
    fn check_replicas(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        for (id, unit) in &settings.units {
            let places = [("min_replicas", "the fewest"), ("max_replicas", "the most")];
            self.check_bounds(
                &unit.min_replicas,
                &unit.max_replicas,
                &["execution_unit"],
                Some(id),
                places,
                diagnostics,
            );
        }
    }

    /// As [`check_replicas`](Self::check_replicas), of machines.
    fn check_nodes(&self, settings: &Settings, diagnostics: &mut Diagnostics) {
        let places = [("min_nodes", "the fewest"), ("max_nodes", "the most")];
        self.check_bounds(&settings.eks.min_nodes, &settings.eks.max_nodes, &["eks"], None, places, diagnostics);
    }

    fn check_bounds(
        &self,
        min: &Setting<u32>,
        max: &Setting<u32>,
        section: &[&str],
        id: Option<&Id>,
        places: [(&str, &'static str); 2],
        diagnostics: &mut Diagnostics,
    ) {
        if min.value <= max.value {
            return;
        }
        // Without the unit's id, units of which nothing of their own is set are one problem.
        let message = format!("`{}` is {}, more than `{}`, which is {}", min.key, min.value, max.key, max.value);
        let problem = Diagnostic::new(Code::ConfigOutOfBounds, message)
            .help(format!("set `{}` ({}) and `{}` ({}) together", min.key, min.origin, max.key, max.origin));
        diagnostics.push(self.at_values(problem, section, id, places));
    }

    /// `problem` at the values of these settings, of one id where there is one, as far as they stand in a file.
    fn at_values(
        &self,
        mut problem: Diagnostic,
        section: &[&str],
        id: Option<&Id>,
        settings: [(&str, &'static str); 2],
    ) -> Diagnostic {
        for (key, text) in settings {
            let span = self.find(section, id, key).1.and_then(|it| it.span.clone());
            match (span, &problem.primary) {
                (Some(span), None) => problem = problem.at(span, text),
                (Some(span), Some(_)) => problem = problem.also(span, text),
                (None, _) => {}
            }
        }
        problem
    }
}

const REDIS_NODE: &[&str] = &["persist", "redis_node"];

#[cfg(test)]
mod tests;
