//! The parts of a match that have the same meaning in each language and other names in its grammar. Queries name the outer
//! nodes only: each level of nesting in a pattern makes compiling it slower, and they are compiled in every run.

use tree_sitter::Node;

use super::Parsed;
use crate::source::Language;

/// What a call calls, or a `new` constructs.
pub(crate) fn callee(call: Node<'_>) -> Option<Node<'_>> {
    call.child_by_field_name("function").or_else(|| call.child_by_field_name("constructor"))
}

/// The object and the name of `object.name`.
pub(crate) fn member<'tree>(file: &Parsed<'_>, node: Node<'tree>) -> Option<(Node<'tree>, Node<'tree>)> {
    let name = match file.grammar.language() {
        Language::Python => "attribute",
        Language::TypeScript => "property",
    };
    Some((node.child_by_field_name("object")?, node.child_by_field_name(name)?))
}

/// The statement whose only business is `expression`: giving it a name, exporting that, or nothing.
pub(crate) fn statement_of(expression: Node<'_>) -> Node<'_> {
    let wraps = |kind: &str| {
        matches!(
            kind,
            "assignment"
                | "await_expression"
                | "export_statement"
                | "expression_statement"
                | "lexical_declaration"
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
