//! One written value against one setting: accepted, or reported at its place.

use std::ops::Range;

use super::layer::{Leaf, Written};
use super::schema::Kind;
use super::settings::Origin;
use crate::diag::{Code, Diagnostic, closest};
use crate::source::{LineIndex, ProjectPath, Span};

/// Who wrote a value.
pub(super) enum Layer<'a> {
    Defaults,
    File { file: &'a ProjectPath, lines: LineIndex<'a> },
    CommandLine,
}

impl Layer<'_> {
    pub(super) fn origin(&self, at: &Range<usize>) -> Origin {
        match self {
            Self::Defaults => Origin::Default,
            Self::File { file, lines } => Origin::File { file: (*file).clone(), line: lines.position(at.start).line },
            Self::CommandLine => Origin::CommandLine,
        }
    }

    pub(super) fn span(&self, at: &Range<usize>) -> Option<Span> {
        match self {
            Self::File { file, .. } => Some(Span::new(file, at.clone())),
            Self::Defaults | Self::CommandLine => None,
        }
    }

    /// The diagnostic, at its place in the file, or naming the option where there is no file.
    pub(super) fn problem(&self, code: Code, message: &str, at: &Range<usize>, label: &str, key: &str) -> Diagnostic {
        match self.span(at) {
            Some(span) => Diagnostic::new(code, message).at(span, label),
            None => Diagnostic::new(code, format!("{message} (in `--set {key}=…`): {label}")),
        }
    }
}

/// An accepted value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Integer(u32),
    Text(String),
}

pub(super) fn wrong_type(layer: &Layer<'_>, leaf: &Leaf, expected: &str, found: &str, at: &Range<usize>) -> Diagnostic {
    let key = leaf.key();
    layer.problem(Code::ConfigWrongType, &format!("`{key}` is {expected}"), at, &format!("this is {found}"), &key)
}

/// The leaf's value as `kind` wants it.
pub(super) fn value(layer: &Layer<'_>, leaf: &Leaf, kind: Kind) -> Result<Value, Box<Diagnostic>> {
    let key = leaf.key();
    let outside = |message: String, label: String| {
        Box::new(layer.problem(Code::ConfigOutOfBounds, &message, &leaf.value_at, &label, &key))
    };
    let mistyped = |expected: &str| {
        let found = match &leaf.value {
            Written::Text(_) | Written::Untyped(_) => "text",
            Written::Integer(_) => "a number",
            Written::Other(kind) => kind,
        };
        Box::new(wrong_type(layer, leaf, expected, found, &leaf.value_at))
    };
    let number = || match &leaf.value {
        Written::Integer(number) => Ok(*number),
        Written::Untyped(text) => text.parse().map_err(|_| mistyped("a whole number")),
        Written::Text(_) | Written::Other(_) => Err(mistyped("a whole number")),
    };
    let words = || match &leaf.value {
        Written::Text(text) | Written::Untyped(text) => Ok(text.as_str()),
        Written::Integer(_) | Written::Other(_) => Err(mistyped("text in quotes")),
    };
    match kind {
        Kind::Integer { min, max } => {
            let number = number()?;
            u32::try_from(number)
                .ok()
                .filter(|number| (min..=max).contains(number))
                .map(Value::Integer)
                .ok_or_else(|| outside(format!("`{key}` cannot be {number}"), format!("from {min} to {max}")))
        }
        Kind::Numbers(choices) => {
            let number = number()?;
            u32::try_from(number).ok().filter(|number| choices.contains(number)).map(Value::Integer).ok_or_else(|| {
                let list = choices.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                outside(format!("`{key}` cannot be {number}"), format!("one of {list}"))
            })
        }
        Kind::Words(choices) => {
            let word = words()?;
            choices.contains(&word).then(|| Value::Text(word.to_owned())).ok_or_else(|| {
                let list = choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ");
                let problem = outside(format!("`{key}` cannot be `{word}`"), format!("one of {list}"));
                match closest(word, choices.iter().copied()) {
                    Some(near) => Box::new(problem.help(format!("did you mean `{near}`?"))),
                    None => problem,
                }
            })
        }
        Kind::Form(test, form) => {
            let written = words()?;
            test(written)
                .then(|| Value::Text(written.to_owned()))
                .ok_or_else(|| outside(format!("`{key}` cannot be `{written}`"), format!("expected {form}")))
        }
    }
}
