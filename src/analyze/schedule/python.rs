//! Functions of Python that can be run by themselves.

use std::ops::Range;

use tree_sitter::Node;

use super::{Hindered, no_function, not_callable};
use crate::annotation::Annotation;
use crate::diag::Diagnostics;
use crate::syntax::Parsed;

/// The name of a function that can be called from outside, without arguments.
pub(super) fn function(
    file: &Parsed<'_>,
    annotation: &Annotation,
    statement: &Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let node = definition_at(file, statement);
    let Some(definition) = node.filter(|node| node.kind() == "function_definition") else {
        let help = "put it above the definition of a function, above its decorators if it has any";
        diagnostics.push(no_function(file, annotation, statement, help));
        return None;
    };
    let name = definition.child_by_field_name("name")?;
    let hindered = match enclosing(definition).map(|outer| outer.kind()) {
        Some("class_definition") => Some(Hindered {
            at: name.byte_range(),
            why: "a method of a class",
            help: "write a function of the module that calls it",
        }),
        Some(_) => Some(Hindered {
            at: name.byte_range(),
            why: "made only when the function around it runs",
            help: "move it to the module's own level",
        }),
        None => required_parameter(definition).map(|parameter| Hindered {
            at: parameter.byte_range(),
            why: "has no default, and nobody gives it",
            help: "give it a default, or read what it stands for where the function starts",
        }),
    };
    if let Some(hindered) = hindered {
        diagnostics.push(not_callable(file, annotation, file.text_of(name), hindered));
        return None;
    }
    Some(file.text_of(name).to_owned())
}

/// The definition that the statement is, without its decorators.
fn definition_at<'tree>(file: &'tree Parsed<'_>, statement: &Range<usize>) -> Option<Node<'tree>> {
    let mut node = file.root().descendant_for_byte_range(statement.start, statement.end)?;
    // A node of one child is as long as the child.
    while let Some(child) = node.named_child(0).filter(|child| child.byte_range() == node.byte_range()) {
        node = child;
    }
    Some(node.child_by_field_name("definition").unwrap_or(node))
}

/// The function or class that a definition stands in.
fn enclosing(definition: Node<'_>) -> Option<Node<'_>> {
    let mut node = definition;
    while let Some(parent) = node.parent() {
        if matches!(parent.kind(), "function_definition" | "class_definition") {
            return Some(parent);
        }
        node = parent;
    }
    None
}

/// The first parameter without a default.
fn required_parameter(definition: Node<'_>) -> Option<Node<'_>> {
    let parameters = definition.child_by_field_name("parameters")?;
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).find(|parameter| match parameter.kind() {
        "identifier" => true,
        // `name: type`, but also `*names: type`.
        "typed_parameter" => parameter.named_child(0).is_some_and(|name| name.kind() == "identifier"),
        _ => false,
    })
}
