//! What an expression says, without its tree: as much of it as paths, prefixes and lists of routes are written with.

use std::ops::Range;

use tree_sitter::Node;

mod script;

use super::calls::{CallArgument, dotted_name, owned_arguments};
use super::definitions::Parameter;
use crate::source::Language;
use crate::syntax::{Parsed, callee};

pub(super) use script::{bare, dotted, of_object, outermost, typed};

/// An expression of which no more is kept than can be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// A string without interpolation.
    Text(String),
    None,
    Bool(bool),
    /// `app`, `users.router`.
    Name(String),
    /// Texts one after another: `f"{PREFIX}/users"`, `PREFIX + "/users"`.
    Join(Vec<Self>),
    /// A list, tuple or set.
    List(Vec<Self>),
    /// Lists one after another: `api_routes + page_routes`, `*api_routes`.
    Spread(Box<Self>),
    /// One of two: `a if debug else b`.
    Either(Box<Self>, Box<Self>),
    Call(Call),
    /// An object of named values: `{ prefix: "/api", router }`. What it takes over from another one has no keyword.
    Object(Vec<CallArgument>),
    /// A function that is written where it is used.
    Function(Literal),
    /// A method of what another expression gives: `express.Router().use(auth)`.
    Method(Box<Self>, Call),
    /// A value in what another expression gives: `createApp().router`.
    Member(Box<Self>, String),
    Other,
}

impl Expression {
    /// The name that this is, or that it is the result of calling.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Call(call) => Some(&call.callee),
            Self::Text(_)
            | Self::None
            | Self::Bool(_)
            | Self::Join(_)
            | Self::List(_)
            | Self::Spread(_)
            | Self::Either(..)
            | Self::Object(_)
            | Self::Function(_)
            | Self::Method(..)
            | Self::Member(..)
            | Self::Other => None,
        }
    }

    /// What an object has; nothing where this is no object.
    pub(super) fn parts(&self) -> &[CallArgument] {
        match self {
            Self::Object(parts) => parts,
            Self::Text(_)
            | Self::None
            | Self::Bool(_)
            | Self::Name(_)
            | Self::Join(_)
            | Self::List(_)
            | Self::Spread(_)
            | Self::Either(..)
            | Self::Call(_)
            | Self::Function(_)
            | Self::Method(..)
            | Self::Member(..)
            | Self::Other => &[],
        }
    }
}

/// A function literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) parameters: Vec<Parameter>,
    pub(super) range: Range<usize>,
}

/// A call as an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The name of what is called, as written.
    pub(super) callee: String,
    pub(super) callee_range: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
}

/// Levels of nesting that are read: nobody writes more, and each is one more frame on the stack.
pub(super) const MAX_DEPTH: usize = 24;

/// Reads an expression down to `depth` levels.
pub(super) fn expression(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    match file.grammar.language() {
        Language::Python => within(file, node, depth),
        Language::TypeScript => script::within(file, node, depth),
    }
}

fn within(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let Some(depth) = depth.checked_sub(1) else { return Expression::Other };
    let named = |kind| {
        let mut cursor = node.walk();
        let nodes: Vec<_> = node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect();
        let read = |node: &Node<'_>| within(file, *node, depth);
        match kind {
            Children::All => nodes.iter().map(read).collect::<Vec<_>>(),
            Children::First => nodes.first().map(read).into_iter().collect(),
        }
    };
    match node.kind() {
        "string" => string(file, node, depth),
        "concatenated_string" => Expression::Join(named(Children::All)),
        "none" => Expression::None,
        "true" => Expression::Bool(true),
        "false" => Expression::Bool(false),
        "identifier" | "attribute" => dotted_name(file, node).map_or(Expression::Other, Expression::Name),
        "parenthesized_expression" | "await" => named(Children::First).pop().unwrap_or(Expression::Other),
        "list" | "tuple" | "set" => Expression::List(named(Children::All)),
        "list_splat" => Expression::Spread(Box::new(named(Children::First).pop().unwrap_or(Expression::Other))),
        "conditional_expression" => match <[Expression; 3]>::try_from(named(Children::All)) {
            Ok([one, _, other]) => Expression::Either(Box::new(one), Box::new(other)),
            Err(_) => Expression::Other,
        },
        "binary_operator" => {
            let plus = node.child_by_field_name("operator").is_some_and(|operator| operator.kind() == "+");
            if plus { Expression::Join(named(Children::All)) } else { Expression::Other }
        }
        "call" => called(file, node, depth),
        // A grammar's kinds are open to us; of any other expression nothing is known.
        _ => Expression::Other,
    }
}

