//! The same for JavaScript, whose blocks have names of their own:
//! <https://tc39.es/ecma262/#sec-declarative-environment-records>.

use tree_sitter::Node;

use crate::syntax::Parsed;
use crate::syntax::walk::preorder;

/// Nodes that are called.
pub(crate) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "arrow_function"
            | "function_declaration"
            | "function_expression"
            | "generator_function"
            | "generator_function_declaration"
            | "method_definition"
    )
}

fn is_class(node: Node<'_>) -> bool {
    matches!(node.kind(), "class" | "class_declaration" | "abstract_class_declaration")
}

/// The function or class around `node`.
pub(super) fn definition_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut around = node.parent();
    while let Some(node) = around.filter(|node| !is_function(*node) && !is_class(*node)) {
        around = node.parent();
    }
    around
}

pub(super) fn is_shadowed(file: &Parsed<'_>, node: Node<'_>, name: &str) -> bool {
    let mut scope = node.parent();
    while let Some(around) = scope {
        let own = match around.kind() {
            "statement_block" | "switch_body" => declares(file, around, name),
            "for_statement" => part(around, "initializer").is_some_and(|list| declares_in(file, list, name)),
            "for_in_statement" => {
                part(around, "kind").is_some() && part(around, "left").is_some_and(|left| binds(file, left, name))
            }
            "catch_clause" => part(around, "parameter").is_some_and(|caught| binds(file, caught, name)),
            _ if is_function(around) => takes(file, around, name) || has_var(file, around, name),
            _ => false,
        };
        if own {
            return true;
        }
        scope = around.parent();
    }
    false
}

fn part<'tree>(node: Node<'tree>, field: &str) -> Option<Node<'tree>> {
    node.child_by_field_name(field)
}

/// Whether a parameter of the function has the name, or the function itself, seen from inside.
fn takes(file: &Parsed<'_>, function: Node<'_>, name: &str) -> bool {
    let lists = ["parameters", "parameter"].into_iter().filter_map(|field| part(function, field));
    let own = part(function, "name").filter(|_| function.kind() == "function_expression");
    lists.chain(own).any(|list| binds(file, list, name))
}

/// Whether a block's own statements declare the name.
fn declares(file: &Parsed<'_>, block: Node<'_>, name: &str) -> bool {
    let mut cursor = block.walk();
    block.named_children(&mut cursor).any(|statement| match statement.kind() {
        "switch_case" | "switch_default" => declares(file, statement, name),
        _ => declares_in(file, statement, name),
    })
}

fn declares_in(file: &Parsed<'_>, statement: Node<'_>, name: &str) -> bool {
    match statement.kind() {
        "lexical_declaration" | "variable_declaration" => {
            let mut cursor = statement.walk();
            statement
                .named_children(&mut cursor)
                .filter_map(|declarator| part(declarator, "name"))
                .any(|target| binds(file, target, name))
        }
        "class_declaration" | "function_declaration" | "generator_function_declaration" => {
            part(statement, "name").is_some_and(|own| file.text_of(own) == name)
        }
        _ => false,
    }
}

/// `var` holds in the whole function, wherever it stands.
fn has_var(file: &Parsed<'_>, function: Node<'_>, name: &str) -> bool {
    let Some(body) = part(function, "body") else { return false };
    preorder(body, |node| node == body || !is_function(node))
        .any(|node| node.kind() == "variable_declaration" && declares_in(file, node, name))
}

/// Whether a pattern gives the name; the values of its defaults and its types give none.
fn binds(file: &Parsed<'_>, pattern: Node<'_>, name: &str) -> bool {
    let outside = |node: Node<'_>| {
        node.parent().is_some_and(|parent| {
            let is = |field: &str| part(parent, field) == Some(node);
            node != pattern && ((is("value") && parent.kind() != "pair_pattern") || is("right") || is("type"))
        })
    };
    preorder(pattern, |node| !outside(node)).any(|node| {
        let gives = matches!(node.kind(), "identifier" | "shorthand_property_identifier_pattern");
        gives && !outside(node) && file.text_of(node) == name
    })
}
