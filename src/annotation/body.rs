//! A directive's body is TOML: an inline table on one line, or one pair on each line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::directive::Body;

/// A key and its value as written; ranges are bytes of the file.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_range: Range<usize>,
    pub(super) value: Value,
    pub(super) value_range: Range<usize>,
}

/// A value as written.
#[derive(Debug)]
pub(super) enum Value {
    String(String),
    Boolean(bool),
    /// A list of strings, each with its range.
    Strings(Vec<(String, Range<usize>)>),
    Table(Vec<Entry>),
    /// Anything else, by the name of its TOML type.
    Other(&'static str),
}

/// Why a body is no TOML, and where in the file.
#[derive(Debug)]
pub(super) struct InvalidToml {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

/// What turns an inline table's braces into a document, so that TOML's own parser reads both forms.
const INLINE_PREFIX: &str = "_ = {";

pub(super) fn entries(body: &Body) -> Result<Vec<Entry>, InvalidToml> {
    let document = DeTable::parse(&body.text);
    let error = match document {
        Ok(table) => return Ok(convert(table.get_ref(), &|offset| body.start + offset)),
        Err(error) => error,
    };
    let inline = format!("{INLINE_PREFIX}{}}}", body.text);
    let place = |offset: usize| body.start + offset.saturating_sub(INLINE_PREFIX.len()).min(body.text.len());
    match DeTable::parse(&inline) {
        Ok(table) => Ok(match table.get_ref().get("_").map(Spanned::get_ref) {
            Some(DeValue::Table(table)) => convert(table, &place),
            Some(_) | None => Vec::new(),
        }),
        // A body on one line was meant as an inline table; on several, as one pair on each.
        Err(inline_error) if !body.text.trim().contains('\n') => Err(invalid(&inline_error, place)),
        Err(_) => Err(invalid(&error, |offset| body.start + offset)),
    }
}

fn invalid(error: &toml::de::Error, place: impl Fn(usize) -> usize) -> InvalidToml {
    let range = error.span().unwrap_or(0..0);
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    InvalidToml { message, range: place(range.start)..place(range.end) }
}

fn value_of(value: &DeValue<'_>, place: &dyn Fn(usize) -> usize) -> Value {
    match value {
        DeValue::String(text) => Value::String(unescaped(text)),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Table(table) => Value::Table(convert(table, place)),
        DeValue::Array(items) => {
            let text = |item: &Spanned<DeValue<'_>>| {
                let text = unescaped(item.get_ref().as_str()?);
                Some((text, place(item.span().start)..place(item.span().end)))
            };
            items.iter().map(text).collect::<Option<_>>().map_or(Value::Other("array"), Value::Strings)
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Value::Other(value.type_str()),
    }
}

/// `*/` is written `*\/` in a block comment, which reaches this place as `*//`.
fn unescaped(text: &str) -> String {
    text.replace("*//", "*/")
}

impl Value {
    /// The name of its TOML type.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Boolean(_) => "boolean",
            Self::Strings(_) => "array",
            Self::Table(_) => "table",
            Self::Other(name) => name,
        }
    }
}

fn convert(table: &DeTable<'_>, place: &dyn Fn(usize) -> usize) -> Vec<Entry> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_range: shifted(key, place),
            value: value_of(value.get_ref(), place),
            value_range: shifted(value, place),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_range.start);
    entries
}

fn shifted<T>(spanned: &Spanned<T>, place: &dyn Fn(usize) -> usize) -> Range<usize> {
    place(spanned.span().start)..place(spanned.span().end)
}
