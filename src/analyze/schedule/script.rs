//! Functions of JavaScript and TypeScript that can be run by themselves.

use std::ops::Range;

use tree_sitter::Node;

use super::{Hindered, no_function, not_callable};
use crate::analyze::Context;
use crate::annotation::Annotation;
use crate::diag::Diagnostics;
use crate::syntax::Parsed;

/// The name under which a module exports a function that can be called without arguments.
pub(super) fn function(
    context: &Context<'_>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    statement: &Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let Some(found) = statement_at(file, statement).and_then(|node| defined(file, node)) else {
        let help =
            "put it above a function: `export async function cleanUp() {}`, or `export const cleanUp = async () => {}`";
        diagnostics.push(no_function(file, annotation, statement, help));
        return None;
    };
    let shown = found.name.map_or("default", |name| file.text_of(name));
    let at = found.name.unwrap_or(found.function);
    let first_line = at.start_byte()..at.start_byte() + file.text_of(at).lines().next().map_or(0, str::len);
    let exported = found.exported.clone().or_else(|| {
        let names: Vec<&str> = context.graph.exported_names(&file.path, shown).collect();
        names.iter().find(|name| **name == shown).or(names.first()).map(|name| (*name).to_owned())
    });
    let hindered = if !is_top_level(found.statement) {
        Some(Hindered {
            at: first_line,
            why: "made only when the code around it runs",
            help: "move it to the module's own level",
        })
    } else if found.function.kind().starts_with("generator") {
        let help = "write a plain or an async function that goes through what it yields";
        Some(Hindered { at: first_line, why: "a generator: a call of it runs nothing yet", help })
    } else if let Some(parameter) = required_parameter(file, found.function) {
        let help = "give it a default, or read what it stands for where the function starts";
        Some(Hindered { at: parameter.byte_range(), why: "has no default, and nobody gives it", help })
    } else if exported.is_none() {
        let help = "export it: what runs it at its times imports it from this module";
        Some(Hindered { at: first_line, why: "not exported", help })
    } else {
        None
    };
    if let Some(hindered) = hindered {
        diagnostics.push(not_callable(file, annotation, shown, hindered));
        return None;
    }
    exported
}

/// A function that a statement defines.
struct Defined<'tree> {
    statement: Node<'tree>,
    function: Node<'tree>,
    name: Option<Node<'tree>>,
    /// What the statement itself exports it as.
    exported: Option<String>,
}

fn defined<'tree>(file: &Parsed<'_>, statement: Node<'tree>) -> Option<Defined<'tree>> {
    let mut cursor = statement.walk();
    let by_default = statement.children(&mut cursor).any(|child| child.kind() == "default");
    let exports = statement.kind() == "export_statement";
    let inner = statement.child_by_field_name("declaration").or_else(|| statement.child_by_field_name("value"));
    let inner = inner.filter(|_| exports).unwrap_or(statement);
    let (function, name) = match inner.kind() {
        "lexical_declaration" | "variable_declaration" => {
            let mut cursor = inner.walk();
            let mut declarators = inner.named_children(&mut cursor).filter(|node| node.kind() == "variable_declarator");
            let only = declarators.next().filter(|_| declarators.next().is_none())?;
            (only.child_by_field_name("value")?, only.child_by_field_name("name"))
        }
        "expression_statement" => return assigned(file, inner),
        // A grammar's kinds are open to us; those that are functions are told below.
        _ => (inner, inner.child_by_field_name("name")),
    };
    let is_function = matches!(
        function.kind(),
        "function_declaration"
            | "function_expression"
            | "arrow_function"
            | "generator_function_declaration"
            | "generator_function"
    );
    let exported = match (exports, by_default) {
        (true, true) => Some("default".to_owned()),
        (true, false) => name.map(|name| file.text_of(name).to_owned()),
        (false, true | false) => None,
    };
    is_function.then_some(Defined { statement, function, name, exported })
}

/// `exports.cleanUp = async () => {}`
fn assigned<'tree>(file: &Parsed<'_>, statement: Node<'tree>) -> Option<Defined<'tree>> {
    let assignment = statement.named_child(0).filter(|node| node.kind() == "assignment_expression")?;
    let left = assignment.child_by_field_name("left")?;
    let text: String = file.text_of(left).split_whitespace().collect();
    let exported = text.strip_prefix("module.").unwrap_or(&text).strip_prefix("exports.")?.to_owned();
    let function = assignment.child_by_field_name("right")?;
    let is_function = matches!(function.kind(), "function_expression" | "arrow_function" | "generator_function");
    let name = left.child_by_field_name("property");
    is_function.then_some(Defined { statement, function, name, exported: Some(exported) })
}

/// The statement at this range.
fn statement_at<'tree>(file: &'tree Parsed<'_>, statement: &Range<usize>) -> Option<Node<'tree>> {
    let mut node = file.root().descendant_for_byte_range(statement.start, statement.end)?;
    // A node of one child is as long as the child.
    while let Some(parent) =
        node.parent().filter(|parent| parent.byte_range() == *statement && parent.parent().is_some())
    {
        node = parent;
    }
    Some(node)
}

fn is_top_level(statement: Node<'_>) -> bool {
    statement.parent().is_none_or(|parent| parent.parent().is_none())
}

/// The first parameter without a default. TypeScript's `this` is none, and one with `?` or `...` may be absent.
fn required_parameter<'tree>(file: &Parsed<'_>, function: Node<'tree>) -> Option<Node<'tree>> {
    if let Some(only) = function.child_by_field_name("parameter") {
        return Some(only);
    }
    let parameters = function.child_by_field_name("parameters")?;
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|node| node.kind() == "required_parameter").find(|parameter| {
        let pattern = parameter.child_by_field_name("pattern");
        let given = parameter.child_by_field_name("value").is_some();
        !given && pattern.is_some_and(|pattern| pattern.kind() != "rest_pattern" && file.text_of(pattern) != "this")
    })
}
