//! Files, spans and lines: what every later stage points at when it speaks of the user's code.

mod folder;
mod path;
mod project;
mod span;

pub(crate) use folder::InFolder;
pub use path::ProjectPath;
pub(crate) use path::{PathMap, PathSet};
pub(crate) use project::OUTPUT_MARKER;
pub use project::{Project, ProjectError, ReadFailure};
pub use span::{LineColumn, LineIndex, Span};

use serde::Serialize;

/// A source language that inferra reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python 3.
    Python,
    /// TypeScript and JavaScript with or without JSX: one ecosystem, one runtime.
    TypeScript,
}

impl Language {
    /// Every language, in the order in which documentation lists them.
    pub const ALL: [Self; 2] = [Self::Python, Self::TypeScript];

    /// The name used for folders and files of data (`queries/<name>/`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::TypeScript => "typescript",
        }
    }

    /// The name as people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
        }
    }

    /// The language of a file, by its extension; `None` for anything that is not source.
    #[must_use]
    pub fn of(path: &ProjectPath) -> Option<Self> {
        match path.extension()? {
            "py" => Some(Self::Python),
            "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" => Some(Self::TypeScript),
            // Not our enum: the open set of file extensions.
            _ => None,
        }
    }
}

/// Folders of tests, by the conventions of both languages.
const TEST_FOLDERS: [&str; 3] = ["tests", "test", "__tests__"];

/// Whether a file is a test by its name or place, as pytest, unittest and the test runners of Node find them. Tests run
/// beside an application and are no part of what is deployed.
pub(crate) fn is_test(path: &ProjectPath) -> bool {
    let mut folders = path.parent().split('/');
    let name = path.file_name();
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    folders.any(|folder| TEST_FOLDERS.contains(&folder))
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || name.contains(".test.")
        || name.contains(".spec.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_by_name_and_place() {
        let test = |path: &str| is_test(&ProjectPath::join("", path).unwrap());
        for path in
            ["tests/app.py", "a/test/b.ts", "a/test_b.py", "b_test.py", "conftest.py", "a.spec.tsx", "b.test.js"]
        {
            assert!(test(path), "{path}");
        }
        for path in ["contest.py", "testing.py", "latest.py", "attest/app.py", "a/spec.ts", "protest_b.py"] {
            assert!(!test(path), "{path}");
        }
    }
}
