//! What somebody wrote, value by value: a TOML document or one `--set`, flattened to leaves.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Text(String),
    Integer(i64),
    /// A `--set` value: its type is the setting's.
    Untyped(String),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

/// A leaf of a document: where it is, and what was written there.
#[derive(Debug, Clone)]
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
}

/// A dotted key, with quotes around the parts that need them.
pub(super) fn join<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let bare = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    parts.map(|part| if bare(part) { part.to_owned() } else { format!("{part:?}") }).collect::<Vec<_>>().join(".")
}

/// The leaves of a TOML document, in the order of their keys.
pub(super) fn document(text: &str) -> Result<Vec<Leaf>, toml::de::Error> {
    let table = DeTable::parse(text)?;
    let mut leaves = Vec::new();
    flatten(table.get_ref(), &mut Vec::new(), &mut leaves);
    Ok(leaves)
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
        DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Written::Other(value.type_str())
        }
    }
}

/// The leaf that `--set key=value` writes; `None` where it is no such thing.
pub(super) fn assignment(text: &str) -> Option<Leaf> {
    // The key may hold a quoted part with `=` in it, so the shortest prefix that is a TOML key is taken.
    text.match_indices('=').find_map(|(at, _)| {
        let (key, value) = (text[..at].trim(), text[at + 1..].trim());
        let leaves = document(&format!("{key} = 0")).ok().filter(|_| !key.contains(['\n', '\r', '#']))?;
        let [leaf] = leaves.as_slice() else { return None };
        // Quotes are the shell's business, but a value may carry its own.
        let unquoted = document(&format!("v = {value}")).ok().and_then(|mut leaves| match leaves.pop()?.value {
            Written::Text(text) => Some(text),
            Written::Integer(_) | Written::Untyped(_) | Written::Other(_) => None,
        });
        Some(Leaf { value: Written::Untyped(unquoted.unwrap_or_else(|| value.to_owned())), ..leaf.clone() })
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
    fn assignments() {
        let leaf = assignment("execution_unit.architecture=x86_64").unwrap();
        assert_eq!(
            (leaf.key().as_str(), leaf.value),
            ("execution_unit.architecture", Written::Untyped("x86_64".into()))
        );
        assert_eq!(assignment("tags.\"a=b\" = \"c d\"").unwrap().value, Written::Untyped("c d".into()));
        assert!(assignment("no").is_none() && assignment("=1").is_none() && assignment("a\nb=1").is_none());
    }
}
