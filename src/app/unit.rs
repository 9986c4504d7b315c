use std::collections::BTreeMap;

use serde::Serialize;

use super::{Id, Origin, Packages};
use crate::source::{Language, ProjectPath};

/// Why a unit exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitOrigin {
    /// `@klotho::execution_unit` directives with this id.
    Declared(Vec<Origin>),
    /// No directive declares a unit, so the exposed application is the only one.
    Implied(Origin),
}

impl UnitOrigin {
    /// The first directive behind the unit, for comments.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            // `analyze` never makes a declared unit without a directive.
            Self::Declared(origins) => &origins[0],
            Self::Implied(origin) => origin,
        }
    }
}

/// A deployable slice of the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its id.
    pub id: Id,
    /// Why it exists.
    pub origin: UnitOrigin,
    /// The language of all its sources.
    pub language: Language,
    /// The files that start it; they are loaded in this order.
    pub entries: Vec<ProjectPath>,
    /// Whether loading the entries does more than define things, so that the unit may run by itself.
    pub runs: bool,
    /// Whether an instance of it is always kept ready.
    pub keep_warm: bool,
    /// Folders that absolute imports start from (`""` is the project's root). Python only.
    pub import_roots: Vec<String>,
    /// Every file of the unit, sources and manifests, sorted.
    pub files: Vec<ProjectPath>,
    /// The file that lists its dependencies: `requirements.txt`, `pyproject.toml` or `package.json`.
    pub manifest: Option<ProjectPath>,
    /// How the packages of a Node unit are installed, where npm alone would not do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Packages>,
    /// Environment variables that its code needs, where nobody else sets them.
    pub variables: BTreeMap<String, String>,
    /// What brings its data into the form that its code expects; absent where nothing does.
    pub migration: Option<Migration>,
}

/// What runs before a new version of a unit does, in that version's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// The store that it changes.
    pub store: Id,
    /// The store's directive.
    pub origin: Origin,
    /// The function of the shim that does it, with its module below the shim's package.
    pub function: String,
}

impl Migration {
    /// What the unit's entry point knows it by.
    pub const JOB: &str = "migrate";
}
