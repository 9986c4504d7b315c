use std::fmt::Write as _;
use std::path::Path;

use crate::compile::Compilation;
use crate::plan::Plan;

/// What was planned, for a person at a terminal: units, constructs with their backings, resources.
pub(super) fn summary(compilation: &Compilation, out: Option<&Path>) -> String {
    let (application, plan) = (&compilation.application, &compilation.plan);
    let mut text = format!("{} on {}\n", plan.application, plan.target);
    let mut line = |kind: &str, id: &str, what: String| _ = writeln!(text, "  {kind:<8} {id:<20} {what}");
    for (id, unit) in &application.units {
        line(
            "unit",
            id.as_str(),
            format!("{}, {} -> {}", unit.language.title(), counted(unit.files.len(), "file"), unit_backing(plan, id)),
        );
    }
    for (id, gateway) in &application.gateways {
        let routes = counted(gateway.routes.len(), "route");
        line("expose", id.as_str(), format!("{} in `{}` -> HTTP API, {routes}", gateway.library, gateway.unit));
    }
    for (id, store) in &application.stores {
        let backing = plan.stores.get(id).map_or("nothing", |store| store.backing);
        line("persist", id.as_str(), format!("{} -> {backing}", store.client.library));
    }
    for (id, topic) in &application.topics {
        line(
            "pubsub",
            id.as_str(),
            format!("{} -> SNS, {}", topic.client.library, counted(topic.events.len(), "event")),
        );
    }
    let resources = counted(plan.resources.len(), "resource");
    match out {
        Some(out) => _ = writeln!(text, "  {resources} in {}", out.join("terraform").display()),
        None => _ = writeln!(text, "  {resources}; nothing was written"),
    }
    text
}

fn unit_backing(plan: &Plan, id: &crate::app::Id) -> String {
    plan.units.get(id).map_or_else(String::new, |unit| {
        let network = if unit.private_network { ", in a private network" } else { "" };
        format!("Lambda, {} on {}{network}", unit.runtime, unit.architecture.name())
    })
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
