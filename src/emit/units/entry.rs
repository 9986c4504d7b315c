use std::fmt::Write as _;

use crate::app::{Application, Backend, Capability, Unit, WebInterface};
use crate::plan::Runs;
use crate::plan::naming::binding_prefix;
use crate::source::{Language, ProjectPath};

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
        (Language::Python, Runs::Lambda(_)) => python_function(unit, gateway),
        (Language::Python, Runs::Eks(_) | Runs::Ecs(_)) => python_container(unit, gateway),
        (Language::TypeScript, Runs::Lambda(_)) => node_function(unit, gateway),
        (Language::TypeScript, Runs::Eks(_) | Runs::Ecs(_)) => node_container(unit, gateway),
    };
    (file_name(unit.language), text)
}

fn python_function(unit: &Unit, gateway: Option<&Backend>) -> String {
    let adapter = gateway.and_then(adapter);
    let shim = adapter.map(|adapter| format!("from inferra_runtime.lambda_http import {}", adapter.handler));
    let mut text = python_head(unit, "hands Lambda's events to the application", &["importlib"], shim.as_deref());
    for module in python_modules(unit, gateway) {
        _ = writeln!(text, "importlib.import_module({module})");
    }
    if let (Some(gateway), Some(adapter)) = (gateway, adapter) {
        _ = writeln!(text, "handler = {}({})", adapter.handler, python_application(unit, gateway));
    }
    text
}

/// What a container runs: a server around the application, or the program itself. The guard keeps it from running again in
/// the processes that a program starts: <https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods>.
fn python_container(unit: &Unit, gateway: Option<&Backend>) -> String {
    let prefix = literal(&binding_prefix(Capability::ExecutionUnit, &unit.id));
    let purpose = "runs the application in a container";
    let Some((gateway, adapter)) = gateway.and_then(|gateway| Some((gateway, adapter(gateway)?))) else {
        let mut text = python_head(unit, purpose, &[], Some("from inferra_runtime.container import run_worker"));
        let modules: Vec<_> = python_modules(unit, None).collect();
        _ = writeln!(text, "if __name__ == \"__main__\":\n    run_worker([{}], {prefix})", modules.join(", "));
        return text;
    };
    let shim = format!("from inferra_runtime.container import {}", adapter.server);
    let mut text = python_head(unit, purpose, &["importlib"], Some(&shim));
    text.push_str("if __name__ == \"__main__\":\n");
    for module in python_modules(unit, Some(gateway)) {
        _ = writeln!(text, "    importlib.import_module({module})");
    }
    _ = writeln!(text, "    {}({}, {prefix})", adapter.server, python_application(unit, gateway));
    text
}

/// The start of an entry point: what it is, what it imports, where imports start from.
fn python_head(unit: &Unit, purpose: &str, modules: &[&str], shim: Option<&str>) -> String {
    let mut text = format!("\"\"\"Made by inferra: {purpose}.\"\"\"\n\n");
    let folders: Vec<_> = unit.import_roots.iter().filter(|root| !root.is_empty()).map(|root| literal(root)).collect();
    let of_folders: &[&str] = if folders.is_empty() { &[] } else { &["pathlib", "sys"] };
    for module in modules.iter().chain(of_folders) {
        _ = writeln!(text, "import {module}");
    }
    if let Some(shim) = shim {
        let gap = if text.ends_with("\n\n") { "" } else { "\n" };
        _ = writeln!(text, "{gap}{shim}");
    }
    text.push('\n');
    if !folders.is_empty() {
        let folders = folders.join(", ");
        _ = writeln!(text, "sys.path[:0] = [str(pathlib.Path(__file__).parent / root) for root in [{folders}]]\n");
    }
    text
}

/// The entry modules as literals, without the gateway's own.
fn python_modules(unit: &Unit, gateway: Option<&Backend>) -> impl Iterator<Item = String> {
    let own = gateway.map(|gateway| gateway.application.file.clone());
    let entries = unit.entries.iter().filter(move |entry| own.as_ref().is_none_or(|own| own != *entry));
    entries.map(|entry| literal(&module_name(import_root(unit), entry)))
}

/// What the shim serves an application with.
#[derive(Clone, Copy)]
struct Adapter {
    /// On Lambda.
    handler: &'static str,
    /// In a container.
    server: &'static str,
}

fn adapter(gateway: &Backend) -> Option<Adapter> {
    match gateway.application.interface {
        WebInterface::Asgi => Some(Adapter { handler: "asgi_handler", server: "serve_asgi" }),
        WebInterface::Wsgi => Some(Adapter { handler: "wsgi_handler", server: "serve_wsgi" }),
        // The languages of a unit's files are one, so this interface is never in a Python unit.
        WebInterface::NodeHttp => None,
    }
}

/// The expression that imports the web application, or makes it.
fn python_application(unit: &Unit, gateway: &Backend) -> String {
    let module = literal(&module_name(import_root(unit), &gateway.application.file));
    // `analyze` accepts a Python application only where it can be imported.
    let name = gateway.application.export.as_deref().unwrap_or_default();
    let called = if gateway.application.factory { "()" } else { "" };
    format!("importlib.import_module({module}).{name}{called}")
}

/// The folder that the entry module's imports start from.
fn import_root(unit: &Unit) -> &str {
    unit.import_roots.first().map_or("", String::as_str)
}

/// `app.main` for `app/main.py` below the folder that imports start from.
fn module_name(root: &str, file: &ProjectPath) -> String {
    let below = file.stem().strip_prefix(root).filter(|below| root.is_empty() || below.starts_with('/'));
    let stem = below.unwrap_or(file.stem()).trim_start_matches('/');
    let module = stem.strip_suffix("/__init__").unwrap_or(stem);
    module.replace('/', ".")
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
