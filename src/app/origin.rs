use std::fmt;

use serde::{Deserialize, Serialize};

use super::Id;
use crate::source::{ProjectPath, Span};

/// What a directive asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// `@klotho::execution_unit`: this file is an entry of a deployable slice.
    ExecutionUnit,
    /// `@klotho::expose`: this web application is reachable over HTTP.
    Expose,
    /// `@klotho::persist`: this client's data outlives the process.
    Persist,
    /// `@klotho::pubsub`: this emitter's events cross units.
    Pubsub,
    /// `@klotho::schedule`: this function runs at certain times.
    Schedule,
    /// `@klotho::config`: this value is set where the application runs, not where it is built.
    Config,
    /// `@klotho::static_unit`: these files are a web site.
    StaticUnit,
    /// `@klotho::embed_assets`: these files belong to the unit.
    EmbedAssets,
}

impl Capability {
    /// Every capability, in the order in which documentation lists them.
    pub const ALL: [Self; 8] = [
        Self::ExecutionUnit,
        Self::Expose,
        Self::Persist,
        Self::Pubsub,
        Self::Schedule,
        Self::Config,
        Self::StaticUnit,
        Self::EmbedAssets,
    ];

    /// The name as written after `@klotho::`; also the stem of its file in `annotations/`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExecutionUnit => "execution_unit",
            Self::Expose => "expose",
            Self::Persist => "persist",
            Self::Pubsub => "pubsub",
            Self::Schedule => "schedule",
            Self::Config => "config",
            Self::StaticUnit => "static_unit",
            Self::EmbedAssets => "embed_assets",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A line of the user's code that something was inferred from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SourceLine {
    /// The file.
    pub file: ProjectPath,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The directive that a unit or construct comes from.
///
/// `Display` gives the comment that every block of Terraform carries: `app/main.py:8 @klotho::persist "redis"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Where the directive starts.
    #[serde(flatten)]
    pub at: SourceLine,
    /// The directive's capability.
    pub capability: Capability,
    /// The directive's id.
    pub id: Id,
    /// The directive in its file, for diagnostics of later stages.
    #[serde(skip)]
    pub span: Span,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} @klotho::{} \"{}\"", self.at, self.capability, self.id)
    }
}
