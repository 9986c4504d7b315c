//! The settings in force, as people read them.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::layer::join;
use super::settings::{Entry, Origin};

/// The settings as a TOML document. A comment behind each value says who decided it, and what it overrode, the strongest
/// first. With `changed_only`, those alone that differ from the built-in defaults.
#[must_use]
pub fn report(entries: &[Entry], changed_only: bool) -> String {
    let mut tables: IndexMap<&[String], Vec<(String, String)>> = IndexMap::new();
    for entry in entries.iter().filter(|entry| !changed_only || entry.differs()) {
        let Some((key, table)) = entry.path.split_last() else { continue };
        let line = format!("{} = {}", join(std::iter::once(key.as_str())), entry.literal);
        tables.entry(table).or_default().push((line, entry.history()));
    }
    let mut text = String::new();
    for (table, lines) in tables {
        if !text.is_empty() {
            text.push('\n');
        }
        if !table.is_empty() {
            _ = writeln!(text, "[{}]", join(table.iter().map(String::as_str)));
        }
        let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or_default();
        for (line, history) in lines {
            _ = writeln!(text, "{line:width$}  # {history}");
        }
    }
    text
}

impl Entry {
    /// Whether it is not what inferra says by itself.
    fn differs(&self) -> bool {
        match self.overrode.last() {
            Some(first) => first.origin != Origin::Default || first.literal != self.literal,
            None => self.origin != Origin::Default,
        }
    }

    fn history(&self) -> String {
        let overrode = self.overrode.iter().map(|former| format!("; over {}, {}", former.literal, former.origin));
        std::iter::once(self.origin.to_string()).chain(overrode).collect()
    }
}
