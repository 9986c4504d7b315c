//! What runs: each unit's files with the wiring's edits, the shim, and the entry point.

mod authorities;
mod edit;
mod entry;
mod image;
mod patch;
mod requirements;
mod stand_in;

pub(crate) use authorities::reject_missing;
pub(crate) use edit::{Edits, edits};
pub(crate) use patch::wiring_patch;
pub(crate) use requirements::{Lists, lists};

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use image::{Image, has_part, image_files};

use crate::app::{Application, Id, Migration};
use crate::catalog::{NODE_SHIM, PYTHON_SHIM};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::source::{Language, Project, ProjectPath, Span};

/// The folder of the shim inside each unit.
pub(crate) const RUNTIME_FOLDER: &str = "inferra_runtime";

/// The file in it that lists what is shipped as it is beside a bundle, although its name may say that it is source.
const ASSETS: &str = "assets.json";

/// The file in it that lists the packages of which a bundle has one copy.
const DRIVERS: &str = "drivers.json";

/// Output files by path, relative to the output directory. The application's own files are shared with the project.
pub(crate) type Files = BTreeMap<String, Arc<Vec<u8>>>;

/// The files of every unit, below `units/<unit>/`; `drivers` are the packages that speak to the backings of Node's clients. Fails where a file of the project can no longer be read.
pub(crate) fn unit_files(
    project: &Project,
    application: &Application,
    plan: &Plan,
    edits: &Edits,
    lists: &Lists,
    drivers: &BTreeSet<&str>,
) -> io::Result<Files> {
    let mut files = Vec::new();
    for (id, unit) in &application.units {
        let folder = unit_folder(id);
        for path in &unit.files {
            let bytes = match edits.get(path) {
                Some(edited) => Arc::new(edited.as_bytes().to_vec()),
                None => project.bytes(path)?,
            };
            files.push((format!("{folder}/{path}"), bytes));
        }
        for path in authorities::authorities(project, plan, id) {
            files.push((format!("{folder}/{path}"), project.bytes(&path)?));
        }
        let Some(planned) = plan.units.get(id) else { continue };
        for (path, text) in shim(unit.language).iter().filter(|(path, _)| has_part(planned, path)) {
            files.push((format!("{folder}/{RUNTIME_FOLDER}/{path}"), Arc::new(text.as_bytes().to_vec())));
        }
        if unit.language == Language::TypeScript {
            let text = serde_json::json!(drivers).to_string();
            files.push((format!("{folder}/{RUNTIME_FOLDER}/{DRIVERS}"), Arc::new(text.into_bytes())));
        }
        if unit.language == Language::TypeScript && !unit.assets.is_empty() {
            let listed: Vec<_> = unit.assets.iter().map(ProjectPath::as_str).collect();
            let text = serde_json::Value::from(listed).to_string();
            files.push((format!("{folder}/{RUNTIME_FOLDER}/{ASSETS}"), Arc::new(text.into_bytes())));
        }
        for (path, text) in stand_in::modules(application, unit) {
            files.push((format!("{folder}/{path}"), Arc::new(text.into_bytes())));
        }
        let (name, text) = entry::entry(application, unit, &planned.runs);
        files.push((format!("{folder}/{name}"), Arc::new(text.into_bytes())));
        let lists = lists.get(id);
        for (name, text) in lists.into_iter().flatten() {
            files.push((format!("{folder}/{name}"), Arc::new(text.clone().into_bytes())));
        }
        let installs = lists.into_iter().flat_map(BTreeMap::keys).copied().collect();
        let image = Image::new(planned, installs).map(|image| image_files(&image));
        for (path, text) in image.into_iter().flatten() {
            files.push((format!("{folder}/{path}"), Arc::new(text.into_bytes())));
        }
    }
    // At once: nearly sorted already, which makes a map much faster than one path after another.
    Ok(files.into_iter().collect())
}

/// Reports files of the project whose names are those of files that inferra writes into a unit.
pub(crate) fn reject_reserved(application: &Application, diagnostics: &mut Diagnostics) {
    for unit in application.units.values() {
        let entry = entry::file_name(unit.language);
        let reserved = |path: &&ProjectPath| {
            let path = path.as_str();
            path == entry || requirements::FILES.contains(&path) || path.split('/').next() == Some(RUNTIME_FOLDER)
        };
        let migrates = unit.migration.as_ref();
        let job = application.schedules.values().find(|one| one.unit == unit.id && one.id.as_str() == Migration::JOB);
        if let (Some(migration), Some(schedule)) = (migrates, job) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ReservedName,
                    format!("`{}` is the job that migrates `{}`", Migration::JOB, migration.store),
                )
                .at(schedule.origin.span.clone(), "this schedule would be run in its place")
                .also(migration.origin.span.clone(), "because of this directive")
                .help("give the schedule another id"),
            );
        }
        for path in unit.files.iter().filter(reserved) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ReservedName,
                    format!("`{path}` has a name that inferra needs in the unit `{}`", unit.id),
                )
                .at(Span::new(path, 0..0), "this file would be replaced")
                .help(format!("rename it: `{entry}` and the folder `{RUNTIME_FOLDER}` are the shim's")),
            );
        }
    }
}

/// The folder of a unit, relative to the output directory.
#[must_use]
pub(crate) fn unit_folder(id: &Id) -> String {
    format!("units/{}", crate::plan::naming::slug(id))
}

const fn shim(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Python => PYTHON_SHIM,
        Language::TypeScript => NODE_SHIM,
    }
}
