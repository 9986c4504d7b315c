mod node;
mod python;

use crate::app::{Application, Capability, ConstructRef, Unit};
use crate::plan::Runs;
use crate::plan::naming::binding_prefix;
use crate::source::Language;

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
        (Language::Python, Runs::Lambda(_)) => python::function(application, unit, gateway),
        (Language::Python, Runs::Eks(_) | Runs::Ecs(_)) => python::container(application, unit, gateway),
        (Language::TypeScript, Runs::Lambda(_)) => node::function(application, unit, gateway),
        (Language::TypeScript, Runs::Eks(_) | Runs::Ecs(_)) => node::container(application, unit, gateway),
    };
    (file_name(unit.language), text)
}

/// A string literal: JSON's are also JavaScript's and Python's.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The variables of the application's own names that are to hold a URL with a password, each with its binding's prefix.
fn connection_strings<'a>(application: &'a Application, unit: &Unit) -> impl Iterator<Item = (&'a str, String)> {
    let used = application.accesses.iter().filter(move |access| access.unit == unit.id);
    let stores = used.filter_map(|access| match &access.construct {
        ConstructRef::Store(store) => application.stores.get(store),
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => None,
    });
    stores
        .flat_map(|store| store.variables.iter().map(move |(name, value)| (store, name, value)))
        .filter(|(store, _, value)| **value == format!("{}.connection_string", store.kind))
        .map(|(store, name, _)| (name.as_str(), binding_prefix(Capability::Persist, &store.id)))
}
