//! Modules that stand in for modules of Node, where an import cannot be given another meaning in its own file: each exports
//! what the module exports, as the shim serves it from a store. Without a binding that is the module's own.

use std::collections::BTreeMap;

use super::RUNTIME_FOLDER;
use super::edit::clients;
use crate::app::{Application, OwnModule, Unit, Wiring};
use crate::source::ProjectPath;

/// The modules that the unit's files import, with their paths in the unit.
pub(super) fn modules(application: &Application, unit: &Unit) -> BTreeMap<String, String> {
    let held = clients(application).filter(|(client, _)| unit.files.contains(&client.file));
    let own = held.filter_map(|(client, prefix)| match &client.wiring {
        Wiring::Module { function, own: Some(own) } => Some((path(&prefix, own), text(function, &prefix, own))),
        Wiring::Module { own: None, .. } | Wiring::Callee { .. } | Wiring::Value { .. } | Wiring::Lazy { .. } => None,
    });
    own.collect()
}

/// What `file` has to import in the place of the module.
pub(super) fn specifier(file: &ProjectPath, prefix: &str, own: &OwnModule) -> String {
    let up = match file.as_str().matches('/').count() {
        0 => "./".to_owned(),
        folders => "../".repeat(folders),
    };
    format!("{up}{}", path(prefix, own))
}

/// `prefix` holds only `A-Z`, `0-9` and `_`, and the names of Node's modules are names with slashes.
fn path(prefix: &str, own: &OwnModule) -> String {
    let (prefix, name) = (prefix.to_lowercase(), own.name.replace('/', "_"));
    format!("{RUNTIME_FOLDER}/bindings/{prefix}_{name}.mjs")
}

fn text(function: &str, prefix: &str, own: &OwnModule) -> String {
    let OwnModule { name, exports } = own;
    format!(
        "// Made by inferra: what code imports in the place of `{name}`, with its files in a store where one is bound.\n\
         import own from \"node:{name}\";\n\n\
         const bound = globalThis.inferra?.{function}(own, \"{prefix}\") ?? own;\n\n\
         export default bound;\n\
         export const {{\n  {},\n}} = bound;\n",
        exports.join(",\n  ")
    )
}
