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
    Expression::String(value.into())
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

/// `literal` as the inside of a quoted string, by hcl-rs's own escaping.
///
/// A `$` or `%` directly before an interpolation would read as the escape `$${`, so it becomes an interpolation itself:
/// <https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences>.
fn escape(literal: &str, before_value: bool) -> String {
    let marker = literal.chars().last().filter(|last| before_value && matches!(last, '$' | '%'));
    let plain = marker.map_or(literal, |marker| &literal[..literal.len() - marker.len_utf8()]);
    let quoted = inline(&text(plain));
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned();
    match marker {
        Some(marker) => format!("{inner}${{\"{marker}\"}}"),
        None => inner,
    }
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

    #[test]
    fn a_dollar_before_a_reference_stays_a_dollar() {
        let expression = template([Part::Text("cost$".into()), arn(), Part::Text("/$default/*".into())]);
        assert_eq!(inline(&expression), r#""cost${"$"}${aws_sns_topic.t.arn}/$default/*""#);
    }
}
