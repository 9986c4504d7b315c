//! The parts of a match that have the same meaning in each language and other names in its grammar. Queries name the outer
//! nodes only: each level of nesting in a pattern makes compiling it slower, and they are compiled in every run.

use std::ops::Range;

use tree_sitter::Node;

use super::Parsed;
use crate::source::Language;

/// What a call calls, a `new` constructs, or a class extends.
pub(crate) fn callee(call: Node<'_>) -> Option<Node<'_>> {
    let field = |name: &str| call.child_by_field_name(name);
    // What a class extends is called by `super`.
    let extended = || field("value").filter(|_| call.kind() == "extends_clause");
    let called = field("function").or_else(|| field("constructor")).or_else(extended)?;
    // The grammar reads `await create<App>(module)` as a call of `await create`.
    let awaited = called.named_child(0).filter(|_| called.kind() == "await_expression");
    Some(awaited.unwrap_or(called))
}

/// The object and the name of `object.name`.
pub(crate) fn member<'tree>(file: &Parsed<'_>, node: Node<'tree>) -> Option<(Node<'tree>, Node<'tree>)> {
    let name = match file.grammar.language() {
        Language::Python => "attribute",
        Language::TypeScript => "property",
    };
    Some((node.child_by_field_name("object")?, node.child_by_field_name(name)?))
}

/// Whether `left` is what a module exports, or one of it: `exports.app`, `module.exports`, `module.exports.app`.
pub(crate) fn is_exports(left: &str) -> bool {
    let rest = left.strip_prefix("module.").unwrap_or(left).strip_prefix("exports");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The statement whose only business is `expression`: giving it a name, exporting that, or nothing.
pub(crate) fn statement_of(expression: Node<'_>) -> Node<'_> {
    let wraps = |kind: &str| {
        matches!(
            kind,
            "as_expression"
                | "assignment"
                | "assignment_expression"
                | "await"
                | "await_expression"
                | "export_statement"
                | "expression_statement"
                | "lexical_declaration"
                | "non_null_expression"
                | "parenthesized_expression"
                | "satisfies_expression"
                | "variable_declaration"
                | "variable_declarator"
        )
    };
    let mut node = expression;
    while let Some(parent) = node.parent().filter(|parent| wraps(parent.kind())) {
        node = parent;
    }
    node
}

/// What code calls the value of `expression`, where its statement's only business is to name it: the left side of an
/// assignment or declaration, the name behind `as` in a `with`.
pub(crate) fn bound_to(expression: Node<'_>) -> Option<Node<'_>> {
    let mut node = expression;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "as_expression"
            | "await"
            | "await_expression"
            | "expression_statement"
            | "non_null_expression"
            | "parenthesized_expression"
            | "satisfies_expression" => node = parent,
            "assignment_expression" => return parent.child_by_field_name("left").filter(|left| is_one_name(*left)),
            "public_field_definition" => return parent.child_by_field_name("name"),
            "variable_declarator" => return parent.child_by_field_name("name").filter(|name| is_one_name(*name)),
            "assignment" => return parent.child_by_field_name("left").filter(|left| is_one_name(*left)),
            "as_pattern" => return parent.child_by_field_name("alias").and_then(|alias| alias.named_child(0)),
            _ => return None,
        }
    }
}

fn is_one_name(left: Node<'_>) -> bool {
    matches!(left.kind(), "attribute" | "identifier" | "member_expression")
}

/// Where the statement at `statement` ends, its body aside.
pub(crate) fn header_end(root: Node<'_>, statement: &Range<usize>) -> usize {
    let Some(mut node) = root.descendant_for_byte_range(statement.start, statement.end) else { return statement.end };
    // A node of one child is as long as the child.
    while let Some(child) = node.named_child(0).filter(|child| child.byte_range() == node.byte_range()) {
        node = child;
    }
    let node = node.child_by_field_name("definition").unwrap_or(node);
    node.child_by_field_name("body").map_or(statement.end, |body| body.start_byte())
}
