//! Which settings a file starts Django with.

use crate::catalog::Django;
use crate::source::{Project, ProjectPath, Span};
use crate::syntax::{Parsed, arguments, callee, member, string_literal};

use super::settings::inside;

/// What a program says of its settings module.
pub(super) enum Named {
    /// Its name, and where that stands.
    Module(String, Span),
    /// Something that is not known before it runs.
    Computed(Span),
    Nowhere,
}

/// The project's own script, in the folder of `entry` or above.
pub(super) fn script(project: &Project, facts: &Django, entry: &ProjectPath) -> Option<ProjectPath> {
    let mut folder = entry.parent();
    loop {
        let path = if folder.is_empty() { facts.script.clone() } else { format!("{folder}/{}", facts.script) };
        if let Some(found) = project.source_path(&path) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

/// The settings module that `entry` names, or else the project's script does.
pub(super) fn named(project: &Project, facts: &Django, entry: &Parsed<'_>, script: Option<&ProjectPath>) -> Named {
    match in_file(facts, entry) {
        Named::Nowhere => {}
        found @ (Named::Module(..) | Named::Computed(_)) => return found,
    }
    let script = script.filter(|script| **script != entry.path);
    let text = script.and_then(|script| project.text(script));
    let parsed = script.zip(text).and_then(|(script, text)| Parsed::new(script, text));
    parsed.map_or(Named::Nowhere, |file| in_file(facts, &file))
}

/// `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")`, or an assignment to that item.
fn in_file(facts: &Django, file: &Parsed<'_>) -> Named {
    let is_variable = |node| string_literal(file, node) == Some(facts.variable.as_str());
    for node in inside(file.root()) {
        let value = match node.kind() {
            "call" => {
                let method = callee(node).and_then(|callee| member(file, callee));
                let list = node.child_by_field_name("arguments").map(arguments).unwrap_or_default();
                match &list[..] {
                    [name, value]
                        if is_variable(name.value)
                            && method.is_some_and(|(_, method)| file.text_of(method) == "setdefault") =>
                    {
                        value.value
                    }
                    _ => continue,
                }
            }
            "assignment" => {
                let item = node.child_by_field_name("left").filter(|left| left.kind() == "subscript");
                let name = item.and_then(|item| item.child_by_field_name("subscript"));
                match (name, node.child_by_field_name("right")) {
                    (Some(name), Some(value)) if is_variable(name) => value,
                    (None | Some(_), None | Some(_)) => continue,
                }
            }
            // A grammar's kinds are open to us; no other one sets a variable.
            _ => continue,
        };
        let at = Span::new(&file.path, value.byte_range());
        return match string_literal(file, value) {
            Some(module) => Named::Module(module.to_owned(), at),
            None => Named::Computed(at),
        };
    }
    Named::Nowhere
}
