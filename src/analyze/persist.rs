use std::collections::BTreeMap;

use super::calls::Usage;
use super::units::Units;
use super::{Accesses, Construct, calls_on};
use crate::app::{ConstructRef, Operation, Store};
use crate::catalog::Persist;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{ProjectPath, Span};

/// The store, and what each unit does with it.
pub(super) fn store(
    units: &Units,
    construct: &Construct<'_>,
    facts: &Persist,
    usage: &BTreeMap<ProjectPath, Usage>,
    accesses: &mut Accesses,
    diagnostics: &mut Diagnostics,
) -> Store {
    let origin = &construct.annotation.origin;
    reject_arguments(construct, facts, diagnostics);
    let target = ConstructRef::Store(origin.id.clone());
    for unit in units.including(&origin.at.file) {
        accesses.add(unit, &target, Operation::Connect, &origin.at);
        for call in calls_on(construct, usage, |path| units.includes(unit, path)) {
            let (reads, writes) = (facts.reads.contains(&call.method), facts.writes.contains(&call.method));
            if reads || !writes {
                accesses.add(unit, &target, Operation::Read, &call.at);
            }
            if writes || !reads {
                accesses.add(unit, &target, Operation::Write, &call.at);
            }
        }
    }
    Store {
        id: origin.id.clone(),
        origin: origin.clone(),
        kind: facts.kind,
        client: construct.client.client(construct.annotation, &facts.wiring),
    }
}

fn reject_arguments(construct: &Construct<'_>, facts: &Persist, diagnostics: &mut Diagnostics) {
    let file = &construct.annotation.origin.at.file;
    for argument in &construct.client.arguments {
        let Some(keyword) = argument.keyword.as_ref().filter(|keyword| facts.refuses.contains(keyword)) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::new(
                Code::ArgumentNotWirable,
                format!("`{keyword}` decides where {} connects", construct.client.library),
            )
            .at(Span::new(file, argument.range.clone()), "the wiring cannot stand in for this argument")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help(format!("drop `{keyword}` and name the server by the client's own host and port arguments")),
        );
    }
}
