//! What somebody wrote, value by value: a TOML document or one `--set`, flattened to leaves.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Text(String),
    Integer(i64),
    Boolean(bool),
    /// A number with a fraction, as written.
    Float(String),
    List(Vec<Item>),
    /// A `--set` value: its type is the setting's.
    Untyped(String),
    /// A date, or an integer that is out of range.
    Other(&'static str),
    /// A table with nothing in it.
    Empty,
}

impl Written {
    /// Its type as people say it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Untyped(_) => "text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Float(_) => "a number with a fraction",
            Self::List(_) => "a list",
            Self::Other(kind) => kind,
            Self::Empty => "an empty table",
        }
    }
}

impl Written {
    /// The text, where it is one in quotes.
    pub(super) fn as_text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text)
    }

    /// The number, where it is a whole one.
    pub(super) const fn as_integer(&self) -> Option<i64> {
        let Self::Integer(number) = self else { return None };
        Some(*number)
    }

    /// The elements, where it is a list.
    pub(super) fn as_list(&self) -> Option<&[Item]> {
        let Self::List(items) = self else { return None };
        Some(items)
    }

    /// A text or a whole number, as text.
    pub(super) fn word(&self) -> Option<String> {
        self.as_text().map(str::to_owned).or_else(|| self.as_integer().map(|number| number.to_string()))
    }
}

/// An element of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub at: Range<usize>,
    pub value: Element,
}

/// What an element of a list is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Element {
    Value(Written),
    /// A table, such as one of `[[rule]]`.
    Table(Vec<Leaf>),
}

/// A leaf of a document: where it is, and what was written there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// The keys from the root, each with its place.
    pub path: Vec<(String, Range<usize>)>,
    pub value: Written,
    pub value_at: Range<usize>,
}

impl Leaf {
    /// The leaf's key as people write it.
    pub(super) fn key(&self) -> String {
        join(self.path.iter().map(|(name, _)| name.as_str()))
    }

    /// The leaf as part of the table that its first `depth` keys name.
    pub(super) fn below(&self, depth: usize) -> Self {
        Self { path: self.path[depth..].to_vec(), value: self.value.clone(), value_at: self.value_at.clone() }
    }
}

/// A dotted key, with quotes around the parts that need them.
pub(super) fn join<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let bare = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    parts.map(|part| if bare(part) { part.to_owned() } else { format!("{part:?}") }).collect::<Vec<_>>().join(".")
}

/// The leaves of a TOML document, in the order of their keys.
pub(super) fn document(text: &str) -> Result<Vec<Leaf>, toml::de::Error> {
    let table = DeTable::parse(text)?;
    Ok(leaves(table.get_ref()))
}

fn leaves(table: &DeTable<'_>) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    flatten(table, &mut Vec::new(), &mut leaves);
    leaves
}

fn flatten(table: &DeTable<'_>, path: &mut Vec<(String, Range<usize>)>, leaves: &mut Vec<Leaf>) {
    for (key, value) in table {
        path.push((key.get_ref().to_string(), key.span()));
        // An empty table says nothing, but its name may still be wrong, so it is a leaf.
        if let Some(inner) = value.get_ref().as_table().filter(|inner| !inner.is_empty()) {
            flatten(inner, path, leaves);
        } else {
            leaves.push(Leaf { path: path.clone(), value: written(value.get_ref()), value_at: value.span() });
        }
        path.pop();
    }
}

fn written(value: &DeValue<'_>) -> Written {
    match value {
        DeValue::String(text) => Written::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Written::Other("integer"), Written::Integer)
        }
        DeValue::Boolean(boolean) => Written::Boolean(*boolean),
        DeValue::Float(number) => Written::Float(number.as_str().to_owned()),
        DeValue::Array(items) => Written::List(
            items
                .iter()
                .map(|item| {
                    let value = match item.get_ref().as_table() {
                        Some(table) => Element::Table(leaves(table)),
                        None => Element::Value(written(item.get_ref())),
                    };
                    Item { at: item.span(), value }
                })
                .collect(),
        ),
        DeValue::Datetime(_) => Written::Other(value.type_str()),
        DeValue::Table(_) => Written::Empty,
    }
}

/// The leaf that `--set key=value` writes; `None` where it is no such thing.
pub(super) fn assignment(text: &str) -> Option<Leaf> {
    // The key may hold a quoted part with `=` in it, so the shortest prefix that is a TOML key is taken.
    text.match_indices('=').find_map(|(at, _)| {
        let (key, value) = (text[..at].trim(), text[at + 1..].trim());
        let leaves = document(&format!("{key} = 0")).ok().filter(|_| !key.contains(['\n', '\r', '#']))?;
        let [leaf] = leaves.as_slice() else { return None };
        // Quotes are the shell's business, but a value may carry its own; a list has no other form.
        let typed = document(&format!("v = {value}")).ok().and_then(|mut leaves| {
            let value = leaves.pop()?.value;
            let text = value.as_text().map(|text| Written::Untyped(text.to_owned()));
            text.or_else(|| value.as_list().map(|items| Written::List(items.to_vec())))
        });
        Some(Leaf { value: typed.unwrap_or_else(|| Written::Untyped(value.to_owned())), ..leaf.clone() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_leaves_with_places() {
        let text = "name = \"a\"\n[execution_unit.by_id.\"x.y\"]\nmemory_mb = 1_024\n";
        let leaves = document(text).unwrap();
        let found: Vec<_> =
            leaves.iter().map(|leaf| (leaf.key(), leaf.value.clone(), &text[leaf.value_at.clone()])).collect();
        assert!(found.contains(&("name".into(), Written::Text("a".into()), "\"a\"")));
        assert!(
            found.contains(&("execution_unit.by_id.\"x.y\".memory_mb".into(), Written::Integer(1024), "1_024")),
            "{found:?}"
        );
    }

    #[test]
    fn tables_in_a_list_have_leaves_of_their_own() {
        let text = "[[rule]]\nlock = true\n[[rule]]\none_of = [\"a\"]\n";
        let leaves = document(text).unwrap();
        let [Leaf { value: Written::List(items), .. }] = leaves.as_slice() else { panic!("{leaves:?}") };
        let keys: Vec<_> = items
            .iter()
            .map(|item| match &item.value {
                Element::Table(leaves) => leaves.iter().map(Leaf::key).collect::<Vec<_>>(),
                Element::Value(_) => Vec::new(),
            })
            .collect();
        assert_eq!(keys, [["lock"], ["one_of"]]);
    }

    #[test]
    fn assignments() {
        let leaf = assignment("execution_unit.architecture=x86_64").unwrap();
        assert_eq!(
            (leaf.key().as_str(), leaf.value),
            ("execution_unit.architecture", Written::Untyped("x86_64".into()))
        );
        assert_eq!(assignment("tags.\"a=b\" = \"c d\"").unwrap().value, Written::Untyped("c d".into()));
        assert!(matches!(assignment("clients=[\"a\"]").unwrap().value, Written::List(_)));
        assert!(assignment("no").is_none() && assignment("=1").is_none() && assignment("a\nb=1").is_none());
    }
}
