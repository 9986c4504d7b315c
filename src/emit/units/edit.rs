mod node;
mod python;

use std::collections::BTreeMap;

use crate::app::{Application, Capability, Client};
use crate::plan::naming::binding_prefix;
use crate::source::{Language, Project, ProjectPath};

/// The new text of every file that wiring changes.
pub(crate) type Edits = BTreeMap<ProjectPath, String>;

/// Applies every construct's edit to its file. Each stays inside the annotated expression and on its lines, so line numbers
/// in traces hold; where the binding's environment variables are absent the edited code does what it did before.
#[must_use]
pub(crate) fn edits(project: &Project, application: &Application) -> Edits {
    let mut insertions: BTreeMap<&ProjectPath, Vec<Insertion>> = BTreeMap::new();
    for (client, prefix) in clients(application) {
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

/// Every client that is connected, with the start of the names of its variables.
pub(super) fn clients(application: &Application) -> impl Iterator<Item = (&Client, String)> {
    let stores = application.stores.values().flat_map(|store| {
        let clients = store.clients.iter().filter_map(|one| one.client.as_ref());
        clients.map(|client| (client, binding_prefix(Capability::Persist, &store.id)))
    });
    let parameters =
        application.parameters.values().map(|one| (&one.client, binding_prefix(Capability::Config, &one.id)));
    let topics =
        application.topics.values().map(|topic| (&topic.client, binding_prefix(Capability::Pubsub, &topic.id)));
    stores.chain(topics).chain(parameters)
}

/// Text, and the byte of the file before which it goes.
type Insertion = (usize, String);

/// What to insert around the client's own text, which stays as it is: one construct's expression may hold another's.
///
/// `prefix` holds only `A-Z`, `0-9` and `_`, and the names of functions and arguments come from the catalog, so none of them
/// needs escaping.
fn around(client: &Client, prefix: &str) -> Vec<Insertion> {
    match Language::of(&client.file) {
        Some(Language::Python) => python::around(client, prefix),
        Some(Language::TypeScript) => node::around(client, prefix),
        // Only source files hold clients.
        None => Vec::new(),
    }
}
