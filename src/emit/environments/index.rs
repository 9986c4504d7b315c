//! `plan.json` of several environments: where each one's own plan, root and values are.

use indexmap::IndexMap;
use serde::Serialize;

use super::module::{backend_file, values_file};
use super::{Environment, FOLDER, Root, name};
use crate::config::Target;
use crate::emit::plan_json::VERSION;

#[derive(Serialize)]
struct Index<'a> {
    version: u32,
    application: String,
    target: Option<Target>,
    roots: Vec<OfRoot<'a>>,
}

#[derive(Serialize)]
struct OfRoot<'a> {
    /// Its folder in the output.
    directory: &'a str,
    environments: IndexMap<&'a str, OfEnvironment>,
    /// Why it is apart from the root before it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    apart_because: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    apart_by_settings: &'a [String],
}

/// Paths in the root.
#[derive(Serialize)]
struct OfEnvironment {
    plan: String,
    variables: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<String>,
}

/// The text of `plan.json`.
pub(super) fn index(environments: &[Environment<'_>], roots: &[Root]) -> Result<String, serde_json::Error> {
    let all: Vec<_> = environments.iter().collect();
    let of_root = |root: &'_ Root| {
        let own = all.iter().filter(|one| root.environments.iter().any(|name| name == one.name));
        let own = own.map(|one| {
            let backend = one.plan.state.as_ref().map(|state| backend_file(one.name, state.backend));
            let found = OfEnvironment {
                plan: format!("{FOLDER}/{}/plan.json", one.name),
                variables: format!("terraform/{}", values_file(one.name)),
                backend: backend.map(|file| format!("terraform/{file}")),
            };
            (one.name, found)
        });
        own.collect::<IndexMap<_, _>>()
    };
    let roots = roots.iter().map(|root| OfRoot {
        directory: if root.folder.is_empty() { "." } else { &root.folder },
        environments: of_root(root),
        apart_because: root.apart.as_ref().map_or(&[], |apart| &apart.differences),
        apart_by_settings: root.apart.as_ref().map_or(&[], |apart| &apart.settings),
    });
    let index = Index {
        version: VERSION,
        application: name::shared(&all),
        target: all.first().map(|one| one.plan.target),
        roots: roots.collect(),
    };
    Ok(serde_json::to_string_pretty(&index)? + "\n")
}
