//! Whether a name of a module means, at some place, what it means at the top of that module.

mod javascript;

use tree_sitter::Node;

use super::Parsed;
use super::walk::preorder;
use crate::source::Language;

pub(crate) use javascript::is_function;

/// Whether something around `node` gives `name` a meaning of its own.
pub(crate) fn is_shadowed(file: &Parsed<'_>, node: Node<'_>, name: &str) -> bool {
    match file.grammar.language() {
        Language::Python => is_shadowed_in_python(file, node, name),
        Language::TypeScript => javascript::is_shadowed(file, node, name),
    }
}

/// Whether a function, lambda, comprehension or class around `node` gives `name` a meaning of its own:
/// <https://docs.python.org/3/reference/executionmodel.html#resolution-of-names>.
fn is_shadowed_in_python(file: &Parsed<'_>, node: Node<'_>, name: &str) -> bool {
    let mut inner = node;
    let mut in_function = false;
    while let Some(scope) = inner.parent() {
        let is_part = |field: &str| scope.child_by_field_name(field).is_some_and(|part| part.id() == inner.id());
        let own = match scope.kind() {
            // Defaults, annotations and decorators are read outside.
            "function_definition" | "lambda" if is_part("body") => {
                in_function = true;
                let parameters = scope.child_by_field_name("parameters");
                parameters.is_some_and(|list| has_parameter(file, list, name)) || binds(file, inner, name)
            }
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
                let mut cursor = scope.walk();
                let clauses = scope.named_children(&mut cursor).filter(|clause| clause.kind() == "for_in_clause");
                let mut targets = clauses.filter_map(|clause| clause.child_by_field_name("left"));
                targets.any(|target| names(file, target, name))
            }
            // What a class body binds, its methods do not see.
            "class_definition" if is_part("body") && !in_function => binds(file, inner, name),
            _ => false,
        };
        if own {
            return true;
        }
        inner = scope;
    }
    false
}

/// The function or class around `node`, if any: what its body makes is made once for each call, or belongs to the class.
pub(crate) fn definition_around<'tree>(file: &Parsed<'_>, node: Node<'tree>) -> Option<Node<'tree>> {
    if file.grammar.language() == Language::TypeScript {
        return javascript::definition_around(node);
    }
    let mut around = node.parent();
    while let Some(node) = around {
        if matches!(node.kind(), "function_definition" | "class_definition" | "lambda") {
            return Some(node);
        }
        around = node.parent();
    }
    None
}

fn has_parameter(file: &Parsed<'_>, list: Node<'_>, name: &str) -> bool {
    let mut cursor = list.walk();
    list.named_children(&mut cursor).any(|parameter| {
        let named = parameter.child_by_field_name("name").or_else(|| match parameter.kind() {
            "identifier" => Some(parameter),
            _ => parameter.named_child(0),
        });
        named.is_some_and(|named| names(file, named, name))
    })
}

/// Whether the statements of `body` bind `name` there, and not in the module or a function around.
fn binds(file: &Parsed<'_>, body: Node<'_>, name: &str) -> bool {
    let own_scope = |node: Node<'_>| {
        node.id() != body.id() && matches!(node.kind(), "function_definition" | "class_definition" | "lambda")
    };
    let (mut bound, mut elsewhere) = (false, false);
    for node in preorder(body, |node| !own_scope(node)) {
        match node.kind() {
            "global_statement" | "nonlocal_statement" => elsewhere |= names(file, node, name),
            _ => bound |= target(node).is_some_and(|target| names(file, target, name)),
        }
    }
    bound && !elsewhere
}

/// What a node gives a meaning.
fn target(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "assignment" | "augmented_assignment" | "for_statement" => node.child_by_field_name("left"),
        "named_expression" | "function_definition" | "class_definition" => node.child_by_field_name("name"),
        "as_pattern" => node.child_by_field_name("alias"),
        // An import binds too, but to the object itself where it is the one that is looked for.
        _ => None,
    }
}

/// Whether `target` is `name`, or a pattern with it; `name[1]` and `name.x` change something else.
fn names(file: &Parsed<'_>, target: Node<'_>, name: &str) -> bool {
    let part = |node: Node<'_>| !matches!(node.kind(), "subscript" | "attribute" | "call");
    preorder(target, part).any(|node| node.kind() == "identifier" && file.text_of(node) == name)
}
