//! From layers to settings: each leaf is held against the schema, later layers replace earlier ones value by value.

mod candidates;
mod check;
mod existing;
mod extra;
mod idle;
mod key;
mod moot;
mod rules;
mod typed;
mod violation;

use std::collections::BTreeMap;

use crate::app::{Application, Id};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;

use super::DEFAULTS;
use super::document::{Document, ENVIRONMENTS};
use super::extra::Extra;
use super::forms::{ENVIRONMENT, is_environment};
use super::layer::{self, Leaf};
use super::schema::{EXECUTION_UNIT, ROOT, SECTIONS, Table};
use super::setting::{Entry, Former, Origin};
use super::settings::Settings;
use super::target::{Compute, Target};
use super::value::{Layer, Value, list};

/// Where settings come from, beside the built-in defaults.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The name of the application's folder; see [`Sources::name_of_folder`].
    pub name: &'a str,
    /// The files of settings, weakest first.
    pub files: &'a [Document],
    /// The environment whose settings hold.
    pub environment: Option<&'a str>,
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

/// What was resolved.
#[derive(Debug)]
pub struct Resolved {
    /// The settings, typed and complete.
    pub settings: Settings,
    /// Every value that is in force, in the order of the built-in defaults, with what it overrode.
    pub entries: Vec<Entry>,
}

/// Resolves all layers for `application`. A value that is not accepted is reported and leaves the one below it in force, so
/// the result is always complete; whether to use it is the caller's question to `diagnostics`.
pub fn resolve(sources: &Sources<'_>, application: &Application, diagnostics: &mut Diagnostics) -> Resolved {
    let mut values = Values {
        application,
        environment: sources.environment,
        target: sources.target,
        accepted: BTreeMap::new(),
        extra: BTreeMap::new(),
        layers: 0,
    };
    let allowed = key::allowed();
    let defaults = layer::document(DEFAULTS).unwrap_or_default();
    values.take(&Writer { layer: Layer::Defaults, index: 0 }, defaults, &allowed, diagnostics);
    values.set(
        ROOT.key(None, "name"),
        Accepted {
            value: Value::Text(sources.name.to_owned()),
            origin: Origin::Folder,
            span: None,
            writer: 0,
            layer: 0,
        },
    );
    let writers = sources.files.iter().enumerate();
    let writers: Vec<_> =
        writers.map(|(index, file)| (file, Writer { layer: Layer::File(file), index: index + 1 })).collect();
    for (file, writer) in &writers {
        values.take(writer, file.settings(), &allowed, diagnostics);
    }
    // What an environment says is stronger than what any file says of all environments.
    for (file, writer) in &writers {
        values.environments(file, writer, sources.environment, &allowed, diagnostics);
    }
    check_environment(sources, diagnostics);
    check_names_of_environments(sources, diagnostics);
    let command_line = Writer { layer: Layer::CommandLine, index: sources.files.len() + 1 };
    for written in sources.overrides {
        match layer::assignment(written) {
            Some(leaf) => values.take(&command_line, vec![leaf], &allowed, diagnostics),
            None => diagnostics.push(
                Diagnostic::new(Code::ConfigInvalidToml, format!("`--set {written}` is not `key=value`"))
                    .help("write a setting and its value, such as `--set execution_unit.memory_mb=1024`"),
            ),
        }
    }
    let settings = values.settings();
    values.check_name(&settings, diagnostics);
    values.check_state(&settings, diagnostics);
    values.check_engines(&settings, diagnostics);
    values.check_serverless_engines(&settings, diagnostics);
    values.check_storage(&settings, diagnostics);
    values.check_archives(&settings, diagnostics);
    values.check_aurora(&settings, diagnostics);
    values.check_replicas(&settings, diagnostics);
    values.check_nodes(&settings, diagnostics);
    values.check_idle(diagnostics);
    let rules = rules::read(sources, &writers, &allowed, diagnostics);
    values.check_existing(&settings, diagnostics);
    values.check_rules(&rules, diagnostics);
    Resolved { settings, entries: values.entries() }
}

/// Somebody who wrote values, with a number: 0 for the built-in defaults, then the files from 1 on.
#[derive(Clone, Copy)]
struct Writer<'a> {
    layer: Layer<'a>,
    index: usize,
}

/// Whether any file knows the environment that was asked for.
fn check_environment(sources: &Sources<'_>, diagnostics: &mut Diagnostics) {
    let Some(wanted) = sources.environment else { return };
    let mut known: Vec<_> = sources.files.iter().flat_map(Document::environments).map(|(name, _)| name).collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&wanted) {
        return;
    }
    let help = match closest(wanted, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("no file of settings has a table `[{ENVIRONMENTS}.…]`"),
        None => format!("one of: {}", list(&known)),
    };
    let message = format!("there is no environment `{wanted}`");
    diagnostics.push(Diagnostic::new(Code::EnvironmentUnknown, message).help(help));
}

/// Each environment has files of its name, and where the file system takes `Prod` for `prod`, two would have the same ones.
fn check_names_of_environments(sources: &Sources<'_>, diagnostics: &mut Diagnostics) {
    let mut known: Vec<(&str, Span)> = Vec::new();
    for file in sources.files {
        for (name, at) in file.environments() {
            let other = known.iter().find(|(known, _)| *known != name && known.eq_ignore_ascii_case(name));
            if let Some((other, first)) = other {
                let message = format!("environments `{other}` and `{name}` differ in capital letters alone");
                diagnostics.push(
                    Diagnostic::new(Code::ConfigOutOfBounds, message)
                        .at(file.span(at), "this one")
                        .also(first.clone(), "and this one")
                        .help("give one of them another name: on some computers their files would have the same one"),
                );
            }
            known.push((name, file.span(at)));
        }
    }
}

