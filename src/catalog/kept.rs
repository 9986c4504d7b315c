use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;

/// A package that a unit keeps whole beside its bundle, because it serves what a build of the project made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPackage {
    /// Its name as people say it.
    pub library: String,
    /// Its name in the registry. A unit keeps it where its code imports what the package itself is.
    pub package: String,
    /// The program of the package that builds the project, and what it is told.
    pub build: Vec<String>,
    /// Environment variables of that build.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The folders that it makes, relative to the folder of the package's manifest.
    pub makes: Vec<String>,
    /// Globs of what is no use to a unit that runs, below the folders made and among the packages.
    #[serde(default)]
    pub without: Vec<String>,
    /// Globs of the project's files that the package loads by where they are.
    pub finds: Vec<String>,
    /// What it loads, but runs where nothing of the unit's own is.
    #[serde(default)]
    pub apart: Apart,
    /// Files of the project that ask for what is not there when the unit runs, and what to do instead.
    #[serde(default)]
    pub refuses: IndexMap<String, String>,
    /// Hidden files that it reads, which are no part of a unit.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// What to know of a unit that keeps it.
    pub note: String,
}

/// What a package loads, but runs where nothing of the unit's own is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// Globs of such files.
    #[serde(default)]
    pub files: Vec<String>,
    /// What a file says that is one of them, without its spaces.
    #[serde(default)]
    pub says: Vec<String>,
    /// What one of these files says, without its spaces, that is none of them.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What to do with what such a file must not use.
    #[serde(default)]
    pub instead: String,
}
