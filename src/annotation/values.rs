//! The values of a directive's body, checked against its schema.

use std::ops::Range;

use super::body::{Entry, Value};
use super::check::Written;
use crate::app::{Capability, Id};
use crate::catalog::{Key, KeyType, Schema};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;
use crate::syntax::Parsed;

pub(super) struct Values<'a> {
    pub(super) file: &'a Parsed<'a>,
    pub(super) span: &'a Span,
    pub(super) capability: Capability,
    pub(super) schema: &'a Schema,
    pub(super) written: &'a [Entry],
}

impl Values<'_> {
    fn at(&self, range: &Range<usize>) -> Span {
        Span::new(&self.file.path, range.clone())
    }

    pub(super) fn reject_unknown(&self, diagnostics: &mut Diagnostics) {
        let capability = self.capability;
        let known: Vec<&str> = self.schema.keys.keys().map(String::as_str).collect();
        for entry in self.written.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let help = match closest(&entry.key, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the keys of `@klotho::{capability}` are {}", quoted(&known)),
            };
            diagnostics.push(
                Diagnostic::new(Code::UnknownKey, format!("unknown key `{}` in `@klotho::{capability}`", entry.key))
                    .at(self.at(&entry.key_range), "no such key")
                    .help(help),
            );
        }
    }

    /// The entry of a key; where a required one is missing, that is reported.
    fn entry(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<(&Entry, &Key)> {
        let key = self.schema.keys.get(name)?;
        let entry = self.written.iter().find(|entry| entry.key == name);
        if entry.is_none() && key.required {
            self.missing(name, diagnostics);
        }
        Some((entry?, key))
    }

    /// Reports that `name` is missing.
    pub(super) fn missing(&self, name: &str, diagnostics: &mut Diagnostics) {
        let Some(key) = self.schema.keys.get(name) else { return };
        diagnostics.push(
            Diagnostic::new(Code::MissingKey, format!("`@klotho::{}` needs `{name}`", self.capability))
                .at(self.span.clone(), format!("`{name}` is missing"))
                .help(format!("add `{name} = {}`", sample(key))),
        );
    }

    fn wrong_type(&self, entry: &Entry, key: &Key, diagnostics: &mut Diagnostics) {
        let (name, found) = (&entry.key, entry.value.kind());
        diagnostics.push(
            Diagnostic::new(
                Code::WrongType,
                format!("`{name}` must be a {}, not {} {found}", key.kind.name(), article(found)),
            )
            .at(self.at(&entry.value_range), format!("this is {} {found}", article(found)))
            .help(format!("write `{name} = {}`", sample(key))),
        );
    }

    /// The value of a string key.
    pub(super) fn text(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<Written> {
        let (entry, key) = self.entry(name, diagnostics)?;
        let Value::String(text) = &entry.value else {
            self.wrong_type(entry, key, diagnostics);
            return None;
        };
        if !key.one_of.is_empty() && !key.one_of.contains(text) {
            diagnostics.push(
                Diagnostic::new(Code::ValueNotAllowed, format!("`{name}` cannot be `{text}`"))
                    .at(self.at(&entry.value_range), "not one of the allowed values")
                    .help(format!("write `{name} = {}`", sample(key))),
            );
            return None;
        }
        Some(Written { text: text.clone(), span: self.at(&entry.value_range) })
    }

    /// The value of a boolean key; `false` where it is not there.
    pub(super) fn boolean(&self, name: &str, diagnostics: &mut Diagnostics) -> bool {
        let Some((entry, key)) = self.entry(name, diagnostics) else { return false };
        let Value::Boolean(value) = &entry.value else {
            self.wrong_type(entry, key, diagnostics);
            return false;
        };
        *value
    }

    /// The values of a key that takes one string or several.
    pub(super) fn strings(&self, name: &str, diagnostics: &mut Diagnostics) -> Vec<Written> {
        let Some((entry, key)) = self.entry(name, diagnostics) else { return Vec::new() };
        match &entry.value {
            Value::String(text) => vec![Written { text: text.clone(), span: self.at(&entry.value_range) }],
            Value::Strings(texts) => {
                texts.iter().map(|(text, range)| Written { text: text.clone(), span: self.at(range) }).collect()
            }
            Value::Boolean(_) | Value::Table(_) | Value::Other(_) => {
                self.wrong_type(entry, key, diagnostics);
                Vec::new()
            }
        }
    }

    /// The entries of a table of strings, in order.
    pub(super) fn table(&self, name: &str, diagnostics: &mut Diagnostics) -> Vec<(Written, Written)> {
        let Some((entry, key)) = self.entry(name, diagnostics) else { return Vec::new() };
        let Value::Table(entries) = &entry.value else {
            self.wrong_type(entry, key, diagnostics);
            return Vec::new();
        };
        let mut found = Vec::new();
        for inner in entries {
            let Value::String(text) = &inner.value else {
                self.wrong_type(inner, &STRING, diagnostics);
                continue;
            };
            let name = Written { text: inner.key.clone(), span: self.at(&inner.key_range) };
            found.push((name, Written { text: text.clone(), span: self.at(&inner.value_range) }));
        }
        found
    }

    pub(super) fn id(&self, diagnostics: &mut Diagnostics) -> Option<(Id, Range<usize>)> {
        let written = self.text("id", diagnostics)?;
        let text = written.text.as_str();
        match Id::new(text) {
            Ok(id) => Some((id, written.span.start..written.span.end)),
            Err(invalid) => {
                diagnostics.push(
                    Diagnostic::new(Code::InvalidId, format!("`{text}` is no valid id"))
                        .at(written.span, invalid.to_string())
                        .help("names in the cloud are made from the id: start with a letter and keep to letters, digits, `-` and `_`"),
                );
                None
            }
        }
    }
}

/// What is in a table of strings.
const STRING: Key = Key { kind: KeyType::String, required: false, one_of: Vec::new(), doc: String::new() };

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn sample(key: &Key) -> String {
    match (key.one_of.first(), key.kind) {
        (Some(value), KeyType::Id | KeyType::String | KeyType::Boolean | KeyType::Strings | KeyType::Table) => {
            format!("\"{value}\"")
        }
        (None, KeyType::Id | KeyType::String) => "\"…\"".to_owned(),
        (None, KeyType::Boolean) => "true".to_owned(),
        (None, KeyType::Strings) => "[\"…\"]".to_owned(),
        (None, KeyType::Table) => "{ … }".to_owned(),
    }
}

pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
