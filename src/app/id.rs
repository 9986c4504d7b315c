use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// The id of a unit or construct: checked once, so that every later stage can build names from it.
///
/// Letters, digits, `-`, `_`, `.`, `:` and `/`, starting with a letter, at most [`Id::MAX_LENGTH`] characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(Arc<str>);

/// Why a text is no [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// No characters at all.
    #[error("an id cannot be empty")]
    Empty,
    /// Longer than [`Id::MAX_LENGTH`].
    #[error("an id has at most {max} characters, this one has {0}", max = Id::MAX_LENGTH)]
    TooLong(usize),
    /// The first character is no ASCII letter.
    #[error("an id starts with a letter, not with `{0}`")]
    BadStart(char),
    /// A character outside the allowed ones.
    #[error("an id has letters, digits, `-`, `_`, `.`, `:` and `/` only, not `{0}`")]
    BadCharacter(char),
}

impl Id {
    /// The most characters in an id. Longer AWS names are cut with a digest, so this is for people, not for AWS.
    pub const MAX_LENGTH: usize = 64;

    /// Checks `text`.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let first = text.chars().next().ok_or(InvalidId::Empty)?;
        let length = text.chars().count();
        if length > Self::MAX_LENGTH {
            return Err(InvalidId::TooLong(length));
        }
        if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.:/".contains(*c))) {
            return Err(InvalidId::BadCharacter(bad));
        }
        if !first.is_ascii_alphabetic() {
            return Err(InvalidId::BadStart(first));
        }
        Ok(Self(text.into()))
    }

    /// The id as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_once() {
        assert_eq!(Id::new("redis-gw").map(|id| id.to_string()), Ok("redis-gw".to_owned()));
        assert_eq!(Id::new(""), Err(InvalidId::Empty));
        assert_eq!(Id::new("1st"), Err(InvalidId::BadStart('1')));
        assert_eq!(Id::new("a b"), Err(InvalidId::BadCharacter(' ')));
        assert_eq!(Id::new(&"a".repeat(65)), Err(InvalidId::TooLong(65)));
    }
}
