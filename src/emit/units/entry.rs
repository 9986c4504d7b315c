mod python;

use std::fmt::Write as _;

use crate::app::{Application, Backend, Capability, Unit};
use crate::plan::Runs;
use crate::plan::naming::binding_prefix;
use crate::source::Language;

/// The entry point's file name in a unit.
pub(super) const fn file_name(language: Language) -> &'static str {
    match language {
        Language::Python => "inferra_entry.py",
        Language::TypeScript => "inferra_entry.mjs",
    }
}

/// The entry point's file name and text.
pub(super) fn entry(application: &Application, unit: &Unit, runs: &Runs) -> (&'static str, String) {
    let gateway = application.gateways.values().find_map(|gateway| gateway.backend(&unit.id));
    let text = match (unit.language, runs) {
        (Language::Python, Runs::Lambda(_)) => python::function(application, unit, gateway),
        (Language::Python, Runs::Eks(_) | Runs::Ecs(_)) => python::container(application, unit, gateway),
        (Language::TypeScript, Runs::Lambda(_)) => node_function(unit, gateway),
        (Language::TypeScript, Runs::Eks(_) | Runs::Ecs(_)) => node_container(unit, gateway),
    };
    (file_name(unit.language), text)
}

fn node_function(unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = String::from(
        "// Made by inferra: hands Lambda's events to the application.\n\
         import { lambdaHandler } from \"./inferra_runtime/src/lambda.ts\";\n\nexport const handler = lambdaHandler({\n",
    );
    text.push_str(&node_modules(unit));
    if let Some(gateway) = gateway {
        let (module, export) = node_application(unit, gateway);
        _ = writeln!(text, "  http: {{ module: {module}, export: {export} }},");
    }
    text.push_str("});\n");
    text
}

fn node_container(unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = String::from(
        "// Made by inferra: runs the application in a container.\n\
         import { runContainer } from \"./inferra_runtime/src/container.ts\";\n\nawait runContainer({\n",
    );
    _ = writeln!(text, "  prefix: {},", literal(&binding_prefix(Capability::ExecutionUnit, &unit.id)));
    text.push_str(&node_modules(unit));
    if let Some(gateway) = gateway {
        let (module, export) = node_application(unit, gateway);
        let listens = gateway.application.listens.is_some();
        _ = writeln!(text, "  http: {{ module: {module}, export: {export}, listens: {listens} }},");
    }
    text.push_str("});\n");
    text
}

/// The entries as functions that load them, in order.
fn node_modules(unit: &Unit) -> String {
    let imports = unit.entries.iter().map(|entry| format!("    () => import({}),\n", literal(&format!("./{entry}"))));
    format!("  modules: [\n{}  ],\n", imports.collect::<String>())
}

/// Which of the entries makes the web application, and the name under which it exports it.
fn node_application(unit: &Unit, gateway: &Backend) -> (usize, String) {
    let module = unit.entries.iter().position(|entry| *entry == gateway.application.file).unwrap_or_default();
    (module, gateway.application.export.as_deref().map_or_else(|| "null".to_owned(), literal))
}

/// A string literal: JSON's are also JavaScript's and Python's.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
