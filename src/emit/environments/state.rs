//! Where the states of several environments are. A block of a back end takes no variables: what differs is in a file for each.

use std::collections::BTreeMap;

use super::module::Reason;
use super::{Environment, Root, listed};
use crate::config::StateBackend;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::emit::terraform::module::{backend_with, credentials};
use crate::plan::{Plan, PlannedState};
use crate::terraform::{Block, Body, inline};

/// The back end of a root.
pub(super) struct State {
    pub(super) backend: StateBackend,
    /// What all environments say.
    pub(super) block: Block,
    /// What each says for itself.
    pub(super) bodies: Vec<Body>,
}

/// The back end of `members`, where all have one of the same kind, or none has one.
pub(super) fn state(members: &[&Environment<'_>]) -> Result<Option<State>, Reason> {
    let states: Vec<_> = members.iter().map(|one| one.plan.state.as_ref()).collect();
    let kind = |state: Option<&PlannedState>| state.map_or(StateBackend::None, |state| state.backend);
    let Some(first) = states.first().copied().map(kind) else { return Ok(None) };
    if let Some(other) = states.iter().position(|state| kind(*state) != first) {
        let (one, another) = (first.name(), kind(states[other]).name());
        let [name, others] = [members[0].name, members[other].name];
        let what = format!("the state's back end is `{one}` in {name}, and `{another}` in {others}");
        return Err(Reason::Beside(what));
    }
    let bodies: Option<Vec<_>> = states.iter().map(|state| state.map(|state| &state.body)).collect();
    let Some(bodies) = bodies else { return Ok(None) };
    let shared = |name: &&str, value: &str| {
        bodies.iter().all(|body| body.argument(name).is_some_and(|own| inline(own) == value))
    };
    let split = |body: &Body, wanted: bool| {
        let chosen = body.attributes().filter(|(name, value)| shared(name, &inline(value)) == wanted);
        chosen.fold(Body::new(), |body, (name, value)| body.attribute(name.to_owned(), value.clone()))
    };
    let common = bodies.first().map(|body| split(body, true)).unwrap_or_default();
    let block = backend_with(first, common).comment(format!(
        "What each environment says for itself: -backend-config={}.",
        super::module::backend_file("<environment>", first)
    ));
    let block = credentials(first).into_iter().fold(block, Block::comment);
    Ok(Some(State { backend: first, block, bodies: bodies.iter().map(|body| split(body, false)).collect() }))
}

/// Reports environments that would keep their states in one place, where each would undo what the other made.
pub(crate) fn reject_shared(environments: &[(&str, &Plan)], roots: &[Root], diagnostics: &mut Diagnostics) {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, plan) in environments {
        let root = roots.iter().find(|root| root.environments.iter().any(|own| own == name));
        if let Some(place) = plan.state.as_ref().and_then(|state| place(state, root)) {
            places.entry(place).or_default().push(name);
        }
    }
    for (place, names) in places.iter().filter(|(_, names)| names.len() > 1) {
        let last = names.last().copied().unwrap_or_default();
        let message =
            format!("the environments {} would keep their state in one place: {}", listed(names), place.trim());
        diagnostics.push(Diagnostic::new(Code::StateShared, message).help(format!(
            "set it for each of them, such as in `[env.{last}.state…]`, or give each a name of its own"
        )));
    }
    for root in roots.iter().filter(|root| root.environments.len() > 1) {
        let unsaid =
            |(name, plan): &&(&str, &Plan)| plan.state.is_none() && root.environments.iter().any(|own| own == name);
        if environments.iter().any(|one| unsaid(&one)) {
            let message = format!(
                "nothing says where the state of each of the environments {} lives, which share a root",
                listed(&root.environments)
            );
            diagnostics
                .push(Diagnostic::new(Code::StateUnsaid, message).help(
                    "choose a `[state]` back end with a place for each, or take care of it where Terraform runs",
                ));
        }
    }
}

/// Where a state is, in words that are the same for the same place.
fn place(state: &PlannedState, root: Option<&Root>) -> Option<String> {
    let said = |name: &str| state.body.argument(name).map(inline);
    match state.backend {
        StateBackend::None => None,
        StateBackend::Local => {
            let path = said("path")?;
            // Seen from where Terraform runs, which is another folder for each root.
            let folder = root.map(|root| format!("{}/terraform", root.folder)).unwrap_or_default();
            Some(format!("the file `{}`", resolved(&folder, path.trim_matches('"'))))
        }
        StateBackend::S3 => Some(format!("the object {} of the bucket {}", said("key")?, said("bucket")?)),
        StateBackend::Http => Some(format!("the address {}", said("address")?)),
    }
}

/// `path` as seen from `folder`, without a look at the disk: neither may be there yet.
fn resolved(folder: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}
