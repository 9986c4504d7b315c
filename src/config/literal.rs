//! A value that goes to Terraform as it stands: no text in it is ever read as an expression.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::layer;
use crate::terraform::{Expression, Key, list, object, text};

/// The one key of a table that stands for a reference.
pub(super) const REFERENCE: &str = "reference";

/// A value without anything to compute in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Fraction(f64),
    /// True or false.
    Boolean(bool),
    /// A list.
    List(Vec<Self>),
    /// A map.
    Map(BTreeMap<String, Self>),
    /// What a plain reference stands for: its text, and the traversal that this is.
    Reference(String, Expression),
}

impl Literal {
    /// The value in Terraform.
    #[must_use]
    pub fn expression(&self) -> Expression {
        match self {
            Self::Text(value) => text(value),
            Self::Integer(number) => Expression::from(*number),
            Self::Fraction(number) => Expression::from(*number),
            Self::Boolean(value) => Expression::from(*value),
            Self::List(items) => list(items.iter().map(Self::expression)),
            Self::Map(entries) => {
                object(entries.iter().map(|(key, value)| (Key::Text(key.clone()), value.expression())))
            }
            Self::Reference(_, traversal) => traversal.clone(),
        }
    }

    /// This value, below a stronger one: maps are merged key by key, and everything else is replaced.
    #[must_use]
    pub(super) fn below(self, stronger: Self) -> Self {
        match (self, stronger) {
            (Self::Map(mut entries), Self::Map(others)) => {
                for (key, value) in others {
                    let merged = match entries.remove(&key) {
                        Some(own) => own.below(value),
                        None => value,
                    };
                    entries.insert(key, merged);
                }
                Self::Map(entries)
            }
            (_, stronger) => stronger,
        }
    }

    /// The value as TOML.
    pub(super) fn toml(&self) -> String {
        match self {
            Self::Text(text) => toml::Value::from(text.as_str()).to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Fraction(number) => toml::Value::from(*number).to_string(),
            Self::Boolean(value) => value.to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::toml).collect::<Vec<_>>().join(", ")),
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                let entry = |(key, value): (&String, &Self)| {
                    format!("{} = {}", layer::join(std::iter::once(key.as_str())), value.toml())
                };
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Self::Reference(text, _) => format!("{{ {REFERENCE} = {text:?} }}"),
        }
    }
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Fraction(number) => serializer.serialize_f64(*number),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::List(items) => items.serialize(serializer),
            Self::Map(entries) => entries.serialize(serializer),
            Self::Reference(text, _) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(REFERENCE, text)?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::inline;

    #[test]
    fn text_stays_text() {
        let hostile = "${file(\"/etc/passwd\")} %{ if true }\" }\nresource \"x\" {} $${a} \\${b}";
        let written = inline(&Literal::Text(hostile.to_owned()).expression());
        let expected = "\"$${file(\\\"/etc/passwd\\\")} %%{ if true }\\\" }\\nresource \\\"x\\\" {} ${\"$\"}${\"$\"}{a} \\\\$${b}\"";
        assert_eq!(written, expected);
        let map = Literal::Map(BTreeMap::from([("${k}\"".to_owned(), Literal::Boolean(true))]));
        assert_eq!(inline(&map.expression()), "{ \"$${k}\\\"\" = true }");
    }

    #[test]
    fn numbers() {
        let of = |value: Literal| inline(&value.expression());
        assert_eq!((of(Literal::Integer(-3)), of(Literal::Fraction(0.5))), ("-3".to_owned(), "0.5".to_owned()));
    }

    #[test]
    fn maps_are_merged_and_the_rest_is_replaced() {
        let map = |key: &str, value: i64| Literal::Map(BTreeMap::from([(key.to_owned(), Literal::Integer(value))]));
        let merged = map("a", 1).below(map("b", 2)).below(map("a", 3));
        assert_eq!(merged.toml(), "{ a = 3, b = 2 }");
        assert_eq!(map("a", 1).below(Literal::List(Vec::new())).toml(), "[]");
    }
}
