//! The parts of the Python shim that only a function or only a container needs. Those of the Node shim end up in one bundle,
//! which takes only what the entry point imports.

use crate::source::Language;

/// What a unit runs on, as far as its shim is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compute {
    /// A function, from a zip.
    Lambda,
    /// A container, from an image.
    Container,
}

const LAMBDA_ONLY: [&str; 4] = ["_events.py", "_lifespan.py", "lambda_http.py", "requirements.txt"];

const CONTAINER_ONLY: [&str; 8] = [
    "_forwarded.py",
    "_health.py",
    "_pyproject.py",
    "_server.py",
    "_settings.py",
    "_stop.py",
    "container.py",
    "requirements-container.txt",
];

/// Whether a unit on `compute` needs the shim's file `path`.
#[must_use]
pub(crate) fn has_part(language: Language, compute: Compute, path: &str) -> bool {
    match (language, compute) {
        (Language::TypeScript, _) => true,
        (Language::Python, Compute::Lambda) => !CONTAINER_ONLY.contains(&path),
        (Language::Python, Compute::Container) => !LAMBDA_ONLY.contains(&path),
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
        for compute in [Compute::Lambda, Compute::Container] {
            let (kept, left): (Vec<_>, Vec<_>) =
                PYTHON_SHIM.iter().partition(|(path, _)| has_part(Language::Python, compute, path));
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
