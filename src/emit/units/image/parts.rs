//! The parts of the Python shim that only a function or only a container needs. Those of the Node shim end up in one bundle,
//! which takes only what the entry point imports.

use crate::plan::PlannedUnit;
use crate::source::Language;

const LAMBDA_ONLY: [&str; 6] =
    ["_events.py", "_fronts.py", "_lifespan.py", "_records.py", "lambda_entry.py", "lambda_http.py"];

const CONTAINER_ONLY: [&str; 8] =
    ["_forwarded.py", "_health.py", "_server.py", "_settings.py", "_sqs.py", "_stop.py", "_worker.py", "container.py"];

/// Whether a unit needs the shim's file `path`.
#[must_use]
pub(crate) fn has_part(unit: &PlannedUnit, path: &str) -> bool {
    is_part(unit.language, unit.container().is_some(), path)
}

fn is_part(language: Language, in_container: bool, path: &str) -> bool {
    let left_out: &[&str] = if in_container { &LAMBDA_ONLY } else { &CONTAINER_ONLY };
    match language {
        // What the shim needs is in the unit's own list already.
        Language::Python => !left_out.contains(&path) && !path.starts_with("requirements-"),
        Language::TypeScript => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PYTHON_SHIM;

    #[test]
    fn the_lists_name_files_of_the_shim() {
        for name in LAMBDA_ONLY.iter().chain(&CONTAINER_ONLY) {
            assert!(PYTHON_SHIM.iter().any(|(path, _)| path == name), "{name}");
        }
    }

    #[test]
    fn no_part_imports_one_that_is_left_out() {
        for in_container in [false, true] {
            let (kept, left): (Vec<_>, Vec<_>) =
                PYTHON_SHIM.iter().partition(|(path, _)| is_part(Language::Python, in_container, path));
            let left: Vec<_> = left.into_iter().filter(|(path, _)| path.strip_suffix(".py").is_some()).collect();
            assert!(!left.is_empty());
            for (path, text) in kept {
                for module in left.iter().filter_map(|(path, _)| path.strip_suffix(".py")) {
                    for import in [format!("from .{module} import"), format!("from . import {module}\n")] {
                        assert!(!text.contains(&import), "{path}: {import}");
                    }
                }
            }
        }
    }
}
