//! The settings in force, as people read them.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::layer::join;
use super::setting::{Entry, Origin};

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

/// The settings that not all of `environments` have with one value, by key, each with what they have.
#[must_use]
pub fn differing<'e>(environments: &[&'e [Entry]]) -> IndexMap<String, Vec<Option<&'e Entry>>> {
    let mut all: IndexMap<String, Vec<Option<&'e Entry>>> = IndexMap::new();
    for (number, entries) in environments.iter().enumerate() {
        for entry in *entries {
            let known = all.entry(entry.key()).or_insert_with(|| vec![None; environments.len()]);
            known[number] = Some(entry);
        }
    }
    all.retain(|_, entries| {
        let literals: Vec<_> = entries.iter().map(|entry| entry.map(|entry| entry.literal.as_str())).collect();
        literals.iter().any(|literal| *literal != literals[0])
    });
    all
}

impl Entry {
    fn key(&self) -> String {
        join(self.path.iter().map(String::as_str))
    }

    /// The setting, its value and who decided it: `execution_unit.memory_mb = 512 (inferra.toml:4)`.
    #[must_use]
    pub fn said(&self) -> String {
        format!("`{} = {}` ({})", self.key(), self.literal, self.origin)
    }

    /// Whether it says nothing: text or a list without anything in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        ["\"\"", "[]"].contains(&self.literal.as_str())
    }

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
