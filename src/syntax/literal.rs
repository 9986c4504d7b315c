//! Arguments of calls and literal strings: the same idea in each language, other node names.

use tree_sitter::Node;

use super::Parsed;
use crate::source::Language;

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Argument<'tree> {
    /// Its keyword, where the language has them.
    pub(crate) keyword: Option<Node<'tree>>,
    /// Its value.
    pub(crate) value: Node<'tree>,
}

/// The arguments of an argument list, in order, without comments.
pub(crate) fn arguments(list: Node<'_>) -> Vec<Argument<'_>> {
    let mut cursor = list.walk();
    list.named_children(&mut cursor)
        .filter(|node| node.kind() != "comment")
        .map(|node| match (node.child_by_field_name("name"), node.child_by_field_name("value")) {
            (Some(name), Some(value)) if node.kind() == "keyword_argument" => Argument { keyword: Some(name), value },
            (None | Some(_), None | Some(_)) => Argument { keyword: None, value: node },
        })
        .collect()
}

/// The properties that an object literal names, each with its value; none for any other expression. What stands for itself,
/// `{ host }`, is its own value.
pub(crate) fn properties(object: Node<'_>) -> Vec<Argument<'_>> {
    let mut cursor = object.walk();
    let named = object.named_children(&mut cursor).filter(|_| object.kind() == "object");
    named
        .filter_map(|node| match node.kind() {
            "pair" => Some((node.child_by_field_name("key")?, node.child_by_field_name("value")?)),
            "method_definition" => Some((node.child_by_field_name("name")?, node)),
            "shorthand_property_identifier" => Some((node, node)),
            // What is spread into it names nothing.
            _ => None,
        })
        .map(|(name, value)| Argument { keyword: Some(name), value })
        .collect()
}

/// The value of a plain string literal: no interpolation, no escapes, no concatenation, no bytes. `None` for anything else,
/// so that a value is never guessed.
pub(crate) fn string_literal<'text>(file: &Parsed<'text>, node: Node<'_>) -> Option<&'text str> {
    let (kinds, quotes): (&[&str], &[&str]) = match file.grammar.language() {
        Language::Python => (&["string"], &["\"\"\"", "'''", "\"", "'"]),
        Language::TypeScript => (&["string", "template_string"], &["\"", "'", "`"]),
    };
    let text = file.text_of(node);
    if !kinds.contains(&node.kind()) || text.contains('\\') || text.contains("${") {
        return None;
    }
    // Python's `f"…"` interpolates and `b"…"` is no text; `r` and `u` change nothing where there are no escapes.
    let text = match file.grammar.language() {
        Language::Python => text.trim_start_matches(['r', 'R', 'u', 'U']),
        Language::TypeScript => text,
    };
    quotes.iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}