#[derive(Clone, Copy)]
enum Children {
    All,
    First,
}

fn called(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let Some(function) = callee(node).filter(|function| function.kind() != "call") else { return Expression::Other };
    match dotted_name(file, function) {
        Some(name) => Expression::Call(Call {
            callee: name,
            callee_range: function.byte_range(),
            arguments: owned_arguments(file, node, depth),
        }),
        None => Expression::Other,
    }
}

/// A string: plain, or formatted from what can be evaluated.
fn string(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let mut cursor = node.walk();
    let mut parts = Vec::new();
    for child in node.children(&mut cursor) {
        match child.kind() {
            // `f"…"` interpolates, which shows below; `b"…"` is no text.
            "string_start" if file.text_of(child).contains(['b', 'B']) => return Expression::Other,
            "string_content" => match content(file, child) {
                Some(text) => parts.push(Expression::Text(text)),
                None => return Expression::Other,
            },
            "interpolation" => {
                let plain = child.named_child_count() == 1;
                let value = child.child_by_field_name("expression").filter(|_| plain);
                parts.push(value.map_or(Expression::Other, |value| within(file, value, depth)));
            }
            _ => {}
        }
    }
    match <[Expression; 1]>::try_from(parts) {
        Ok([text @ Expression::Text(_)]) => text,
        Ok(parts) => Expression::Join(parts.into()),
        Err(parts) if parts.is_empty() => Expression::Text(String::new()),
        Err(parts) => Expression::Join(parts),
    }
}

/// The text between the quotes; `None` where it holds escapes, whose meaning is not guessed.
fn content(file: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    let mut cursor = node.walk();
    let (mut text, mut at) = (String::new(), node.start_byte());
    for child in node.children(&mut cursor) {
        if child.kind() != "escape_interpolation" {
            return None;
        }
        text.push_str(&file.text[at..child.start_byte()]);
        // `{{` and `}}` are one brace each.
        text.push_str(&file.text_of(child)[..1]);
        at = child.end_byte();
    }
    text.push_str(&file.text[at..node.end_byte()]);
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::ProjectPath;

    fn read(text: &str) -> Expression {
        let path = ProjectPath::new(Path::new("a.py")).unwrap();
        let file = Parsed::new(&path, text).unwrap();
        let statement = file.root().named_child(0).unwrap();
        expression(&file, statement.named_child(0).unwrap(), MAX_DEPTH)
    }

    fn text(text: &str) -> Expression {
        Expression::Text(text.to_owned())
    }

    #[test]
    fn texts_are_read_with_what_they_are_made_of() {
        let name = |name: &str| Expression::Name(name.to_owned());
        assert_eq!(read("'/users'"), text("/users"));
        assert_eq!(read("r'''/users'''"), text("/users"));
        assert_eq!(read("''"), text(""));
        assert_eq!(read("f\"/{{id}}\""), text("/{id}"));
        assert_eq!(read("f\"{a.B}/x\""), Expression::Join(vec![name("a.B"), text("/x")]));
        assert_eq!(read("A + '/x'"), Expression::Join(vec![name("A"), text("/x")]));
        assert_eq!(read("('/a' '/b')"), Expression::Join(vec![text("/a"), text("/b")]));
        assert_eq!(read("f\"{a!r}\""), Expression::Join(vec![Expression::Other]));
        assert_eq!(read("b'/x'"), Expression::Other);
        assert_eq!(read("'\\x41'"), Expression::Other);
        assert_eq!(read("A * 2"), Expression::Other);
    }

    #[test]
    fn other_values_are_read() {
        let none = Box::new(Expression::None);
        assert_eq!(read("None if a else '/x'"), Expression::Either(none, Box::new(text("/x"))));
        assert_eq!(read("['GET', *b]").clone(), {
            let rest = Expression::Spread(Box::new(Expression::Name("b".to_owned())));
            Expression::List(vec![text("GET"), rest])
        });
        let Expression::Call(call) = read("starlette.Route('/', home, methods=['GET'])") else { panic!() };
        assert_eq!((call.callee.as_str(), call.arguments.len()), ("starlette.Route", 3));
        assert_eq!(call.arguments[2].value, Expression::List(vec![text("GET")]));
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!("{}'a'{}", "[".repeat(5000), "]".repeat(5000));
        assert!(matches!(read(&deep), Expression::List(_)));
    }
}
