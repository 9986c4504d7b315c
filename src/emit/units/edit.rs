use std::collections::BTreeMap;
use std::ops::Range;

use crate::app::{Application, Capability, Client, Wiring};
use crate::plan::naming::binding_prefix;
use crate::source::{Project, ProjectPath};

/// The new text of every file that wiring changes.
pub(crate) type Edits = BTreeMap<ProjectPath, String>;

/// Applies every construct's edit to its file. Each stays inside the annotated expression and on its lines, so line numbers
/// in traces hold; where the binding's environment variables are absent the edited code does what it did before.
#[must_use]
pub(crate) fn edits(project: &Project, application: &Application) -> Edits {
    let stores =
        application.stores.values().map(|store| (&store.client, binding_prefix(Capability::Persist, &store.id)));
    let topics =
        application.topics.values().map(|topic| (&topic.client, binding_prefix(Capability::Pubsub, &topic.id)));
    let mut replacements: BTreeMap<&ProjectPath, Vec<(Range<usize>, String)>> = BTreeMap::new();
    for (client, prefix) in stores.chain(topics) {
        let Some(text) = project.text(&client.file) else { continue };
        replacements.entry(&client.file).or_default().push(replacement(client, text, &prefix));
    }
    replacements
        .into_iter()
        .filter_map(|(path, mut replacements)| {
            let mut text = project.text(path)?.to_owned();
            // From the end, so that the ranges before stay valid.
            replacements.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            for (range, replacement) in replacements {
                text.replace_range(range, &replacement);
            }
            Some((path.clone(), text))
        })
        .collect()
}

/// `prefix` holds only `A-Z`, `0-9` and `_`, and the names of arguments come from the catalog, so neither needs escaping.
fn replacement(client: &Client, text: &str, prefix: &str) -> (Range<usize>, String) {
    match &client.wiring {
        Wiring::Keywords { arguments } => {
            let callee = &text[client.callee.clone()];
            let pairs: Vec<_> =
                arguments.iter().map(|(property, keyword)| format!(", {property}=\"{keyword}\"")).collect();
            let wrapped = format!("__import__(\"inferra_runtime\").keywords({callee}, \"{prefix}\"{})", pairs.concat());
            (client.callee.clone(), wrapped)
        }
        Wiring::Emitter => {
            let own = &text[client.expression.clone()];
            // A cast only where types are: the property is not declared anywhere in the user's program.
            let global = match client.file.extension() {
                Some("ts" | "tsx" | "mts" | "cts") => "(globalThis as any)",
                Some(_) | None => "globalThis",
            };
            let wrapped = format!("((own) => ({global}.inferra?.emitter(own, \"{prefix}\"), own))({own})");
            (client.expression.clone(), wrapped)
        }
    }
}
