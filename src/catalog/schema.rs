use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;

/// What a directive may say: one file of `annotations/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// One sentence.
    pub summary: String,
    /// The rest of the documentation, in Markdown.
    pub description: String,
    /// What the directive speaks of.
    pub attaches_to: AttachesTo,
    /// The keys of the body.
    pub keys: IndexMap<String, Key>,
    /// An example by language name.
    pub examples: BTreeMap<String, String>,
}

/// What a directive speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachesTo {
    /// The next statement.
    Statement,
    /// The whole file.
    File,
}

/// A key of a directive's body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: KeyType,
    /// Whether the directive is wrong without it.
    #[serde(default)]
    pub required: bool,
    /// The allowed values; empty for any.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// What it means, in Markdown.
    pub doc: String,
}

/// The type of a key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyType {
    /// A string that is a valid [`crate::app::Id`].
    Id,
    /// Any string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A string, or a list of strings.
    Strings,
    /// A table of strings.
    Table,
}

impl KeyType {
    /// The type as TOML and the documentation call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id | Self::String => "string",
            Self::Boolean => "boolean",
            Self::Strings => "string or array of strings",
            Self::Table => "table of strings",
        }
    }
}
