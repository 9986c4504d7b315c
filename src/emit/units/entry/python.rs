//! The entry point of a Python unit: `inferra_entry.py`, which calls the shim and nothing else.

use std::fmt::Write as _;

use super::literal;
use crate::app::{Application, Backend, Capability, Id, Migration, Operation, Unit, WebInterface};
use crate::plan::naming::binding_prefix;
use crate::source::ProjectPath;

/// The handler of a function: each part of it only where something calls it.
pub(super) fn function(application: &Application, unit: &Unit, gateway: Option<&Backend>) -> String {
    let mut text = Head::new(unit, "hands Lambda's events to the application");
    let mut parts = Vec::new();
    if let Some(gateway) = gateway {
        let handler = adapter(gateway).handler;
        text.shim("inferra_runtime.lambda_http", handler);
        parts.push(format!("http={handler}({})", web(unit, gateway)));
    }
    if handles_events(application, &unit.id) {
        parts.push("events=True".to_owned());
    }
    parts.extend(jobs(application, unit).map(|jobs| format!("jobs={jobs}")));
    text.shim("inferra_runtime.lambda_entry", "handler_of");
    let mut first = variables(&mut text);
    first.extend(preparation(&mut text, application));
    text.module("importlib");
    let variables = connection_strings(application, unit);
    if variables.is_some() {
        text.shim("inferra_runtime.environment", "set_connection_strings");
    }
    let mut text = text.finish();
    if let Some(variables) = variables {
        _ = writeln!(text, "set_connection_strings({variables})");
    }
    for line in first {
        _ = writeln!(text, "{line}");
    }
    for module in modules(unit, gateway) {
        _ = writeln!(text, "importlib.import_module({module})");
    }
    match parts.as_slice() {
        [] | [_] => _ = writeln!(text, "handler = handler_of({})", parts.concat()),
        parts => _ = writeln!(text, "handler = handler_of(\n    {},\n)", parts.join(",\n    ")),
    }
    text
}

/// What a container runs: a job that its command names, a server around the application, or the program itself. The guard
/// keeps it from running again in the processes that a program starts:
/// <https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods>.
pub(super) fn container(application: &Application, unit: &Unit, gateway: Option<&Backend>) -> String {
    let prefix = literal(&binding_prefix(Capability::ExecutionUnit, &unit.id));
    let mut head = Head::new(unit, "runs the application in a container");
    let mut body = String::from("if __name__ == \"__main__\":\n");
    for line in variables(&mut head) {
        _ = writeln!(body, "    {line}");
    }
    if let Some(variables) = connection_strings(application, unit) {
        head.shim("inferra_runtime.environment", "set_connection_strings");
        _ = writeln!(body, "    set_connection_strings({variables})");
    }
    if let Some(jobs) = jobs(application, unit) {
        head.shim("inferra_runtime.container", "run_job");
        _ = writeln!(body, "    run_job({jobs})");
    }
    if let Some(gateway) = gateway {
        let server = adapter(gateway).server;
        head.module("importlib");
        head.shim("inferra_runtime.container", server);
        if let Some(line) = preparation(&mut head, application) {
            _ = writeln!(body, "    {line}");
        }
        for module in modules(unit, Some(gateway)) {
            _ = writeln!(body, "    importlib.import_module({module})");
        }
        _ = writeln!(body, "    {server}({}, {prefix})", web(unit, gateway));
    } else {
        head.shim("inferra_runtime.container", "run_worker");
        let modules: Vec<_> = modules(unit, None).collect();
        _ = writeln!(body, "    run_worker([{}], {prefix})", modules.join(", "));
    }
    head.finish() + &body
}

/// The start of an entry point: what it is, what it imports, where imports start from.
struct Head<'a> {
    unit: &'a Unit,
    text: String,
    modules: Vec<&'static str>,
    /// What is imported from which module of the shim.
    shim: Vec<(String, Vec<&'static str>)>,
}

impl<'a> Head<'a> {
    fn new(unit: &'a Unit, purpose: &str) -> Self {
        let text = format!("\"\"\"Made by inferra: {purpose}.\"\"\"\n\n");
        Self { unit, text, modules: Vec::new(), shim: Vec::new() }
    }

    fn module(&mut self, name: &'static str) {
        if !self.modules.contains(&name) {
            self.modules.push(name);
        }
    }

    fn shim(&mut self, module: &str, name: &'static str) {
        match self.shim.iter_mut().find(|(known, _)| known == module) {
            Some((_, names)) => names.push(name),
            None => self.shim.push((module.to_owned(), vec![name])),
        }
    }

    /// The text, as a formatter would have it.
    fn finish(mut self) -> String {
        let folders: Vec<_> =
            self.unit.import_roots.iter().filter(|root| !root.is_empty()).map(|root| literal(root)).collect();
        if !folders.is_empty() {
            self.modules.extend(["pathlib", "sys"]);
        }
        self.modules.sort_unstable();
        for module in &self.modules {
            _ = writeln!(self.text, "import {module}");
        }
        if !self.modules.is_empty() {
            self.text.push('\n');
        }
        self.shim.sort();
        for (module, names) in &mut self.shim {
            names.sort_unstable();
            _ = writeln!(self.text, "from {module} import {}", names.join(", "));
        }
        self.text.push('\n');
        if !folders.is_empty() {
            let folders = folders.join(", ");
            _ = writeln!(
                self.text,
                "sys.path[:0] = [str(pathlib.Path(__file__).parent / root) for root in [{folders}]]\n"
            );
        }
        self.text
    }
}

