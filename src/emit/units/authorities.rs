//! The files of certificates that connections are verified against.

use crate::app::{Application, Id};
use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::{BindingValue, Plan};
use crate::source::{Project, ProjectPath};

/// The property of a binding that names such a file.
const PROPERTY: &str = "ca";

/// The files that a unit needs beside those of its code.
pub(super) fn authorities(project: &Project, plan: &Plan, unit: &Id) -> Vec<ProjectPath> {
    let bindings = plan.bindings.get(unit).into_iter().flat_map(indexmap::IndexMap::values);
    let named = bindings.filter(|binding| binding.property == PROPERTY);
    named
        .filter_map(|binding| match &binding.value {
            BindingValue::Text(path) => project.path(path),
            BindingValue::Reference(_) | BindingValue::Address(_) | BindingValue::Events(_) => None,
        })
        .collect()
}

/// Reports settings that name a file which is not there.
pub(crate) fn reject_missing(
    project: &Project,
    application: &Application,
    settings: &Settings,
    diagnostics: &mut Diagnostics,
) {
    for (id, database) in &settings.databases {
        let bundle = &database.ca_bundle;
        let Some(store) = application.stores.get(id) else { continue };
        if bundle.value.is_empty() || project.path(&bundle.value).is_some() {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(
                Code::ConfigOutOfBounds,
                format!("`{}` names a file that is not there: `{}` ({})", bundle.key, bundle.value, bundle.origin),
            )
            .at(store.origin.span.clone(), "connections of this are verified against it")
            .help("put it into the project: https://truststore.pki.rds.amazonaws.com has it"),
        );
    }
}
