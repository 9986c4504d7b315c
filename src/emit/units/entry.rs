mod node;
mod python;

use crate::app::{Application, Unit};
use crate::plan::Runs;
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
