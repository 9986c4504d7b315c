//! The entry point of a Node unit: `inferra_entry.mjs`, which calls the shim and nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::literal;
use crate::app::{Application, Backend, Capability, Unit};
use crate::emit::units::edit;
use crate::plan::naming::binding_prefix;

/// The handler of a function.
pub(super) fn function(application: &Application, unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = head(application, unit, "hands Lambda's events to the application", ("lambdaHandler", "lambda"));
    text.push_str(&connection_strings(application, unit));
    text.push_str("export const handler = lambdaHandler({\n");
    text.push_str(&modules(unit));
    if let Some(gateway) = gateway {
        let late = gateway.application.listens.as_ref().is_some_and(|listens| listens.late);
        let late = if late && gateway.application.export.is_some() { ", late: true" } else { "" };
        _ = writeln!(text, "  http: {{ {}{late} }},", web_application(unit, gateway));
    }
    text.push_str(&jobs(application, unit));
    text.push_str("});\n");
    text
}

/// What a container runs.
pub(super) fn container(application: &Application, unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = head(application, unit, "runs the application in a container", ("runContainer", "container"));
    text.push_str(&connection_strings(application, unit));
    text.push_str("await runContainer({\n");
    _ = writeln!(text, "  prefix: {},", literal(&binding_prefix(Capability::ExecutionUnit, &unit.id)));
    text.push_str(&modules(unit));
    if let Some(gateway) = gateway {
        let listens = gateway.application.listens.is_some();
        _ = writeln!(text, "  http: {{ {}, listens: {listens} }},", web_application(unit, gateway));
    }
    text.push_str(&jobs(application, unit));
    text.push_str("});\n");
    text
}

/// The imports, and what the application's own code finds on the global object before any of it is loaded.
fn head(application: &Application, unit: &Unit, what: &str, (main, module): (&str, &str)) -> String {
    let mut text = format!("// Made by inferra: {what}.\n");
    let bindings = bindings(application, unit);
    for binding in &bindings {
        _ = writeln!(text, "import * as {binding} from \"./inferra_runtime/src/{binding}.ts\";");
    }
    let folder = unit.packages.as_ref().and_then(|packages| packages.kept.as_ref()).map(|kept| kept.folder.as_str());
    let folder = folder.filter(|folder| !folder.is_empty());
    if folder.is_some() {
        text.push_str("import { fileURLToPath } from \"node:url\";\n");
    }
    if super::connection_strings(application, unit).next().is_some() {
        _ = writeln!(text, "import {{ setConnectionStrings }} from \"./inferra_runtime/src/environment.ts\";");
    }
    _ = writeln!(text, "import {{ {main} }} from \"./inferra_runtime/src/{module}.ts\";");
    text.push('\n');
    if !bindings.is_empty() {
        let names: Vec<_> = bindings.into_iter().collect();
        _ = writeln!(text, "globalThis.inferra = {{ {} }};\n", names.join(", "));
    }
    // What a build made is looked for in the folder that the project is started in.
    if let Some(folder) = folder {
        let folder = literal(&format!("./{folder}/"));
        _ = writeln!(text, "process.chdir(fileURLToPath(new URL({folder}, import.meta.url)));\n");
    }
    text
}

/// Sets the user's own variables that are to hold a URL with a password, before anything of the application is loaded.
fn connection_strings(application: &Application, unit: &Unit) -> String {
    let items: Vec<_> = super::connection_strings(application, unit)
        .map(|(name, prefix)| format!("{}: {}", literal(name), literal(&prefix)))
        .collect();
    match items.as_slice() {
        [] => String::new(),
        items => format!("await setConnectionStrings({{ {} }});\n\n", items.join(", ")),
    }
}

/// The modules of the shim that the unit's wired code calls: only these are in its bundle, with the packages they need.
fn bindings<'a>(application: &'a Application, unit: &Unit) -> BTreeSet<&'a str> {
    let clients = edit::clients(application).map(|(client, _)| client);
    let held = clients.filter(|client| unit.files.contains(&client.file));
    held.filter_map(|client| client.wiring.function().split_once('.')).map(|(module, _)| module).collect()
}

/// The entries as functions that load them, in order.
fn modules(unit: &Unit) -> String {
    let imports = unit.entries.iter().map(|entry| format!("    () => import({}),\n", literal(&format!("./{entry}"))));
    format!("  modules: [\n{}  ],\n", imports.collect::<String>())
}

/// The functions that run at certain times: by id, what loads the module of each, and the name that it exports it under. Empty
/// where there are none.
fn jobs(application: &Application, unit: &Unit) -> String {
    let own = application.schedules.values().filter(|schedule| schedule.unit == unit.id);
    let lines = own.map(|schedule| {
        let [id, module, export] =
            [schedule.id.as_str(), &format!("./{}", schedule.file), &schedule.function].map(literal);
        format!("    {id}: {{ load: () => import({module}), export: {export} }},\n")
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("  jobs: {{\n{lines}  }},\n") }
}

/// Which of the entries makes the web application, and the name under which it exports it, or what makes it.
fn web_application(unit: &Unit, gateway: &Backend) -> String {
    let application = &gateway.application;
    let module = unit.entries.iter().position(|entry| *entry == application.file).unwrap_or_default();
    let export = application.export.as_deref().map_or_else(|| "null".to_owned(), literal);
    let mut text = format!("module: {module}, export: {export}");
    if application.factory {
        text.push_str(", factory: true");
    }
    if let Some(part) = &application.part {
        _ = write!(text, ", part: {}", literal(part));
    }
    text
}
