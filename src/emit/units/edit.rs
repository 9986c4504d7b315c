use std::collections::BTreeMap;

use crate::app::{Application, Capability, Client, Wiring};
use crate::plan::naming::binding_prefix;
use crate::source::{Project, ProjectPath};

/// The new text of every file that wiring changes.
pub(crate) type Edits = BTreeMap<ProjectPath, String>;

/// Applies every construct's edit to its file. Each stays inside the annotated expression and on its lines, so line numbers
/// in traces hold; where the binding's environment variables are absent the edited code does what it did before.
#[must_use]
pub(crate) fn edits(project: &Project, application: &Application) -> Edits {
    let stores = application.stores.values().flat_map(|store| {
        let clients = store.clients.iter().filter_map(|one| one.client.as_ref());
        clients.map(|client| (client, binding_prefix(Capability::Persist, &store.id)))
    });
    let parameters =
        application.parameters.values().map(|one| (&one.client, binding_prefix(Capability::Config, &one.id)));
    let topics = application.topics.values().flat_map(|topic| {
        topic.emitters.iter().map(|one| (&one.client, binding_prefix(Capability::Pubsub, &topic.id)))
    });
    let mut insertions: BTreeMap<&ProjectPath, Vec<(usize, String)>> = BTreeMap::new();
    for (client, prefix) in stores.chain(topics).chain(parameters) {
        insertions.entry(&client.file).or_default().extend(around(client, &prefix));
    }
    insertions
        .into_iter()
        .filter_map(|(path, mut insertions)| {
            let mut text = project.text(path)?.to_owned();
            // From the end, so that the positions before stay valid.
            insertions.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            for (at, insertion) in insertions {
                text.insert_str(at, &insertion);
            }
            Some((path.clone(), text))
        })
        .collect()
}

/// What to insert before and after the client's own text, which stays as it is: one construct's expression may hold
/// another's.
///
/// `prefix` holds only `A-Z`, `0-9` and `_`, and the names of arguments come from the catalog, so neither needs escaping.
fn around(client: &Client, prefix: &str) -> [(usize, String); 2] {
    match &client.wiring {
        Wiring::Callee { function, arguments } => {
            let pairs: Vec<_> = arguments.iter().map(|(name, value)| format!(", {name}=\"{value}\"")).collect();
            [
                (client.callee.start, format!("{}(", shim_function(function))),
                (client.callee.end, format!(", \"{prefix}\"{})", pairs.concat())),
            ]
        }
        Wiring::Value { function } => [
            (client.expression.start, format!("{}(", shim_function(function))),
            (client.expression.end, format!(", \"{prefix}\")")),
        ],
        Wiring::Lazy { function } => [
            (client.expression.start, format!("{}(lambda: ", shim_function(function))),
            (client.expression.end, format!(", \"{prefix}\")")),
        ],
        Wiring::Module { function } => {
            let name = &client.name;
            let rebinding = format!("; {name} = {}({name}, \"{prefix}\")", shim_function(function));
            [(client.expression.end, String::new()), (client.expression.end, rebinding)]
        }
        Wiring::Emitter => {
            // A cast only where types are: the property is not declared anywhere in the user's program.
            let global = match client.file.extension() {
                Some("ts" | "tsx" | "mts" | "cts") => "(globalThis as any)",
                Some(_) | None => "globalThis",
            };
            [
                (client.expression.start, format!("((own) => ({global}.inferra?.emitter(own, \"{prefix}\"), own))(")),
                (client.expression.end, ")".to_owned()),
            ]
        }
    }
}

/// The expression for a function of the Python shim, by its name below the package.
fn shim_function(function: &str) -> String {
    match function.rsplit_once('.') {
        Some((module, name)) => format!("__import__(\"inferra_runtime.{module}\", fromlist=[\"_\"]).{name}"),
        None => format!("__import__(\"inferra_runtime\").{function}"),
    }
}
