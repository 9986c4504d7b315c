use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::needs::Needed;
use super::{CONSTRAINTS, LIST, SHIM_LIST};
use crate::app::Unit;
use crate::dependencies::{Dependencies, Environment, Requirement, Wanted};
use crate::source::{LineIndex, Project, Span};

/// The files that are written, by name. The order is the manifest's; a lock file's is by name.
pub(super) fn files(
    project: &Project,
    unit: &Unit,
    environment: &Environment,
    own: &Dependencies,
    needed: &[Needed],
) -> BTreeMap<&'static str, String> {
    let mut files = BTreeMap::new();
    let places = Places { project };
    let apart = own.is_complete() && own.is_hashed() && !needed.is_empty();
    let mut list = places.of_application(own);
    if !apart {
        list.push_str(&of_shim(needed));
    }
    // A list of nothing is one that installers refuse.
    if !own.requirements.is_empty() || !needed.is_empty() {
        files.insert(LIST, format!("{}{list}", head(unit, environment, own)));
    }
    if apart {
        let head = format!(
            "# Made by inferra: installed after {LIST}, which has hashes where these have none.\n--constraint {CONSTRAINTS}\n"
        );
        files.insert(SHIM_LIST, format!("{head}{}", of_shim(needed)));
        files.insert(CONSTRAINTS, constraints("# Made by inferra: what is there already.\n", &own.requirements));
    } else if !own.constraints.is_empty() && files.contains_key(LIST) {
        let head = format!("# Made by inferra: what {LIST} is held to.\n");
        files.insert(CONSTRAINTS, constraints(&head, &own.constraints));
    }
    files
}

fn head(unit: &Unit, environment: &Environment, own: &Dependencies) -> String {
    let mut head = format!("# Made by inferra: what the unit \"{}\" installs, for {environment}.\n", unit.id);
    if let Some(lock) = &own.lock {
        _ = writeln!(head, "# Versions are those of {lock}.");
        if !own.is_hashed() && !own.requirements.is_empty() {
            head.push_str(
                "# Without hashes: the lock file does not have one for everything, and installers check all or none.\n",
            );
        }
    }
    head
}

fn of_shim(needed: &[Needed]) -> String {
    let line = |one: &Needed| format!("{}  # inferra: {}\n", one.line, one.part.reason());
    needed.iter().map(line).collect()
}

/// Finds lines in the application's files.
struct Places<'a> {
    project: &'a Project,
}

impl Places<'_> {
    fn of_application(&self, own: &Dependencies) -> String {
        let mut text = String::new();
        for (option, at) in &own.options {
            _ = writeln!(text, "# {}\n{option}", self.place(at));
        }
        if !own.constraints.is_empty() && !own.is_complete() {
            _ = writeln!(text, "--constraint {CONSTRAINTS}");
        }
        for requirement in &own.requirements {
            let why = self.why(requirement, own.lock.is_some());
            if requirement.hashes.is_empty() {
                _ = writeln!(text, "{requirement}  # {why}");
            } else {
                let hashes: Vec<_> = requirement.hashes.iter().map(|hash| format!(" \\\n    --hash={hash}")).collect();
                _ = writeln!(text, "# {why}\n{requirement}{}", hashes.concat());
            }
        }
        for (left_out, at) in &own.left_out {
            let shown: String = left_out.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            _ = writeln!(text, "# Not here: {shown} ({})", self.place(at));
        }
        text
    }

    /// Who asks for it. Of what a lock file has, the line there says nothing, and changes with every other package.
    fn why(&self, requirement: &Requirement, locked: bool) -> String {
        if !locked {
            return self.place(&requirement.at);
        }
        let own = requirement.direct.then(|| "the application".to_owned());
        let all: Vec<_> = own.into_iter().chain(requirement.asked_by.iter().cloned()).collect();
        if all.is_empty() { "in the lock file".to_owned() } else { format!("for {}", all.join(", ")) }
    }

    fn place(&self, at: &Span) -> String {
        let bytes = self.project.bytes(&at.file).ok();
        let text = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        format!("{}:{}", at.file, LineIndex::new(text).position(at.start).line)
    }
}

fn constraints(head: &str, all: &[Requirement]) -> String {
    let mut text = head.to_owned();
    for one in all {
        match &one.wanted {
            // Constraints know no extras: https://pip.pypa.io/en/stable/user_guide/#constraints-files.
            Wanted::Versions(versions) => _ = writeln!(text, "{}{versions}", one.name),
            Wanted::Url(address) => _ = writeln!(text, "{} @ {address}", one.name),
        }
    }
    text
}
