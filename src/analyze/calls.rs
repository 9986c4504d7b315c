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
    /// Names that are given to other code: arguments, values of other objects, results.
    pub(super) handed_on: Vec<HandedOn>,
}

/// A name given to other code.
#[derive(Debug)]
pub(super) struct HandedOn {
    pub(super) name: String,
    pub(super) span: Span,
    /// What it is an argument of, as written, where that has a name.
    pub(super) to: Option<String>,
    /// Whether it is an argument of a call.
    pub(super) argument: bool,
}

/// Reads one file.
pub(super) fn usage(file: &Parsed<'_>) -> Usage {
    let names =
        matches(file, file.root(), "handed_on").into_iter().filter_map(|captures| captures.get("name").copied());
    Usage { calls: calls(file), handed_on: names.map(|name| handed_on(file, name)).collect() }
}

fn handed_on(file: &Parsed<'_>, name: Node<'_>) -> HandedOn {
    let span = Span::new(&file.path, name.byte_range());
    let list =
        name.parent().filter(|parent| matches!(parent.kind(), "arguments" | "argument_list" | "keyword_argument"));
    let list = list.and_then(|list| if list.kind() == "keyword_argument" { list.parent() } else { Some(list) });
    let to = list.and_then(|list| callee(list.parent()?)).and_then(|callee| dotted_name(file, callee));
    HandedOn { name: file.text_of(name).to_owned(), span, to, argument: list.is_some() }
}

/// A method call, without its tree.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) at: SourceLine,
    /// The expression before the last dot: `app`, `self.client`.
    pub(super) object: String,
    /// The methods called between the object and this one: `on` for the second call of `bus.on(…).on(…)`.
    pub(super) chain: Vec<String>,
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
            let (object, chain) = base(file, object)?;
            Some(Call {
                at: SourceLine { file: file.path.clone(), line: lines.position(method.start_byte()).line },
                object: file.text_of(object).split_whitespace().collect(),
                chain,
                method: file.text_of(method).to_owned(),
                method_range: method.byte_range(),
                arguments: owned_arguments(file, call),
            })
        })
        .collect();
    calls.sort_by_key(|call| call.method_range.start);
    calls
}

/// Calls in one chain that are followed, and bytes in an object's name: machines write longer ones, which no construct
/// has, and reading each link of them anew would take time quadratic in their length.
const MAX_CHAIN: usize = 32;
const MAX_NAME: usize = 256;

/// What a chain of calls starts from, and the methods called on it; types and parentheses around it change nothing.
fn base<'tree>(file: &Parsed<'_>, mut node: Node<'tree>) -> Option<(Node<'tree>, Vec<String>)> {
    let mut chain = Vec::new();
    for _ in 0..MAX_CHAIN {
        node = match node.kind() {
            "as_expression" | "non_null_expression" | "parenthesized_expression" | "satisfies_expression" => {
                node.named_child(0)?
            }
            "call" | "call_expression" => {
                let (object, method) = member(file, callee(node)?)?;
                chain.push(file.text_of(method).to_owned());
                object
            }
            _ => return (node.byte_range().len() <= MAX_NAME).then_some((node, chain)),
        };
    }
    None
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
