//! TOML with the places of its values.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::source::{ProjectPath, Span};

/// A value and where it is.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// A file of TOML.
pub(super) struct Document<'t> {
    pub(super) file: &'t ProjectPath,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Parses a text; what is no TOML is reported.
    pub(super) fn parse(reader: &mut Reader<'_>, file: &'t ProjectPath, text: &'t str) -> Option<Self> {
        match DeTable::parse(text) {
            Ok(root) => Some(Self { file, root }),
            Err(error) => {
                let at = Span::new(file, error.span().unwrap_or(0..0));
                let label = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
                reader.illegible(
                    at,
                    format!("`{file}` is not valid TOML"),
                    label,
                    "correct the file, or have its tool write it",
                );
                None
            }
        }
    }

    pub(super) fn root(&self) -> &DeTable<'t> {
        self.root.get_ref()
    }

    pub(super) fn at(&self, value: &Value<'_>) -> Span {
        Span::new(self.file, value.span())
    }

    /// The start of the file, for what is not in it.
    pub(super) fn start(&self) -> Span {
        Span::new(self.file, 0..0)
    }

    /// The table at a path of keys.
    pub(super) fn table(&self, path: &[&str]) -> Option<&DeTable<'t>> {
        path.iter().try_fold(self.root(), |table, key| table.get(*key)?.get_ref().as_table())
    }
}

/// A string.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.get_ref().as_str()
}

/// The string of a key.
pub(super) fn text_of<'v>(table: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    text(table.get(key)?)
}

/// The table of a key.
pub(super) fn table_of<'v, 't>(table: &'v DeTable<'t>, key: &str) -> Option<&'v DeTable<'t>> {
    table.get(key)?.get_ref().as_table()
}

/// The items of a key that is a list; none where it is absent.
pub(super) fn items<'v, 't>(table: &'v DeTable<'t>, key: &str) -> impl Iterator<Item = &'v Value<'t>> {
    table.get(key).and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|array| array.iter())
}

/// The strings of a key that is a list.
pub(super) fn texts<'v>(table: &'v DeTable<'_>, key: &str) -> impl Iterator<Item = &'v str> {
    items(table, key).filter_map(text)
}
