//! Events that cross units: the emitters of the code, who publishes what, and who handles it.

mod name;
mod signal;
mod subclass;
mod topic;

use std::collections::BTreeMap;

use super::calls::{Call, Usage};
use super::definitions::Definitions;
use super::units::Units;
use super::{Accesses, Construct, Context, calls_on, is_meant, method_span};
use crate::annotation::Annotation;
use crate::app::{Client, ConstructRef, Id, Operation};
use crate::catalog::Pubsub;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{ProjectPath, Span};
use topic::EventUse;

pub(super) use topic::topics;

/// What the code does with one emitter.
pub(super) struct Emitter<'a> {
    annotation: &'a Annotation,
    client: Client,
    is_signal: bool,
    events: BTreeMap<String, EventUse<'a>>,
}

/// The emitter, who publishes to it and who handles its events.
///
/// Every unit that loads the publishing code may run it, so each needs the permission; a handler runs in the one unit that
/// owns its file, so that an event is handled once.
pub(super) fn emitter<'a>(
    context: &Context<'_>,
    units: &'a Units,
    construct: &'a Construct<'_>,
    facts: &Pubsub,
    usage: &'a BTreeMap<ProjectPath, Usage>,
    accesses: &mut Accesses,
    diagnostics: &mut Diagnostics,
) -> Emitter<'a> {
    let origin = &construct.annotation.origin;
    let target = ConstructRef::Topic(origin.id.clone());
    let own_event = signal::event(construct, facts, diagnostics);
    if let Some(event) = &own_event {
        signal::reject_others_of_that_name(context, units, construct, facts, event, diagnostics);
    }
    subclass::check(construct, facts, diagnostics);
    let mut events: BTreeMap<String, EventUse<'_>> = BTreeMap::new();
    let definitions = Definitions::new(context);
    for call in calls_on(construct, usage, |path| units.any_includes(path)) {
        let (publishes, subscribes) = (facts.publishes.contains(&call.method), facts.subscribes.contains(&call.method));
        if let Some(instead) = facts.unsupported.get(&call.method) {
            diagnostics.push(not_covered(call, instead));
        }
        if !publishes && !subscribes {
            continue;
        }
        if publishes && call.object == "super" {
            subclass::check_super(construct, call, diagnostics);
            continue;
        }
        if publishes && facts.is_signal {
            signal::check_sender(context, call, diagnostics);
        }
        if facts.is_signal && own_event.is_none() {
            continue;
        }
        let names = own_event.clone().map_or_else(|| name::names(&definitions, call), |event| vec![event]);
        if names.is_empty() {
            diagnostics.push(not_literal(call));
        }
        for event in names.into_iter().filter(|event| !facts.local_events.contains(event)) {
            let seen = events.entry(event.clone()).or_insert_with(|| EventUse::new(call));
            if publishes {
                seen.published.get_or_insert(call);
                for unit in units.including(&call.at.file) {
                    accesses.add(unit, &target, Operation::Publish(event.clone()), &call.at);
                }
            } else {
                seen.subscribed.get_or_insert(call);
                if let Some(unit) = owner(units, call, diagnostics) {
                    accesses.add(unit, &target, Operation::Subscribe(event), &call.at);
                }
            }
        }
    }
    for (path, objects) in construct.references.iter().filter(|(path, _)| units.any_includes(path)) {
        let handed_on = usage.get(path).into_iter().flat_map(|usage| &usage.handed_on);
        let means = |name: &str, at| objects.contains(name) && is_meant(construct, name, path, at);
        for handed in handed_on.filter(|handed| means(&handed.name, handed.span.start)) {
            diagnostics.push(escapes(&handed.name, handed.span.clone()));
        }
    }
    Emitter {
        annotation: construct.annotation,
        client: construct.client.client(construct.annotation, &facts.wiring),
        is_signal: facts.is_signal,
        events,
    }
}

fn owner<'a>(units: &'a Units, call: &'a Call, diagnostics: &mut Diagnostics) -> Option<&'a Id> {
    let owners: Vec<_> = units.owners(&call.at.file).collect();
    if let [first, second, ..] = owners[..] {
        diagnostics.push(
            Diagnostic::new(
                Code::HandlerOwnedByManyUnits,
                format!("this handler would run in the units `{first}` and `{second}`"),
            )
            .at(method_span(call), "each event would be handled more than once")
            .help("put `@klotho::execution_unit` with the right id at the top of this file"),
        );
        return None;
    }
    owners.first().copied()
}

fn not_covered(call: &Call, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::MethodNotCovered, format!("`{}` loses its meaning when events cross units", call.method))
        .at(method_span(call), "the handler may run in another process, any number of times")
        .help(instead)
}

fn not_literal(call: &Call) -> Diagnostic {
    let range = call.arguments.first().map_or_else(|| call.method_range.clone(), |argument| argument.range.clone());
    Diagnostic::new(
        Code::EventNameNotLiteral,
        format!("the event of this `{}` is not known from the code", call.method),
    )
    .at(Span::new(&call.at.file, range), "neither a string nor a constant")
    .help("name the event by a string, or by a constant that is one: each event becomes a topic")
}

fn escapes(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::EmitterEscapes, format!("`{name}` is handed on, and what happens to it there is not seen"))
        .at(span, "an event only emitted or handled there gets no topic")
        .help("emit and subscribe on the emitter itself, imported where it is used")
}
