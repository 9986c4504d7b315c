//! Stores that the user's own environment variables connect, `[environment_variables]`: no client is looked for, and no code
//! is edited.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::ids::used_twice;
use super::units::Units;
use super::{Accesses, unreachable};
use crate::annotation::{Annotation, Request, Written};
use crate::app::{ConstructRef, Id, Operation, Store, StoreClient, StoreKind};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;

/// What a variable can hold, by the kind of its store. A connection string holds a password, the others are no secrets.
const PROPERTIES: [(StoreKind, &[&str]); 3] = [
    (StoreKind::Orm, &["connection_string"]),
    (StoreKind::RedisNode, &["host", "port", "tls"]),
    (StoreKind::RedisCluster, &["host", "port", "tls"]),
];

/// Names that the process's surroundings give a meaning to, and starts of such names:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
const TAKEN: [&str; 12] = [
    "HOME",
    "HOSTNAME",
    "LANG",
    "NODE_ENV",
    "NODE_OPTIONS",
    "PATH",
    "PWD",
    "SHELL",
    "TZ",
    "USER",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];
const TAKEN_STARTS: [&str; 6] = ["AWS_", "INFERRA_", "KUBERNETES_", "LAMBDA_", "LD_", "PYTHON"];

/// Adds the stores of the directives that name variables.
pub(super) fn stores(
    units: &Units,
    annotations: &[Annotation],
    accesses: &mut Accesses,
    stores: &mut IndexMap<Id, Store>,
    diagnostics: &mut Diagnostics,
) {
    let mut names: BTreeMap<&str, &Span> = BTreeMap::new();
    for annotation in annotations {
        let Request::Persist { variables, secret, .. } = &annotation.request else { continue };
        if variables.is_empty() {
            continue;
        }
        for (name, _) in variables {
            if let Some(first) = names.get(name.text.as_str()) {
                diagnostics.push(named_twice(name, first));
            } else {
                check_name(name, diagnostics);
                names.insert(&name.text, &name.span);
            }
        }
        let Some(kind) = kind(annotation, variables, *secret, diagnostics) else { continue };
        let file = &annotation.origin.at.file;
        if !units.any_includes(file) {
            diagnostics.push(unreachable(&annotation.origin));
            continue;
        }
        expect_tls(annotation, kind, variables, diagnostics);
        for unit in units.including(file) {
            let store = ConstructRef::Store(annotation.origin.id.clone());
            accesses.add(unit, &store, Operation::Connect, &annotation.origin.at);
        }
        join(stores, annotation, kind, variables, diagnostics);
    }
}

fn join(
    stores: &mut IndexMap<Id, Store>,
    annotation: &Annotation,
    kind: StoreKind,
    variables: &[(Written, Written)],
    diagnostics: &mut Diagnostics,
) {
    let origin = &annotation.origin;
    let client = StoreClient { origin: origin.clone(), client: None };
    let variables = variables.iter().map(|(name, value)| (name.text.clone(), value.text.clone()));
    match stores.get_mut(&origin.id) {
        Some(known) if known.kind == kind => {
            known.clients.push(client);
            known.clients.sort_by(|one, other| one.origin.at.cmp(&other.origin.at));
            known.variables.extend(variables);
        }
        Some(known) => diagnostics.push(used_twice(annotation, &known.origin.span)),
        None => {
            let store = Store {
                id: origin.id.clone(),
                origin: origin.clone(),
                kind,
                clients: vec![client],
                variables: variables.collect(),
            };
            stores.insert(origin.id.clone(), store);
        }
    }
}

/// The one kind that all variables of a directive speak of.
fn kind(
    annotation: &Annotation,
    variables: &[(Written, Written)],
    secret: bool,
    diagnostics: &mut Diagnostics,
) -> Option<StoreKind> {
    let mut first: Option<(StoreKind, &Span)> = None;
    let mut sound = true;
    for (_, value) in variables {
        let Some(kind) = value_kind(value) else {
            diagnostics.push(not_known(value));
            sound = false;
            continue;
        };
        let (known, at) = *first.get_or_insert((kind, &value.span));
        if known != kind {
            diagnostics.push(
                Diagnostic::new(Code::VariablesOfManyKinds, format!("one directive asks for `{known}` and `{kind}`"))
                    .at(value.span.clone(), format!("of `{kind}`"))
                    .also(at.clone(), format!("of `{known}`"))
                    .help("a directive makes one store: give each kind a directive with an id of its own"),
            );
            sound = false;
        }
    }
    if secret {
        diagnostics.push(
            Diagnostic::new(Code::VariablesOfManyKinds, "one directive asks for a secret and for variables")
                .at(annotation.origin.span.clone(), "`secret` and `environment_variables`")
                .help("drop `secret`: what a connection string holds is kept secret anyway"),
        );
    }
    first.map(|(kind, _)| kind).filter(|_| sound && !secret)
}

fn value_kind(value: &Written) -> Option<StoreKind> {
    let (kind, property) = value.text.split_once('.')?;
    let known = PROPERTIES.iter().find(|(known, _)| known.name() == kind)?;
    known.1.contains(&property).then_some(known.0)
}

fn not_known(value: &Written) -> Diagnostic {
    let known: Vec<String> = PROPERTIES
        .iter()
        .flat_map(|(kind, properties)| properties.iter().map(move |property| format!("{kind}.{property}")))
        .collect();
    let help = match closest(&value.text, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("one of: {}", known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))
        }
    };
    Diagnostic::new(Code::VariableValueUnknown, format!("no variable can hold `{}`", value.text))
        .at(value.span.clone(), "no property of a kind of store")
        .help(help)
}

fn check_name(name: &Written, diagnostics: &mut Diagnostics) {
    let text = name.text.as_str();
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let upper = text.to_ascii_uppercase();
    let taken = TAKEN.contains(&upper.as_str()) || TAKEN_STARTS.iter().any(|start| upper.starts_with(start));
    if plain && !taken {
        return;
    }
    let (label, help) = if plain {
        ("means something to what runs the application", "give it a name of the application's own".to_owned())
    } else {
        ("no name of an environment variable", "use letters, digits and `_`, such as `DATABASE_URL`".to_owned())
    };
    diagnostics.push(
        Diagnostic::new(Code::VariableNameNotAllowed, format!("`{text}` cannot be a variable of the application"))
            .at(name.span.clone(), label)
            .help(help),
    );
}

fn named_twice(name: &Written, first: &Span) -> Diagnostic {
    Diagnostic::new(Code::VariableNamedTwice, format!("`{}` would hold two things", name.text))
        .at(name.span.clone(), "named again here")
        .also(first.clone(), "first named here")
        .help("give each variable a name of its own, and read that where it is needed")
}

fn expect_tls(
    annotation: &Annotation,
    kind: StoreKind,
    variables: &[(Written, Written)],
    diagnostics: &mut Diagnostics,
) {
    let told =
        variables.iter().any(|(_, value)| value.text.split_once('.').is_some_and(|(_, property)| property == "tls"));
    if told || kind == StoreKind::Orm {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::TlsExpected, "the server takes encrypted connections alone")
            .at(annotation.origin.span.clone(), "the code is told where it is, and connects by itself")
            .help(format!(
                "connect with TLS there, as with `ssl=True`; a variable that holds `{kind}.tls` is `true` there and absent elsewhere"
            )),
    );
}
