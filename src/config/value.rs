//! One written value against one setting: accepted, or reported at its place.

use std::fmt;
use std::ops::Range;

use super::document::Document;
use super::forms::without_secrets;
use super::layer::{Element, Leaf, Written};
use super::schema::Kind;
use super::setting::Origin;
use crate::diag::{Code, Diagnostic, closest};
use crate::source::Span;
use crate::terraform::Halves;

/// Who wrote a value.
#[derive(Clone, Copy)]
pub(super) enum Layer<'a> {
    Defaults,
    File(&'a Document),
    CommandLine,
}

impl Layer<'_> {
    pub(super) fn origin(&self, at: &Range<usize>) -> Origin {
        match self {
            Self::Defaults => Origin::Default,
            Self::File(file) => Origin::File { file: file.path.clone(), line: file.lines().position(at.start).line },
            Self::CommandLine => Origin::CommandLine,
        }
    }

    pub(super) fn span(&self, at: &Range<usize>) -> Option<Span> {
        match self {
            Self::File(file) => Some(file.span(at)),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Integer(u32),
    Halves(Halves),
    Text(String),
    Texts(Vec<String>),
}

impl Value {
    /// The value as TOML.
    pub(super) fn toml(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Halves(number) => number.to_string(),
            // What a setting accepts has no character that TOML would want escaped in another way than Rust.
            Self::Text(text) => format!("{text:?}"),
            Self::Texts(texts) => format!("{texts:?}"),
        }
    }
}

/// The value as people write it, without quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Halves(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

pub(super) fn wrong_type(layer: &Layer<'_>, leaf: &Leaf, expected: &str, found: &str, at: &Range<usize>) -> Diagnostic {
    let key = leaf.key();
    layer.problem(Code::ConfigWrongType, &format!("`{key}` is {expected}"), at, &format!("this is {found}"), &key)
}

/// The leaf's value as `kind` wants it.
pub(super) fn value(layer: &Layer<'_>, leaf: &Leaf, kind: Kind) -> Result<Value, Box<Diagnostic>> {
    accepted(&leaf.value, kind).map_err(|refused| {
        let key = leaf.key();
        Box::new(match refused {
            Refused::Type(expected) => wrong_type(layer, leaf, expected, leaf.value.kind(), &leaf.value_at),
            Refused::Value { written, expected, near } => {
                let message = format!("`{key}` cannot be {written}");
                let problem = layer.problem(Code::ConfigOutOfBounds, &message, &leaf.value_at, &expected, &key);
                match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                }
            }
        })
    })
}

/// Why a value is not accepted.
pub(super) enum Refused {
    /// It is of another type than this.
    Type(&'static str),
    /// It is not among what the setting may hold.
    Value { written: String, expected: String, near: Option<String> },
}

/// `written` as `kind` wants it.
pub(super) fn accepted(written: &Written, kind: Kind) -> Result<Value, Refused> {
    match kind {
        Kind::Integer { min, max } => {
            let number = number(written)?;
            let fitting = u32::try_from(number).ok().filter(|number| (min..=max).contains(number));
            fitting.map(Value::Integer).ok_or_else(|| outside(number.to_string(), format!("from {min} to {max}")))
        }
        Kind::Numbers(choices) => {
            let number = number(written)?;
            let fitting = u32::try_from(number).ok().filter(|number| choices.contains(number));
            fitting.map(Value::Integer).ok_or_else(|| {
                let list = choices.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                outside(number.to_string(), format!("one of {list}"))
            })
        }
        Kind::Halves { min, max } => {
            let (number, text) = halves(written)?;
            let fitting = number.filter(|number| (Halves::of(min)..=Halves::of(max)).contains(number));
            fitting.map(Value::Halves).ok_or_else(|| outside(text, format!("from {min} to {max} in steps of 0.5")))
        }
        Kind::Words(choices) => {
            let word = text(written)?;
            choices.contains(&word).then(|| Value::Text(word.to_owned())).ok_or_else(|| Refused::Value {
                written: format!("`{word}`"),
                expected: format!("one of {}", list(choices)),
                near: closest(word, choices.iter().copied()).map(str::to_owned),
            })
        }
        Kind::Form(test, form) => {
            let held = text(written)?;
            test(held)
                .then(|| Value::Text(held.to_owned()))
                .ok_or_else(|| outside(format!("`{}`", without_secrets(held)), format!("expected {form}")))
        }
        Kind::Forms(test, form) => {
            let held = texts(written)?;
            for (index, item) in held.iter().enumerate() {
                if !test(item) {
                    return Err(outside(format!("`{item}` in a list"), format!("expected {form}")));
                }
                if held[..index].contains(item) {
                    return Err(outside(format!("a list with `{item}` twice"), "each stands for itself".to_owned()));
                }
            }
            Ok(Value::Texts(held))
        }
    }
}

/// Words in backquotes, with commas between them.
pub(super) fn list<T: fmt::Display>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn outside(written: String, expected: String) -> Refused {
    Refused::Value { written, expected, near: None }
}

fn number(written: &Written) -> Result<i64, Refused> {
    let expected = Refused::Type("a whole number");
    match written {
        Written::Integer(number) => Ok(*number),
        Written::Untyped(text) => text.parse().map_err(|_| expected),
        Written::Text(_)
        | Written::Boolean(_)
        | Written::Float(_)
        | Written::List(_)
        | Written::Other(_)
        | Written::Empty => Err(expected),
    }
}

/// A number in steps of a half, where it is one, and as it was written.
pub(super) fn halves(written: &Written) -> Result<(Option<Halves>, String), Refused> {
    let expected = Refused::Type("a number");
    match written {
        Written::Integer(number) => Ok((Halves::parse(&number.to_string()), number.to_string())),
        Written::Float(text) => Ok((Halves::parse(text), text.clone())),
        Written::Untyped(text) if text.parse::<f64>().is_ok() => Ok((Halves::parse(text), text.clone())),
        Written::Text(_)
        | Written::Boolean(_)
        | Written::Untyped(_)
        | Written::List(_)
        | Written::Other(_)
        | Written::Empty => Err(expected),
    }
}

/// A list of texts; of `--set`, with commas between them.
fn texts(written: &Written) -> Result<Vec<String>, Refused> {
    let expected = || Refused::Type("a list of texts");
    if let Written::Untyped(text) = written {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Ok(items.map(str::to_owned).collect());
    }
    let items = written.as_list().ok_or_else(expected)?.iter().map(|item| match &item.value {
        Element::Value(value) => value.as_text().map(str::to_owned).ok_or_else(expected),
        Element::Table(_) => Err(expected()),
    });
    items.collect()
}

fn text(written: &Written) -> Result<&str, Refused> {
    match written {
        Written::Text(text) | Written::Untyped(text) => Ok(text.as_str()),
        Written::Integer(_)
        | Written::Boolean(_)
        | Written::Float(_)
        | Written::List(_)
        | Written::Other(_)
        | Written::Empty => Err(Refused::Type("text in quotes")),
    }
}