struct Accepted {
    value: Value,
    origin: Origin,
    span: Option<Span>,
    /// The number of who wrote it.
    writer: usize,
    /// The number of the layer, from the weakest on: a file has one, and another for the environment.
    layer: usize,
}

struct Values<'a> {
    application: &'a Application,
    environment: Option<&'a str>,
    target: Target,
    /// By key, what was written, the weakest first.
    accepted: BTreeMap<Vec<String>, Vec<Accepted>>,
    /// By address, what is said outside the model.
    extra: BTreeMap<String, Extra>,
    /// The number of layers that were taken.
    layers: usize,
}

impl Values<'_> {
    fn set(&mut self, path: Vec<String>, accepted: Accepted) {
        self.accepted.entry(path).or_default().push(accepted);
    }

    fn take(
        &mut self,
        writer: &Writer<'_>,
        leaves: Vec<Leaf>,
        allowed: &[key::Allowed],
        diagnostics: &mut Diagnostics,
    ) {
        let Writer { layer, index } = *writer;
        self.layers += 1;
        let (extra, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(extra::is_extra);
        self.take_extra(writer, &extra, true, diagnostics);
        for leaf in leaves {
            match self.check(&layer, &leaf, allowed) {
                Ok(Some(value)) => {
                    let path = leaf.path.iter().map(|(name, _)| name.clone()).collect();
                    let (origin, span) = (layer.origin(&leaf.value_at), layer.span(&leaf.value_at));
                    self.set(path, Accepted { value, origin, span, writer: index, layer: self.layers });
                }
                Ok(None) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }

    /// Takes what `file` says of the environment that holds, and holds the others against the schema: a mistake in them is one
    /// today, not on the day on which they are compiled for.
    fn environments(
        &mut self,
        file: &Document,
        writer: &Writer<'_>,
        chosen: Option<&str>,
        allowed: &[key::Allowed],
        diagnostics: &mut Diagnostics,
    ) {
        for leaf in file.misplaced() {
            diagnostics.push(
                Diagnostic::new(Code::ConfigWrongType, format!("`{}` is a table", leaf.key()))
                    .at(file.span(&leaf.value_at), format!("this is {}", leaf.value.kind()))
                    .help("an environment is a table of settings, such as `[env.prod.persist.orm]`"),
            );
        }
        for (name, at) in file.environments() {
            if !is_environment(name) {
                diagnostics.push(
                    Diagnostic::new(Code::ConfigOutOfBounds, format!("`{name}` cannot be the name of an environment"))
                        .at(file.span(at), ENVIRONMENT),
                );
            }
            let (leaves, _) = file.environment(name);
            if chosen == Some(name) {
                self.take(writer, leaves, allowed, diagnostics);
            } else {
                let (extra, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(extra::is_extra);
                self.take_extra(writer, &extra, false, diagnostics);
                let problems = leaves.iter().filter_map(|leaf| self.check(&writer.layer, leaf, allowed).err());
                problems.for_each(|problem| diagnostics.push(*problem));
            }
        }
    }

    /// What runs `unit`.
    fn compute(&self, unit: &Id) -> Compute {
        self.meant(self.find(&EXECUTION_UNIT, Some(unit), "compute").1.map(|found| &found.value))
    }

    /// What runs a unit of which this is said: one that is named, or else what the target says.
    fn meant(&self, compute: Option<&Value>) -> Compute {
        let written = compute.map(ToString::to_string);
        let named = Compute::ALL.into_iter().find(|compute| written.as_deref() == Some(compute.name()));
        named.unwrap_or(self.target.compute())
    }

    /// The value in force at `path`.
    fn at(&self, path: &[String]) -> Option<&Accepted> {
        self.accepted.get(path)?.last()
    }

    /// Every value in force: in each table what holds for all, then what holds for one id.
    fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for section in SECTIONS {
            for (key, _) in section.keys {
                let own = self.ids_with(&section.table, key);
                let paths = std::iter::once(section.table.key(None, key)).chain(own);
                entries.extend(paths.filter_map(|path| self.entry(path)));
            }
        }
        let named = self.accepted.keys().filter(|path| path[0] == super::schema::TAGS || existing::is_of_event(path));
        entries.extend(named.filter_map(|path| self.entry(path.clone())));
        entries.extend(self.extra_entries());
        entries
    }

    /// The keys that say `key` of one id.
    fn ids_with(&self, table: &Table, key: &str) -> Vec<Vec<String>> {
        let at = table.path.len() + 1;
        let own = self.accepted.keys().filter(|path| {
            path.get(at).is_some_and(|id| **path == table.key(Some(id), key)) && **path != table.key(None, key)
        });
        own.cloned().collect()
    }

    fn entry(&self, path: Vec<String>) -> Option<Entry> {
        let (last, former) = self.accepted.get(&path)?.split_last()?;
        let former = former.iter().rev();
        Some(Entry {
            literal: last.value.toml(),
            origin: last.origin.clone(),
            overrode: former.map(|it| Former { literal: it.value.toml(), origin: it.origin.clone() }).collect(),
            path,
        })
    }
}

#[cfg(test)]
mod tests;
