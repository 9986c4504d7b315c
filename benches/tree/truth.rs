//! What a right compile finds in a tree, and the comparison with what it found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use inferra::source::Language;
use serde_json::Value;

use super::graph::{Form, Role, routes};
use super::manifest;
use super::plan::Plan;

type Names = BTreeSet<String>;

/// What a right compile of a tree finds.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// Unit -> every file in it.
    units: BTreeMap<String, Names>,
    /// Gateway -> its unit and its routes, `GET /orders`.
    gateways: BTreeMap<String, (String, Names)>,
    /// Store -> the units that connect to it.
    stores: BTreeMap<String, Names>,
    /// Topic -> event -> the units that publish it and those that handle it.
    topics: BTreeMap<String, BTreeMap<String, (Names, Names)>>,
    /// File -> what the line that wiring puts in must hold.
    edits: BTreeMap<String, String>,
}

impl Truth {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut entries: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (at, module) in plan.modules.iter().enumerate() {
            if let Role::Main { unit } | Role::Api { unit, .. } | Role::Emitter { unit, .. } = &module.role {
                entries.entry(unit).or_default().insert(at);
            }
        }
        let ancestors = ancestors(plan);
        let loaded: BTreeMap<&str, BTreeSet<usize>> =
            entries.into_iter().map(|(unit, entries)| (unit, closure(plan, &ancestors, entries))).collect();
        let including = |at: usize| -> Names {
            loaded.iter().filter(|(_, files)| files.contains(&at)).map(|(unit, _)| (*unit).to_owned()).collect()
        };
        let mut truth = Self::default();
        for (at, module) in plan.modules.iter().enumerate() {
            match &module.role {
                Role::Plain | Role::Barrel | Role::Main { .. } => {}
                Role::Web { gateway } => truth.gateway(gateway, including(at).pop_first().unwrap_or_default(), ""),
                Role::Routes { web, prefix } => {
                    if let Role::Web { gateway } = &plan.module(*web).role {
                        truth.gateway(gateway, String::new(), prefix);
                    }
                }
                Role::Api { unit, gateway, prefix } => truth.gateway(gateway, unit.clone(), prefix),
                Role::Store { id } => {
                    truth.stores.insert(id.clone(), including(at));
                    truth.edits.insert(module.path.clone(), prefix("PERSIST", id));
                }
                Role::Emitter { unit, id, events } => {
                    let users = plan.modules.iter().enumerate().filter(|(_, user)| user.uses.contains(&at));
                    let publishers: Names = users.flat_map(|(user, _)| including(user)).collect();
                    let sides = (publishers, Names::from([unit.clone()]));
                    let events = events.iter().map(|event| ((*event).to_owned(), sides.clone()));
                    truth.topics.insert(id.clone(), events.collect());
                    truth.edits.insert(module.path.clone(), prefix("PUBSUB", id));
                }
            }
        }
        for (unit, files) in loaded {
            let mut paths: Names = files.into_iter().map(|at| plan.module(at).path.clone()).collect();
            paths.insert(manifest(plan.language).to_owned());
            if plan.language == Language::TypeScript {
                paths.insert("tsconfig.json".to_owned());
            }
            truth.units.insert(unit.to_owned(), paths);
        }
        truth
    }

    fn gateway(&mut self, gateway: &str, unit: String, prefix: &str) {
        let entry = self.gateways.entry(gateway.to_owned()).or_default();
        if !unit.is_empty() {
            entry.0 = unit;
        }
        if prefix.is_empty() {
            entry.1.insert("GET /health".to_owned());
        } else {
            entry.1.extend(routes(prefix).map(|(method, path)| format!("{method} {path}")));
        }
    }

    /// The number of files in all units, counted once in each.
    pub(crate) fn unit_files(&self) -> usize {
        self.units.values().map(BTreeSet::len).sum()
    }

    /// The number of units.
    pub(crate) fn units(&self) -> usize {
        self.units.len()
    }

    /// Compares the output of a compile with the truth; the error says the first thing that is wrong.
    pub(crate) fn check(&self, out: &Path) -> Result<(), String> {
        let read = |name: &str| fs::read(out.join(name)).map_err(|error| format!("{name}: {error}"));
        let plan: Value = serde_json::from_slice(&read("plan.json")?).map_err(|error| format!("plan.json: {error}"))?;
        let found = Self::read(&plan, &String::from_utf8_lossy(&read("wiring.patch")?))?;
        for (unit, files) in &self.units {
            same(&format!("files of unit {unit}"), files, found.units.get(unit).ok_or(format!("no unit {unit}"))?)?;
        }
        same("units", &keys(&self.units), &keys(&found.units))?;
        same("gateways", &self.gateways, &found.gateways)?;
        same("stores", &self.stores, &found.stores)?;
        same("topics", &self.topics, &found.topics)?;
        same("edited files", &keys(&self.edits), &keys(&found.edits))?;
        for (file, wanted) in &self.edits {
            let line = found.edits.get(file).map_or("", String::as_str);
            if !line.contains(wanted) {
                return Err(format!("the edit of {file} lacks {wanted}: {line}"));
            }
        }
        let written = self.units.iter().find_map(|(unit, files)| {
            let missing = files.iter().find(|file| !out.join("units").join(unit).join(file).is_file());
            missing.map(|file| format!("{file} was not written to unit {unit}"))
        });
        written.map_or(Ok(()), Err)
    }

    /// What a compile found, in the same words.
    fn read(plan: &Value, patch: &str) -> Result<Self, String> {
        let mut found = Self { edits: edits(patch)?, ..Self::default() };
        for (unit, facts) in entries(plan, "units")? {
            found.units.insert(unit.clone(), names(&facts["files"]));
        }
        for (gateway, facts) in entries(plan, "gateways")? {
            let routes = entries(facts, "routes")?;
            let routes = routes.map(|(_, route)| format!("{} {}", text(&route["method"]), text(&route["path"])));
            found.gateways.insert(gateway.clone(), (text(&facts["unit"]), routes.collect()));
        }
        for (store, _) in entries(plan, "stores")? {
            found.stores.insert(store.clone(), Names::new());
        }
        for access in plan["accesses"].as_array().into_iter().flatten() {
            if let Some(units) = access["construct"]["store"].as_str().and_then(|store| found.stores.get_mut(store)) {
                units.insert(text(&access["unit"]));
            }
        }
        for (topic, facts) in entries(plan, "topics")? {
            let events = entries(facts, "events")?;
            let events = events
                .map(|(event, facts)| (event.clone(), (names(&facts["publishers"]), names(&facts["subscribers"]))));
            found.topics.insert(topic.clone(), events.collect());
        }
        Ok(found)
    }
}

