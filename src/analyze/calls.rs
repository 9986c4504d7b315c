use std::ops::Range;

use tree_sitter::Node;

use crate::app::SourceLine;
use crate::source::{LineIndex, Span};
use crate::syntax::{Argument, Parsed, arguments, callee, matches, member, string_literal};

/// What one file does with objects, without its tree.
#[derive(Debug)]
pub(super) struct Usage {
    /// Every method call, in order.
    pub(super) calls: Vec<Call>,
    /// Names that are given to other code: arguments, values of other objects, results. Empty where nobody asked.
    pub(super) handed_on: Vec<(String, Span)>,
}

/// Reads one file; `handed_on` asks for the names that are.
pub(super) fn usage(file: &Parsed<'_>, handed_on: bool) -> Usage {
    if !handed_on {
        return Usage { calls: calls(file), handed_on: Vec::new() };
    }
    let names =
        matches(file, file.root(), "handed_on").into_iter().filter_map(|captures| captures.get("name").copied());
    let handed_on =
        names.map(|node| (file.text_of(node).to_owned(), Span::new(&file.path, node.byte_range()))).collect();
    Usage { calls: calls(file), handed_on }
}

/// A method call, without its tree.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) at: SourceLine,
    /// What the chain of calls starts from, as written: `app` in `app.use(a).get(b)`.
    pub(super) object: String,
    /// The methods that are called on it before this one.
    pub(super) through: Vec<String>,
    pub(super) method: String,
    pub(super) method_range: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
}

/// An argument, without its tree.
#[derive(Debug)]
pub(super) struct CallArgument {
    pub(super) keyword: Option<String>,
    pub(super) range: Range<usize>,
    /// The value of a plain string literal.
    pub(super) literal: Option<String>,
    /// The name used, or the name called, as written; `None` for a function literal or anything more complicated.
    pub(super) name: Option<String>,
    /// Whether it is a function literal.
    pub(super) function: bool,
}

fn calls(file: &Parsed<'_>) -> Vec<Call> {
    let lines = LineIndex::new(file.text);
    let mut calls: Vec<_> = matches(file, file.root(), "usage")
        .into_iter()
        .filter_map(|captures| {
            let (call, (object, method)) = (*captures.get("call")?, member(file, *captures.get("method")?)?);
            let (object, through) = receiver(file, object);
            Some(Call {
                at: SourceLine { file: file.path.clone(), line: lines.position(method.start_byte()).line },
                object: file.text_of(object).to_owned(),
                through,
                method: file.text_of(method).to_owned(),
                method_range: method.byte_range(),
                arguments: owned_arguments(file, call),
            })
        })
        .collect();
    calls.sort_by_key(|call| call.method_range.start);
    calls
}

/// The object that a chain of method calls starts from, without casts and parentheses, and the methods on the way.
fn receiver<'tree>(file: &Parsed<'_>, node: Node<'tree>) -> (Node<'tree>, Vec<String>) {
    let (mut node, mut through) = (node, Vec::new());
    loop {
        let inside = match node.kind() {
            "parenthesized_expression" | "non_null_expression" | "as_expression" | "satisfies_expression" => {
                node.named_child(0)
            }
            "call" | "call_expression" => {
                callee(node).and_then(|callee| member(file, callee)).map(|(object, method)| {
                    through.push(file.text_of(method).to_owned());
                    object
                })
            }
            _ => None,
        };
        match inside {
            Some(inside) => node = inside,
            None => return (node, through),
        }
    }
}

/// The arguments of a call, without their trees.
pub(super) fn owned_arguments(file: &Parsed<'_>, call: Node<'_>) -> Vec<CallArgument> {
    let list = call.child_by_field_name("arguments");
    list.map(arguments).unwrap_or_default().into_iter().map(|argument| owned(file, &argument)).collect()
}

fn owned(file: &Parsed<'_>, argument: &Argument<'_>) -> CallArgument {
    let value = argument.value;
    CallArgument {
        keyword: argument.keyword.map(|keyword| file.text_of(keyword).to_owned()),
        range: argument.keyword.map_or(value.start_byte(), |keyword| keyword.start_byte())..value.end_byte(),
        literal: string_literal(file, value).map(str::to_owned),
        name: dotted_name(file, value),
        function: matches!(value.kind(), "arrow_function" | "function_expression" | "lambda"),
    }
}

fn dotted_name(file: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    match node.kind() {
        "identifier" => Some(file.text_of(node).to_owned()),
        "attribute" | "member_expression" => {
            let text = file.text_of(node);
            text.chars().all(|c| c.is_alphanumeric() || "_$.".contains(c)).then(|| text.to_owned())
        }
        "call" | "call_expression" => dotted_name(file, node.child_by_field_name("function")?),
        _ => None,
    }
}
