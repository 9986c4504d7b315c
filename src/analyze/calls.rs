use std::ops::Range;

use tree_sitter::Node;

use crate::app::SourceLine;
use crate::source::{LineIndex, Span};
use crate::syntax::{Argument, Parsed, arguments, matches, member, string_literal};

/// What one file does with objects, without its tree.
#[derive(Debug)]
pub(super) struct Usage {
    /// Every method call, in order.
    pub(super) calls: Vec<Call>,
    /// Names that are given to other code: arguments, values of other objects, results.
    pub(super) handed_on: Vec<(String, Span)>,
}

/// Reads one file.
pub(super) fn usage(file: &Parsed<'_>) -> Usage {
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
    /// The expression before the last dot, as written.
    pub(super) object: String,
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
            Some(Call {
                at: SourceLine { file: file.path.clone(), line: lines.position(method.start_byte()).line },
                object: file.text_of(object).to_owned(),
                method: file.text_of(method).to_owned(),
                method_range: method.byte_range(),
                arguments: owned_arguments(file, call),
            })
        })
        .collect();
    calls.sort_by_key(|call| call.method_range.start);
    calls
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

/// The name that a value is, or that it is the result of calling.
fn dotted_name(file: &Parsed<'_>, mut node: Node<'_>) -> Option<String> {
    while matches!(node.kind(), "call" | "call_expression") {
        node = node.child_by_field_name("function")?;
    }
    let text = file.text_of(node);
    let dotted = matches!(node.kind(), "identifier" | "attribute" | "member_expression")
        && text.chars().all(|c| c.is_alphanumeric() || "_$.".contains(c));
    dotted.then(|| text.to_owned())
}