/// The `__init__.py` files that loading a module of each package loads first.
fn ancestors(plan: &Plan) -> Vec<Vec<usize>> {
    if plan.language == Language::TypeScript {
        return vec![Vec::new(); plan.packages.len()];
    }
    let barrels: BTreeMap<_, _> =
        plan.packages.iter().filter_map(|package| Some((package.folder.as_str(), package.barrel?))).collect();
    let above = |folder: &str| {
        let inner = folder.match_indices('/').filter_map(|(at, _)| barrels.get(&folder[..at]).copied());
        inner.chain(barrels.get(folder).copied()).collect()
    };
    plan.packages.iter().map(|package| above(&package.folder)).collect()
}

fn closure(plan: &Plan, ancestors: &[Vec<usize>], entries: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut waiting: Vec<usize> = entries.into_iter().collect();
    let mut loaded = BTreeSet::new();
    while let Some(at) = waiting.pop() {
        if !loaded.insert(at) {
            continue;
        }
        let module = plan.module(at);
        // Imports for types alone do not happen when the program runs.
        let run = module.imports.iter().filter(|import| import.form != Form::Types);
        let imported = run.map(|import| import.target);
        waiting.extend(imported.chain(module.uses.iter().map(|client| plan.door(at, *client))));
        waiting.extend(&ancestors[module.package]);
    }
    loaded
}

/// The start of the names of a construct's environment variables.
fn prefix(capability: &str, id: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("\"INFERRA_{capability}_{id}\"")
}

/// The line that a patch puts into each file; an error where it changes more than one line.
fn edits(patch: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut file = "";
    for line in patch.lines() {
        if let Some(path) = line.strip_prefix("+++ b/") {
            file = path;
        } else if let Some(added) = line.strip_prefix('+')
            && found.insert(file.to_owned(), added.to_owned()).is_some()
        {
            return Err(format!("wiring.patch changes more than one line of {file}"));
        }
    }
    Ok(found)
}

fn entries<'a>(value: &'a Value, name: &str) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    Ok(value[name].as_object().ok_or(format!("`{name}` is no table in plan.json"))?.iter())
}

fn names(value: &Value) -> Names {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn keys<T>(map: &BTreeMap<String, T>) -> Names {
    map.keys().cloned().collect()
}

/// An error with the start of what differs.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, found: &T) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (format!("{wanted:?}"), format!("{found:?}"));
    let alike = wanted.bytes().zip(found.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(40);
    let excerpt = |text: &str| text.chars().skip(alike).take(160).collect::<String>();
    Err(format!("{what}: wanted …{}, found …{}", excerpt(&wanted), excerpt(&found)))
}
