//! Several environments as one output. Those whose graph is the same share a root: one Terraform module whose variables hold what
//! differs, and for each environment a file of their values. Where the graph differs, the roots are separate.
//!
//! A root is everything that a compile for one environment writes, and what is the same for all of its environments is there
//! once. What is not lies below `environments/<name>`, in the folder that it belongs to.

mod chart;
mod index;
mod module;
mod name;
mod setting;
mod state;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::units::Files;
use crate::config::{Entry, differing};
use crate::plan::Plan;
pub(crate) use crate::terraform::listed;

use module::{Module, Reason};
pub(crate) use state::reject_shared;

/// The folder of what belongs to one environment alone.
const FOLDER: &str = "environments";
/// Of a folder's name, in bytes; file systems take 255, and some tools count whole paths.
const LONGEST: usize = 100;
/// As many differences are named as a person reads.
const NAMED: usize = 3;

/// The last words of settings that choose what there is, where all others say how much of it.
const CHOICES: [&str; 6] = ["backing", "backend", "compute", "nodes", "package", "protocol"];
/// Those of settings that choose it where one environment says nothing there.
const ADOPTIONS: [&str; 2] = ["existing", "vpc_id"];

/// One environment, as a compile for it alone has it.
#[derive(Debug)]
pub(crate) struct Environment<'a> {
    pub(crate) name: &'a str,
    pub(crate) plan: &'a Plan,
    /// The output.
    pub(crate) files: Files,
    /// The settings in force.
    pub(crate) settings: &'a [Entry],
}

/// Environments that share a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// What it is for, as people say it.
    pub title: String,
    /// Its folder in the output; empty where there is one root only.
    pub folder: String,
    /// The environments, in the order in which the files of settings name them.
    pub environments: Vec<String>,
    /// Why it is apart from the root before it: differences, and the settings that they follow from.
    pub apart: Option<Apart>,
}

/// Why a root is apart from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// The environments of that one.
    pub from: Vec<String>,
    /// The first differences.
    pub differences: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// The settings that differ, each with its value and who said it.
    pub settings: Vec<String>,
}

/// Environments of which it is known that they share a root.
struct Group<'a> {
    members: Vec<&'a Environment<'a>>,
    module: Module,
    apart: Option<Apart>,
}

/// The output for all of `environments`, and its roots.
pub(crate) fn together(environments: &[Environment<'_>]) -> Result<(Files, Vec<Root>), serde_json::Error> {
    let groups = grouped(environments);
    let alone = groups.len() == 1;
    let roots: Vec<Root> = groups
        .iter()
        .map(|group| {
            let names: Vec<_> = group.members.iter().map(|one| one.name.to_owned()).collect();
            let folder = if alone { String::new() } else { folder(&names) };
            Root { title: whom(&group.members), folder, environments: names, apart: group.apart.clone() }
        })
        .collect();
    let mut files = Files::new();
    for (group, root) in groups.into_iter().zip(&roots) {
        let folder = if root.folder.is_empty() { String::new() } else { format!("{}/", root.folder) };
        files.extend(of_group(group).into_iter().map(|(path, bytes)| (format!("{folder}{path}"), bytes)));
    }
    let index = index::index(environments, &roots)?;
    files.insert("plan.json".to_owned(), Arc::new(index.into_bytes()));
    Ok((files, roots))
}

/// What the folder of a root is called: no other root has the first of its environments.
fn folder(names: &[String]) -> String {
    match names {
        [first, others @ ..] if names.join("+").len() > LONGEST => format!("{first}+{}-more", others.len()),
        names => names.join("+"),
    }
}

fn grouped<'a>(environments: &'a [Environment<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    'next: for environment in environments {
        let mut apart = None;
        for group in &mut groups {
            let members: Vec<_> = group.members.iter().copied().chain([environment]).collect();
            match module::module(&members) {
                Ok(module) => {
                    (group.members, group.module) = (members, module);
                    continue 'next;
                }
                Err(reasons) => {
                    apart.get_or_insert_with(|| why(&group.members, environment, &reasons));
                }
            }
        }
        // One environment cannot differ from itself.
        if let Ok(module) = module::module(&[environment]) {
            groups.push(Group { members: vec![environment], module, apart });
        }
    }
    groups
}

fn why(from: &[&Environment<'_>], environment: &Environment<'_>, reasons: &[Reason]) -> Apart {
    let other = from.first().map_or(environment, |first| first);
    let differing = differing(&[other.settings, environment.settings]);
    let used = setting::differing_of(&[other, environment], reasons);
    let is_used = |key: &str| used.contains(&setting::of_all(key));
    let chooses = |key: &str, entries: &[Option<&Entry>]| {
        let name = key.rsplit('.').next().unwrap_or_default();
        // What is adopted in both has the same form.
        let adopts = || entries.iter().any(|entry| entry.is_none_or(Entry::is_empty));
        CHOICES.contains(&name) || ADOPTIONS.contains(&name) && adopts()
    };
    // What the differing resources are made with comes first, then what chooses a form of things; where no resource says
    // which setting it follows from, all are shown.
    let mut causes: Vec<_> = differing.iter().filter(|(key, entries)| is_used(key) || chooses(key, entries)).collect();
    if causes.is_empty() {
        causes = differing.iter().collect();
    }
    causes.sort_by_key(|(key, _)| !is_used(key));
    let says = |entry: Option<&Entry>, name: &str| entry.map(|entry| format!("{} in {name}", entry.said()));
    let settings = causes.into_iter().flat_map(|(_, entries)| {
        [says(entries[0], other.name), says(entries[1], environment.name)].into_iter().flatten()
    });
    // A resource that is missing says more than what refers to it.
    let mut first: Vec<_> = reasons.iter().collect();
    first.sort_by_key(|reason| reason.rank());
    Apart {
        from: from.iter().map(|one| one.name.to_owned()).collect(),
        differences: first.into_iter().take(NAMED).map(ToString::to_string).collect(),
        count: reasons.len(),
        settings: settings.take(2 * NAMED).collect(),
    }
}

/// The output of environments that share a root, by path in it.
fn of_group(group: Group<'_>) -> Files {
    let Group { members, module, .. } = group;
    let whom = whom(&members);
    let mut texts: BTreeMap<String, String> = module.texts(&members, &whom);
    texts.extend(chart::texts(&members, &whom));
    let mut files: Files = texts.into_iter().map(|(path, text)| (path, Arc::new(text.into_bytes()))).collect();
    for environment in &members {
        for (path, bytes) in &environment.files {
            if path.starts_with("terraform/") || path.starts_with("chart/") {
                continue;
            }
            let same = path != "plan.json" && members.iter().all(|other| other.files.get(path) == Some(bytes));
            let path = if same { path.clone() } else { format!("{FOLDER}/{}/{path}", environment.name) };
            files.insert(path, Arc::clone(bytes));
        }
    }
    files
}

/// What environments are for, as people say it.
fn whom(members: &[&Environment<'_>]) -> String {
    match members {
        [only] => only.plan.title(),
        members => {
            let names: Vec<_> = members.iter().map(|one| one.name).collect();
            let target = members.first().map(|one| one.plan.target.to_string()).unwrap_or_default();
            format!("{}, environments {}, on {target}", name::shared(members), listed(&names))
        }
    }
}

#[cfg(test)]
mod tests;
