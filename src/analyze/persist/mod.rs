mod awaited;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use indexmap::IndexMap;

use super::calls::{CallArgument, Usage};
use super::ids::used_twice;
use super::units::Units;
use super::{Accesses, Construct, files};
use crate::app::{
    Application, ConstructRef, Id, ItemCalls, Migration, Operation, OwnModule, Store, StoreClient, StoreKind, Wiring,
};
use crate::catalog::Persist;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, ProjectPath, Span};

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
    reject_url(construct, facts, diagnostics);
    reject_dialect(construct, facts, diagnostics);
    reject_inside(construct, facts, diagnostics);
    // What is made of files is followed, with the methods of all of it.
    if facts.files.is_none() {
        uses::check(units, construct, facts, usage, diagnostics);
    }
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
        for (operation, at) in uses::operations(construct, facts, usage, |path| units.includes(unit, path)) {
            accesses.add(unit, &target, operation, &at);
        }
    }
    Store {
        id: origin.id.clone(),
        origin: origin.clone(),
        kind: facts.kind,
        clients: vec![StoreClient {
            origin: origin.clone(),
            client: Some(construct.client.client(construct.annotation, &wiring(construct, facts))),
        }],
        variables: BTreeMap::new(),
    }
}

/// How the client is connected. A module of Node is imported as another one, or is the value of a call.
fn wiring(construct: &Construct<'_>, facts: &Persist) -> Wiring {
    let client = &construct.client;
    match (&facts.wiring, client.symbol.strip_prefix("import "), Language::of(&construct.annotation.origin.at.file)) {
        (Wiring::Module { function, .. }, Some(name), Some(Language::TypeScript)) => {
            if !client.arguments.is_empty() {
                return Wiring::Value { function: function.clone(), items: ItemCalls::default() };
            }
            let lists = [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral];
            let known = lists.into_iter().flatten().chain(facts.unsupported.keys());
            let files = facts.files.iter().flat_map(|files| files.opens.keys().chain(&files.makes));
            // `default` is no name that can be declared, and what has a dot is a way to reach another name.
            let exports = known.chain(files).filter(|name| *name != "default" && !name.contains('.'));
            let exports: BTreeSet<_> = exports.cloned().collect();
            let own = OwnModule { name: name.to_owned(), exports: exports.into_iter().collect() };
            Wiring::Module { function: function.clone(), own: Some(own) }
        }
        (wiring, _, _) => wiring.clone(),
    }
}

/// Who prepares the store for new code, where somebody has to: a unit that serves requests with it, or else the first that
/// uses it.
pub(super) fn migrate(application: &mut Application, units: &Units, construct: &Construct<'_>, facts: &Persist) {
    let Some(function) = &facts.migration else { return };
    let origin = &construct.annotation.origin;
    let users: Vec<&Id> = units.including(&origin.at.file).collect();
    let serves = |unit: &&&Id| application.gateways.values().any(|gateway| gateway.backend(unit).is_some());
    let chosen = users.iter().find(serves).or_else(|| users.first()).map(|unit| (*unit).clone());
    let Some(unit) = chosen.and_then(|unit| application.units.get_mut(&unit)) else { return };
    unit.migration.get_or_insert_with(|| Migration {
        store: origin.id.clone(),
        origin: origin.clone(),
        function: function.clone(),
    });
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
fn operations_of(facts: &Persist, method: &str) -> Vec<Operation> {
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

/// A URL, where the code says it, must be of a database that the backing can stand in for.
fn reject_url(construct: &Construct<'_>, facts: &Persist, diagnostics: &mut Diagnostics) {
    let Some(url) = &facts.url else { return };
    let arguments = &construct.client.arguments;
    let named = named(construct, &url.keyword);
    let placed = || arguments.get(url.position).filter(|one| one.keyword.is_none());
    let given = named.or_else(placed).and_then(|one| Some((one.literal.as_deref()?, one.range.clone())));
    let own = construct.client.literal.as_deref().map(|text| (text, construct.client.expression.clone()));
    let Some((text, range)) = own.or(given) else { return };
    let Some((scheme, _)) = text.split_once("://") else { return };
    let dialect = scheme.split('+').next().unwrap_or(scheme);
    if url.schemes.iter().any(|known| known == dialect) {
        return;
    }
    not_covered(construct, (dialect, scheme, range), diagnostics);
}

/// An option that names the kind of database must name one that the backing can stand in for.
fn reject_dialect(construct: &Construct<'_>, facts: &Persist, diagnostics: &mut Diagnostics) {
    let Some(dialect) = &facts.dialect else { return };
    let Some(given) = named(construct, &dialect.keyword) else { return };
    let Some(text) = given.literal.as_deref() else { return };
    if !dialect.known.iter().any(|known| known == text) {
        not_covered(construct, (text, text, given.range.clone()), diagnostics);
    }
}

fn not_covered(
    construct: &Construct<'_>,
    (dialect, written, range): (&str, &str, Range<usize>),
    diagnostics: &mut Diagnostics,
) {
    let origin = &construct.annotation.origin;
    diagnostics.push(
        Diagnostic::new(Code::DatabaseNotCovered, format!("no backing stands in for a database of `{dialect}`"))
            .at(Span::new(&origin.at.file, range), format!("`{written}` here"))
            .also(origin.span.clone(), "because of this directive")
            .help("the backing is PostgreSQL: use PostgreSQL, or SQLite, on your own machine as well"),
    );
}

/// The argument or option of this name.
fn named<'a>(construct: &'a Construct<'_>, keyword: &str) -> Option<&'a CallArgument> {
    let client = &construct.client;
    client.arguments.iter().chain(&client.options).find(|one| one.keyword.as_deref() == Some(keyword))
}

fn reject_arguments(construct: &Construct<'_>, facts: &Persist, diagnostics: &mut Diagnostics) {
    let library = construct.client.library;
    for argument in construct.client.arguments.iter().chain(&construct.client.options) {
        let Some(keyword) = argument.keyword.as_ref() else { continue };
        let (message, label, help) = if facts.refuses.contains(keyword) {
            (
                format!("`{keyword}` decides where {library} connects"),
                "the wiring cannot stand in for this argument".to_owned(),
                format!("drop `{keyword}` and name the server by the client's own host and port arguments"),
            )
        } else if let Some(value) = facts.only.get(keyword).filter(|value| **value != argument.text) {
            (
                format!("a `{}` store has no other `{keyword}` than {value}", facts.kind),
                format!("{library} would refuse to connect"),
                format!("drop `{keyword}`, or give each thing that it keeps apart an id of its own"),
            )
        } else {
            continue;
        };
        diagnostics.push(
            Diagnostic::new(Code::ArgumentNotWirable, message)
                .at(Span::new(&construct.annotation.origin.at.file, argument.range.clone()), label)
                .also(construct.annotation.origin.span.clone(), "because of this directive")
                .help(help),
        );
    }
}

/// A mapping that is made in every call of a function is another one each time, and its names end with the call.
fn reject_inside(construct: &Construct<'_>, facts: &Persist, diagnostics: &mut Diagnostics) {
    if facts.items.is_none() || construct.client.inside.is_none() {
        return;
    }
    let client = &construct.client;
    let file = &construct.annotation.origin.at.file;
    let name = if client.name.is_empty() { client.library } else { &client.name };
    diagnostics.push(
        Diagnostic::new(Code::NotAtModuleLevel, format!("`{name}` is not made at module level"))
            .at(Span::new(file, client.expression.clone()), "belongs to the function or class that it stands in")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help("move it to module level: what is stored is one thing for the whole application"),
    );
}
