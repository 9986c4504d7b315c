//! One setting in force, and where it is from.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::source::ProjectPath;

/// Who decided a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// inferra's own defaults.
    Default,
    /// The name of the application's folder.
    Folder,
    /// A line of the application's file of settings.
    File {
        /// The file.
        file: ProjectPath,
        /// The line, from 1.
        line: usize,
    },
    /// `--set`.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built-in default"),
            Self::Folder => f.write_str("name of the folder"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

impl Origin {
    /// In the middle of a sentence: `the built-in default`, `inferra.toml:4`.
    #[must_use]
    pub fn in_sentence(&self) -> String {
        match self {
            Self::Default | Self::Folder | Self::CommandLine => format!("the {self}"),
            Self::File { .. } => self.to_string(),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An accepted value, its key and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The key that decided it, such as `execution_unit.by_id.main.memory_mb`.
    pub key: String,
    /// Who decided it.
    pub origin: Origin,
}

/// A setting that something was built with, for the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingUse {
    /// The key.
    pub key: String,
    /// The value as text.
    pub value: String,
    /// Who decided it.
    pub origin: Origin,
}

impl<T: fmt::Display> From<&Setting<T>> for SettingUse {
    fn from(setting: &Setting<T>) -> Self {
        Self { key: setting.key.clone(), value: setting.value.to_string(), origin: setting.origin.clone() }
    }
}

/// A value that is in force, and what it overrode.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The parts of its key.
    pub(super) path: Vec<String>,
    /// The value, as TOML.
    pub(super) literal: String,
    /// Who decided it.
    pub origin: Origin,
    /// What it overrode, the strongest first.
    pub(super) overrode: Vec<Former>,
}

/// A value that another one overrode.
#[derive(Debug, Clone)]
pub(super) struct Former {
    pub literal: String,
    pub origin: Origin,
}