/// The entry modules as literals, without the gateway's own.
fn modules(unit: &Unit, gateway: Option<&Backend>) -> impl Iterator<Item = String> {
    let own = gateway.map(|gateway| gateway.application.file.clone());
    let entries = unit.entries.iter().filter(move |entry| own.as_ref().is_none_or(|own| own != *entry));
    entries.map(|entry| literal(&module_name(unit, entry)))
}

/// The functions of the shim that serve an application.
struct Adapter {
    /// On Lambda.
    handler: &'static str,
    /// In a container.
    server: &'static str,
}

const fn adapter(gateway: &Backend) -> Adapter {
    match gateway.application.interface {
        WebInterface::Wsgi => Adapter { handler: "wsgi_handler", server: "serve_wsgi" },
        // The languages of a unit's files are one, so the second interface is never in a Python unit.
        WebInterface::Asgi | WebInterface::NodeHttp => Adapter { handler: "asgi_handler", server: "serve_asgi" },
    }
}

/// The expression that imports the web application, or makes it.
fn web(unit: &Unit, gateway: &Backend) -> String {
    let module = literal(&module_name(unit, &gateway.application.file));
    // `analyze` accepts a Python application only where it can be imported.
    let name = gateway.application.export.as_deref().unwrap_or_default();
    let called = if gateway.application.factory { "()" } else { "" };
    format!("importlib.import_module({module}).{name}{called}")
}

/// Whether a unit handles events.
fn handles_events(application: &Application, unit: &Id) -> bool {
    let own = application.accesses.iter().filter(|access| access.unit == *unit);
    own.flat_map(|access| access.operations.keys()).any(|operation| match operation {
        Operation::Subscribe(_) => true,
        Operation::Connect
        | Operation::Read
        | Operation::Write
        | Operation::List
        | Operation::Delete
        | Operation::Publish(_) => false,
    })
}

/// What has to be set before any code of the application's runs.
fn variables(head: &mut Head<'_>) -> Vec<String> {
    if !head.unit.variables.is_empty() {
        head.module("os");
    }
    let set =
        |(name, value): (&String, &String)| format!("os.environ.setdefault({}, {})", literal(name), literal(value));
    head.unit.variables.iter().map(set).collect()
}

/// What is called before the web application is made.
fn preparation(head: &mut Head<'_>, application: &Application) -> Option<String> {
    let mut gateways = application.gateways.values();
    let (gateway, backend) = gateways.find_map(|gateway| Some((gateway, gateway.backend(&head.unit.id)?)))?;
    let function = backend.application.prepared_by.as_ref()?;
    let prefix = literal(&binding_prefix(Capability::Expose, &gateway.id));
    head.module("importlib");
    let (module, name) = shim_function(function);
    Some(format!("importlib.import_module({}).{name}({prefix})", literal(&module)))
}

/// The module and the name of a function of the shim, of its name below the package.
fn shim_function(function: &str) -> (String, &str) {
    match function.rsplit_once('.') {
        Some((module, name)) => (format!("inferra_runtime.{module}"), name),
        None => ("inferra_runtime".to_owned(), function),
    }
}

/// The user's own variables that are to hold a URL with a password, as a dictionary of binding prefixes; `None` where there are
/// none. They are set before anything of the application is loaded.
fn connection_strings(application: &Application, unit: &Unit) -> Option<String> {
    let items: Vec<_> = super::connection_strings(application, unit)
        .map(|(name, prefix)| format!("{}: {}", literal(name), literal(&prefix)))
        .collect();
    (!items.is_empty()).then(|| format!("{{{}}}", items.join(", ")))
}

/// The unit's jobs as a dictionary of `module:function` by id; `None` where it has none.
fn jobs(application: &Application, unit: &Unit) -> Option<String> {
    let own = application.schedules.values().filter(|schedule| schedule.unit == unit.id);
    let migration = unit.migration.as_ref().map(|migration| {
        let (module, name) = shim_function(&migration.function);
        format!("{}: {}", literal(Migration::JOB), literal(&format!("{module}:{name}")))
    });
    let items: Vec<_> = own
        .map(|schedule| {
            let target = format!("{}:{}", module_name(unit, &schedule.file), schedule.function);
            format!("{}: {}", literal(schedule.id.as_str()), literal(&target))
        })
        .chain(migration)
        .collect();
    (!items.is_empty()).then(|| format!("{{{}}}", items.join(", ")))
}

/// `app.main` for `app/main.py` below the innermost folder that imports start from.
fn module_name(unit: &Unit, file: &ProjectPath) -> String {
    let below = |root: &String| -> Option<String> {
        let below = file.stem().strip_prefix(root.as_str())?;
        (root.is_empty() || below.starts_with('/')).then(|| below.trim_start_matches('/').to_owned())
    };
    let stem = unit.import_roots.iter().filter_map(below).min_by_key(String::len);
    let stem = stem.unwrap_or_else(|| file.stem().to_owned());
    stem.strip_suffix("/__init__").unwrap_or(&stem).replace('/', ".")
}
