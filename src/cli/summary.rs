use std::fmt::Write as _;
use std::path::Path;

use crate::app::{Store, Topic};
use crate::compile::Compilation;
use crate::plan::{Plan, Runs};

/// What was planned, for a person at a terminal: units, constructs with their backings, resources.
pub(super) fn summary(compilation: &Compilation, out: Option<&Path>) -> String {
    let Some(environments) = &compilation.environments else {
        return of_plan(compilation, &compilation.plan, &compilation.plan.title(), &placed(&compilation.plan, "", out));
    };
    let mut text = String::new();
    for root in &environments.roots {
        let own = |(name, _): &&(String, Plan)| root.environments.contains(name);
        let Some((_, plan)) = environments.plans.iter().find(own) else { continue };
        let values = if root.environments.len() > 1 { ", with a file of values for each" } else { "" };
        let line = format!("{}{values}", placed(plan, &root.folder, out));
        text.push_str(&of_plan(compilation, plan, &root.title, &line));
    }
    text
}

/// How much there is, and where.
fn placed(plan: &Plan, folder: &str, out: Option<&Path>) -> String {
    // As `terraform apply` will count them: it adds no data sources.
    let managed = plan.resources.iter().filter(|(address, _)| !address.to_string().starts_with("data.")).count();
    let resources = counted(managed, "resource");
    match out {
        Some(out) => format!("{resources} in {}", out.join(folder).join("terraform").display()),
        None => format!("{resources}; nothing was written"),
    }
}

/// One plan; `title` is its first line and `end` its last one.
fn of_plan(compilation: &Compilation, plan: &Plan, title: &str, end: &str) -> String {
    let application = &compilation.application;
    let mut text = format!("{title}\n");
    let mut line = |kind: &str, id: &str, what: String| _ = writeln!(text, "  {kind:<8} {id:<20} {what}");
    for (id, unit) in &plan.units {
        let (language, files) = (unit.language.title(), counted(unit.files.len(), "file"));
        let network = if unit.private_network { ", in a private network" } else { "" };
        let runtime = match &unit.runs {
            Runs::Lambda(function) => function.package.to_string(),
            Runs::Eks(container) | Runs::Ecs(container) => match container.max_replicas {
                0 => "a container for each run".to_owned(),
                most => format!("{} to {most} containers", container.min_replicas),
            },
        };
        let runs_on = format!("{runtime} on {}{network}", unit.architecture.name());
        line("unit", id.as_str(), format!("{language}, {files} -> {}, {runs_on}", unit.backing()));
    }
    for (id, gateway) in &plan.gateways {
        let backends = application.gateways.get(id).into_iter().flat_map(|gateway| &gateway.backends);
        let answers: Vec<_> = backends.map(|one| format!("{} in `{}`", one.library, one.unit)).collect();
        let routes = counted(gateway.routes.len(), "route");
        line("expose", id.as_str(), format!("{} -> {}, {routes}", answers.join(", "), gateway.backing));
    }
    for (id, store) in &plan.stores {
        let libraries: Vec<_> = application.stores.get(id).into_iter().flat_map(Store::libraries).collect();
        line("persist", id.as_str(), format!("{} -> {}", libraries.join(", "), store.backing.served(store.existing)));
    }
    for (id, topic) in &plan.topics {
        let libraries: Vec<_> = application.topics.get(id).into_iter().flat_map(Topic::libraries).collect();
        let events = counted(topic.events.len(), "event");
        line(
            "pubsub",
            id.as_str(),
            format!("{} -> {}, {events}", libraries.join(", "), topic.backing.served(topic.is_existing())),
        );
    }
    for (id, site) in &plan.sites {
        let files = application.sites.get(id).map_or(0, |site| site.files.len());
        line("site", id.as_str(), format!("{} -> {}", counted(files, "file"), site.backing));
    }
    for (id, parameter) in &plan.parameters {
        let library = application.parameters.get(id).map_or("", |one| one.client.library.as_str());
        let variable = match (&parameter.variable, &parameter.default) {
            (Some(variable), Some(_)) => format!(", variable `{variable}`"),
            (Some(variable), None) => format!(", variable `{variable}` without a default"),
            (None, _) => String::new(),
        };
        line("config", id.as_str(), format!("{library} -> {}{variable}", parameter.backing));
    }
    for (id, schedule) in &plan.schedules {
        let when = application.schedules.get(id).map_or_else(String::new, |schedule| schedule.when.to_string());
        let what = format!("`{}` in `{}`, {when} UTC -> {}", schedule.function, schedule.unit, schedule.backing);
        line("schedule", id.as_str(), what);
    }
    if compilation.named_after_folder {
        _ = writeln!(text, "  named after its folder: `name` in inferra.toml keeps names and data where that changes");
    }
    _ = writeln!(text, "  {end}");
    text
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
