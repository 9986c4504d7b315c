use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::calls::Usage;
use super::ids::used_twice;
use super::units::Units;
use super::{Accesses, Construct, calls_on, files};
use crate::app::{ConstructRef, Id, Operation, Store, StoreClient, StoreKind};
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
        if facts.kind == StoreKind::Secret {
            accesses.add(unit, &target, Operation::Read, &origin.at);
        }
        if facts.files.is_some() || facts.kind == StoreKind::Secret {
            // What is made of these is followed, and no more can be done with a secret.
            continue;
        }
        for call in calls_on(construct, usage, |path| units.includes(unit, path)) {
            for operation in operations(facts, &call.method) {
                accesses.add(unit, &target, operation, &call.at);
            }
        }
    }
    Store {
        id: origin.id.clone(),
        origin: origin.clone(),
        kind: facts.kind,
        clients: vec![StoreClient {
            origin: origin.clone(),
            client: Some(construct.client.client(construct.annotation, &facts.wiring)),
        }],
        variables: BTreeMap::new(),
    }
}

/// Reports a secret that stands for several values; `known` is what those so far stand for.
pub(super) fn check_secret(
    construct: &Construct<'_>,
    facts: &Persist,
    followed: &files::Found,
    known: &mut BTreeMap<Id, (String, Span)>,
    diagnostics: &mut Diagnostics,
) {
    let client = &construct.client;
    match (facts.kind, &facts.files) {
        (StoreKind::Secret, Some(_)) => files::check_secrets(construct, followed.places(), known, diagnostics),
        (StoreKind::Secret, None) => {
            let name = client.arguments.first().and_then(|argument| argument.literal.clone());
            let name = name.unwrap_or_else(|| files::string_in(&client.item));
            let at = Span::new(&construct.annotation.origin.at.file, client.expression.clone());
            let place = (name, at);
            files::check_secrets(construct, &[place], known, diagnostics);
        }
        (StoreKind::Kv | StoreKind::Fs | StoreKind::Orm | StoreKind::RedisNode | StoreKind::RedisCluster, _) => {}
    }
}

/// Adds a store, or one more client to a store of the same kind.
pub(super) fn join(
    stores: &mut IndexMap<Id, Store>,
    construct: &Construct<'_>,
    store: Store,
    diagnostics: &mut Diagnostics,
) {
    match stores.get_mut(&store.id) {
        None => _ = stores.insert(store.id.clone(), store),
        Some(known) if known.kind == store.kind && store.kind.is_shareable() => known.clients.extend(store.clients),
        Some(known) => diagnostics.push(used_twice(construct.annotation, &known.origin.span)),
    }
}

/// What a method does; one that nobody knows may do everything.
fn operations(facts: &Persist, method: &str) -> Vec<Operation> {
    let lists = [
        (&facts.reads, Operation::Read),
        (&facts.writes, Operation::Write),
        (&facts.lists, Operation::List),
        (&facts.deletes, Operation::Delete),
    ];
    let known = |names: &[String]| names.iter().any(|name| name == method);
    let found: Vec<_> =
        lists.iter().filter(|(names, _)| known(names)).map(|(_, operation)| operation.clone()).collect();
    if found.is_empty() && !known(&facts.neutral) {
        return lists.map(|(_, operation)| operation).into();
    }
    found
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
