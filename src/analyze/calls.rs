use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;
use tree_sitter::Node;

use crate::app::SourceLine;
use crate::source::{LineIndex, Span};
use crate::syntax::{Argument, Parsed, arguments, matches, member, string_literal};

/// What one file does with some objects, without its tree.
#[derive(Debug)]
pub(super) struct Usage {
    /// Every method call on them, in order.
    pub(super) calls: Vec<Call>,
    /// Where they are given to other code: arguments, values of other objects, results. Empty where nobody asked.
    pub(super) handed_on: Vec<(String, Span)>,
}

/// Whether [`usage`] could find anything. Files that import an object only to give it on, or import a module and not use this
/// part of it, need no tree.
pub(super) fn may_use(text: &str, objects: &BTreeSet<&str>, handed_on: bool) -> bool {
    objects.iter().any(|object| {
        memmem::find_iter(text.as_bytes(), object).any(|found| {
            let after = text[found + object.len()..].trim_start();
            // What may stand between an object and the name of its method: the dot itself, `?.`, `!.`, a comment, a line join.
            handed_on || after.starts_with(['.', '?', '!', '#', '/', '\\'])
        })
    })
}

/// Reads one file; `handed_on` asks for the places where objects are.
pub(super) fn usage(file: &Parsed<'_>, objects: &BTreeSet<&str>, handed_on: bool) -> Usage {
    let calls = calls(file, objects);
    if !handed_on {
        return Usage { calls, handed_on: Vec::new() };
    }
    let names =
        matches(file, file.root(), "handed_on").into_iter().filter_map(|captures| captures.get("name").copied());
    let names = names.map(|node| (file.text_of(node), node)).filter(|(name, _)| objects.contains(name));
    let handed_on = names.map(|(name, node)| (name.to_owned(), Span::new(&file.path, node.byte_range())));
    Usage { calls, handed_on: handed_on.collect() }
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

fn calls(file: &Parsed<'_>, objects: &BTreeSet<&str>) -> Vec<Call> {
    let lines = LineIndex::new(file.text);
    let mut calls: Vec<_> = matches(file, file.root(), "usage")
        .into_iter()
        .filter_map(|captures| {
            let (call, (object, method)) = (*captures.get("call")?, member(file, *captures.get("method")?)?);
            objects.contains(file.text_of(object)).then(|| Call {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_only_passes_an_object_on_needs_no_tree() {
        let objects = BTreeSet::from(["store.client", "c"]);
        for (text, calls, any) in [
            ("from store import client as c, d\n", false, true),
            ("import store\nstore.find()\n", false, false),
            ("store.client.get(1)\n", true, true),
            ("x = (store.client\n  # why\n  .get(1))\n", true, true),
            ("c?.get(1)", true, true),
            ("send(c)\n", false, true),
        ] {
            let objects: BTreeSet<_> = objects.iter().copied().filter(|object| text.contains(object)).collect();
            assert_eq!((may_use(text, &objects, false), may_use(text, &objects, true)), (calls, any), "{text}");
        }
    }
}
