//! Diagnostics as text for people ([`text`]), as JSON Lines for programs ([`json`]) and as SARIF for code hosts
//! ([`sarif`]).
//!
//! Everything here returns a `String`: who prints it, where, and whether in colour is the caller's decision. The order
//! of the diagnostics is kept, so sort them first with [`Diagnostics::into_sorted`](super::Diagnostics::into_sorted).

mod json;
mod place;
mod sarif;
mod text;

use std::collections::BTreeMap;

use crate::source::{Project, ProjectPath};

use super::Severity;

pub use json::json;
pub use sarif::sarif;
pub use text::{Style, summary, text};

/// Where the excerpts come from.
pub trait Texts {
    /// The text of `file`; `None` where it cannot be shown, for instance because it is not UTF-8.
    fn text(&self, file: &ProjectPath) -> Option<&str>;
}

impl Texts for Project {
    fn text(&self, file: &ProjectPath) -> Option<&str> {
        Self::text(self, file)
    }
}

impl Texts for BTreeMap<ProjectPath, String> {
    fn text(&self, file: &ProjectPath) -> Option<&str> {
        self.get(file).map(String::as_str)
    }
}

/// Both, the first one first: a project and its configuration files, which are no sources.
impl<A: Texts, B: Texts> Texts for (&A, &B) {
    fn text(&self, file: &ProjectPath) -> Option<&str> {
        self.0.text(file).or_else(|| self.1.text(file))
    }
}

/// The word for a severity, the same in every format.
const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests;
