use std::fmt::Write as _;

use crate::app::{Application, Backend, Unit, WebInterface};
use crate::source::{Language, ProjectPath};

/// The entry point's file name in a unit.
pub(super) const fn file_name(language: Language) -> &'static str {
    match language {
        Language::Python => "inferra_entry.py",
        Language::TypeScript => "inferra_entry.mjs",
    }
}

/// The entry point's file name and text.
pub(super) fn entry(application: &Application, unit: &Unit) -> (&'static str, String) {
    let gateway = application.gateways.values().find_map(|gateway| gateway.backend(&unit.id));
    let text = match unit.language {
        Language::Python => python(unit, gateway),
        Language::TypeScript => node(unit, gateway),
    };
    (file_name(unit.language), text)
}

fn python(unit: &Unit, gateway: Option<&Backend>) -> String {
    let root = unit.import_roots.first().map_or("", String::as_str);
    let mut text =
        String::from("\"\"\"Made by inferra: hands Lambda's events to the application.\"\"\"\n\nimport importlib\n");
    let folders: Vec<_> = unit.import_roots.iter().filter(|root| !root.is_empty()).map(|root| literal(root)).collect();
    if !folders.is_empty() {
        text.push_str("import pathlib\nimport sys\n");
    }
    if gateway.is_some() {
        text.push_str("\nfrom inferra_runtime.lambda_http import asgi_handler\n");
    }
    text.push('\n');
    if !folders.is_empty() {
        let folders = folders.join(", ");
        _ = writeln!(text, "sys.path[:0] = [str(pathlib.Path(__file__).parent / root) for root in [{folders}]]\n");
    }
    for entry in unit.entries.iter().filter(|entry| gateway.is_none_or(|gateway| gateway.application.file != **entry)) {
        _ = writeln!(text, "importlib.import_module({})", literal(&module_name(root, entry)));
    }
    if let Some(gateway) = gateway {
        let module = literal(&module_name(root, &gateway.application.file));
        // `analyze` accepts a Python application only where it can be imported.
        let name = gateway.application.export.as_deref().unwrap_or_default();
        match gateway.application.interface {
            WebInterface::Asgi => {
                _ = writeln!(text, "handler = asgi_handler(importlib.import_module({module}).{name})");
            }
            // The languages of a unit's files are one, so this interface is never in a Python unit.
            WebInterface::NodeHttp => {}
        }
    }
    text
}

/// `app.main` for `app/main.py` below the folder that imports start from.
fn module_name(root: &str, file: &ProjectPath) -> String {
    let below = file.stem().strip_prefix(root).filter(|below| root.is_empty() || below.starts_with('/'));
    let stem = below.unwrap_or(file.stem()).trim_start_matches('/');
    let module = stem.strip_suffix("/__init__").unwrap_or(stem);
    module.replace('/', ".")
}

fn node(unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = String::from(
        "// Made by inferra: hands Lambda's events to the application.\n\
         import { lambdaHandler } from \"./inferra_runtime/src/lambda.ts\";\n\nexport const handler = lambdaHandler({\n  modules: [\n",
    );
    for entry in &unit.entries {
        _ = writeln!(text, "    () => import({}),", literal(&format!("./{entry}")));
    }
    text.push_str("  ],\n");
    if let Some(gateway) = gateway {
        let module = unit.entries.iter().position(|entry| *entry == gateway.application.file).unwrap_or_default();
        let export = gateway.application.export.as_deref().map_or_else(|| "null".to_owned(), literal);
        _ = writeln!(text, "  http: {{ module: {module}, export: {export} }},");
    }
    text.push_str("});\n");
    text
}

/// A string literal: JSON's are also JavaScript's and Python's.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
