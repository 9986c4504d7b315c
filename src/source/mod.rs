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
