//! What a Python unit installs: its application's dependencies, and those of the parts of the shim that it uses.
//!
//! A part of the shim that needs packages of its own has a file `requirements-<part>.txt` in `shims/python/inferra_runtime`,
//! and a variant of [`Part`], which says when a unit needs it. To add one, write the file, the variant and its arms; nothing
//! else changes. A line of such a file is a range, and beside it the version that the shim is tested with:
//!
//! ```text
//! mangum>=0.17,<1  # tested: 0.22.0
//! ```
//!
//! * Where the application does not name the package, the tested version is installed; where none is given, the installer
//!   chooses within the range. That is for packages which the application's own dependencies may bring.
//! * Where the application names it, its own version decides, and the range is added to it. If no version can be in both,
//!   that is an error which names both.
//! * Where a lock file has it, the locked version decides.
//!
//! Written into the unit's folder are [`LIST`], which both `inferra build` and the Dockerfile install, and where its files are
//! checked against hashes, [`SHIM_LIST`] for the shim's packages, of which nobody gave hashes: one hash makes installers
//! demand them of everything. Those are installed second, held to the first by [`CONSTRAINTS`].

mod needs;
mod part;
mod text;

pub(crate) use part::Part;

use std::collections::BTreeMap;

use crate::app::{Application, Id, Unit};
use crate::config::Architecture;
use crate::dependencies::{self, Dependencies, Environment};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::{Plan, PlannedUnit};
use crate::source::{Language, Project};
use needs::Needed;

/// What is installed.
pub(crate) const LIST: &str = "inferra_requirements.txt";

/// What is installed after [`LIST`], without hashes.
pub(crate) const SHIM_LIST: &str = "inferra_requirements_shim.txt";

/// What [`LIST`], or where there is one [`SHIM_LIST`], is held to.
pub(crate) const CONSTRAINTS: &str = "inferra_constraints.txt";

/// All of them.
pub(super) const FILES: [&str; 3] = [LIST, SHIM_LIST, CONSTRAINTS];

/// The files of each unit that say what is installed, by name. A unit without dependencies has none.
pub(crate) type Lists = BTreeMap<Id, BTreeMap<&'static str, String>>;

/// Reads what every unit depends on, and adds what the shim needs there.
pub(crate) fn lists(project: &Project, application: &Application, plan: &Plan, diagnostics: &mut Diagnostics) -> Lists {
    let mut lists = Lists::new();
    for (id, unit) in &application.units {
        match (unit.language, plan.units.get(id)) {
            (Language::Python, Some(planned)) => {
                let found = list(project, application, (plan, planned), unit, diagnostics);
                lists.extend(found.map(|files| (id.clone(), files)));
            }
            // npm reads `package.json` and its lock file itself.
            (Language::TypeScript, _) | (Language::Python, None) => {}
        }
    }
    lists
}

fn list(
    project: &Project,
    application: &Application,
    (plan, planned): (&Plan, &PlannedUnit),
    unit: &Unit,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeMap<&'static str, String>> {
    let machine = match planned.architecture {
        Architecture::Arm64 => "aarch64",
        Architecture::X86 => "x86_64",
    };
    let environment = Environment::linux(planned.python_minor?, machine)?;
    let own = match &unit.manifest {
        Some(manifest) => dependencies::read(project, manifest, &environment, diagnostics)?,
        None => Dependencies::default(),
    };
    let has = |name: &str| own.requirements.iter().any(|one| one.name.as_ref() == name);
    let is_needed = |part: &Part| {
        part.is_needed(application, plan, unit, planned)
            && part.suits(&own)
            && !part.instead().iter().any(|name| has(name))
    };
    let parts = Part::ALL.into_iter().filter(is_needed);
    let mut needed: Vec<Needed> = Vec::new();
    for need in parts.flat_map(needs::of) {
        match need.beside(&own) {
            Ok(line) => needed.extend(line),
            Err(conflict) => diagnostics.push(
                Diagnostic::new(
                    Code::RequirementConflict,
                    format!("`{}` and inferra's `{}` cannot both be installed", conflict.own, conflict.need),
                )
                .at(conflict.at, "the application asks for this")
                .also(unit.origin.origin().span.clone(), format!("the unit needs the other {}", conflict.reason))
                .help(format!("allow a version that fits `{}`", conflict.need)),
            ),
        }
    }
    Some(text::files(project, unit, &environment, &own, &needs::once(needed)))
}

#[cfg(test)]
mod tests;
