use std::ops::Range;

use hcl::expr::{BinaryOp, BinaryOperator, FuncCall, Object, ObjectKey, TemplateExpr};
use hcl::{Expression, Identifier};

use super::Reference;
use super::print::inline;

/// The key of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A key of ours, written bare.
    Name(&'static str),
    /// A key that comes from outside: written as a string unless it is upper case, as environment variables are, because no
    /// keyword of HCL is.
    Text(String),
}

/// A piece of a string with references in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text, taken literally.
    Text(String),
    /// The value of a reference.
    Value(Reference),
    /// The value of an expression.
    Computed(Expression),
}

/// A string literal.
#[must_use]
pub fn text(value: impl Into<String>) -> Expression {
    let value = value.into();
    match markers(&value, false) {
        Some(_) => template([Part::Text(value)]),
        None => Expression::String(value),
    }
}

/// A whole number.
#[must_use]
pub fn number(value: impl Into<u64>) -> Expression {
    Expression::Number(value.into().into())
}

/// A list.
#[must_use]
pub fn list<T: Into<Expression>>(items: impl IntoIterator<Item = T>) -> Expression {
    Expression::Array(items.into_iter().map(Into::into).collect())
}

/// An object, in the order given.
#[must_use]
pub fn object<T: Into<Expression>>(entries: impl IntoIterator<Item = (Key, T)>) -> Expression {
    let entries = entries.into_iter().map(|(key, value)| {
        let key = match key {
            Key::Name(name) => ObjectKey::Identifier(Identifier::sanitized(name)),
            Key::Text(name) if is_upper_case(&name) => ObjectKey::Identifier(Identifier::sanitized(name)),
            Key::Text(name) => ObjectKey::Expression(text(name)),
        };
        (key, value.into())
    });
    Expression::Object(entries.collect::<Object<_, _>>())
}

fn is_upper_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// A call of a built-in function.
#[must_use]
pub fn call(function: &'static str, argument: impl Into<Expression>) -> Expression {
    call_with(function, [argument.into()])
}

/// A call of a built-in function of several arguments.
#[must_use]
pub fn call_with(function: &'static str, arguments: impl IntoIterator<Item = Expression>) -> Expression {
    let call = FuncCall::builder(Identifier::sanitized(function));
    Expression::from(arguments.into_iter().fold(call, hcl::expr::FuncCallBuilder::arg).build())
}

/// Whether two values are equal.
#[must_use]
pub fn equal(left: impl Into<Expression>, right: impl Into<Expression>) -> Expression {
    binary(left.into(), BinaryOperator::Eq, right.into())
}

/// Whether two values differ.
#[must_use]
pub fn different(left: impl Into<Expression>, right: impl Into<Expression>) -> Expression {
    binary(left.into(), BinaryOperator::NotEq, right.into())
}

fn binary(left: Expression, operator: BinaryOperator, right: Expression) -> Expression {
    Expression::Operation(Box::new(BinaryOp::new(left, operator, right).into()))
}

/// A bare word of Terraform's own, such as the type `string`.
#[must_use]
pub fn keyword(word: &'static str) -> Expression {
    Expression::from(hcl::expr::Variable::from(Identifier::sanitized(word)))
}

/// A string with references in it. Literal parts are escaped, so that `${` in them stays two characters.
#[must_use]
pub fn template(parts: impl IntoIterator<Item = Part>) -> Expression {
    let mut quoted = String::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Text(literal) => {
                let before_value = matches!(parts.peek(), Some(Part::Value(_) | Part::Computed(_)));
                quoted.push_str(&escape(&literal, before_value));
            }
            Part::Value(reference) => quoted.extend(["${", &reference.to_string(), "}"]),
            Part::Computed(value) => quoted.extend(["${", &inline(&value), "}"]),
        }
    }
    Expression::from(TemplateExpr::QuotedString(quoted))
}

/// `literal` as the inside of a quoted string, by hcl-rs's own escaping, which knows a single `$` or `%` before a `{`.
///
/// Of several, it takes two for one and what follows for an interpolation; and those directly before an interpolation would read
/// as its escape, `$${`. So each of these becomes an interpolation itself:
/// <https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences>.
fn escape(literal: &str, before_value: bool) -> String {
    let plain = |part: &str| {
        let quoted = inline(&Expression::String(part.to_owned()));
        quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    let mut escaped = String::new();
    let mut rest = literal;
    while let Some(markers) = markers(rest, before_value) {
        escaped.push_str(&plain(&rest[..markers.start]));
        for marker in rest[markers.clone()].chars() {
            escaped.extend(["${\"", marker.encode_utf8(&mut [0; 4]), "\"}"]);
        }
        rest = &rest[markers.end..];
    }
    escaped + &plain(rest)
}

/// The first `$` and `%` next to each other that would be read together with what follows: several before a `{`, or any before
/// a value.
fn markers(text: &str, before_value: bool) -> Option<Range<usize>> {
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c, start) {
            ('$' | '%', None) => start = Some(at),
            ('$' | '%', Some(_)) => {}
            ('{', Some(from)) if at - from > 1 => return Some(from..at),
            (_, _) => start = None,
        }
    }
    start.filter(|_| before_value).map(|from| from..text.len())
}

#[cfg(test)]
mod tests {
    use super::super::{Address, Mode};
    use super::*;

    fn arn() -> Part {
        Part::Value(Address::new(Mode::Managed, "aws_sns_topic", "t").attribute("arn"))
    }

    #[test]
    fn text_cannot_become_an_expression() {
        assert_eq!(inline(&text("${file(\"/etc/passwd\")}")), r#""$${file(\"/etc/passwd\")}""#);
        assert_eq!(inline(&text("%{ if true }\\\n")), r#""%%{ if true }\\\n""#);
        let expression = template([Part::Text("\"${a}%{b}\\".into()), arn()]);
        assert_eq!(inline(&expression), r#""\"$${a}%%{b}\\${aws_sns_topic.t.arn}""#);
    }

    /// hcl-rs leaves the second of these as it is, and Terraform would call the function.
    #[test]
    fn several_markers_before_a_brace_stay_what_they_are() {
        assert_eq!(inline(&text("${a} %${file(\"x\")}")), r#""$${a} ${"%"}${"$"}{file(\"x\")}""#);
        assert_eq!(inline(&text("$${a} $$ {")), r#""${"$"}${"$"}{a} $$ {""#);
        assert_eq!(inline(&template([Part::Text("a$$".into()), arn()])), r#""a${"$"}${"$"}${aws_sns_topic.t.arn}""#);
    }

    #[test]
    fn a_dollar_before_a_reference_stays_a_dollar() {
        let expression = template([Part::Text("cost$".into()), arn(), Part::Text("/$default/*".into())]);
        assert_eq!(inline(&expression), r#""cost${"$"}${aws_sns_topic.t.arn}/$default/*""#);
    }
}
