//! Definitions in JavaScript and TypeScript.

mod classes;
mod functions;
mod results;

use std::ops::Range;

use tree_sitter::Node;

use super::read::places;
use super::{Candidate, Definition};
use crate::analyze::expression::{MAX_DEPTH, expression, of_object};
use crate::syntax::{Parsed, callee, is_function, member};

use classes::{class, members};
use functions::{function, position_in};

pub(super) use classes::class_around;
pub(in crate::analyze) use classes::{base, is_class};
pub(super) use functions::functions_around;
pub(in crate::analyze) use functions::parameters;
pub(in crate::analyze) use results::{Given, last_word, results_in};

/// What a module gives to one that takes no name of it: `export default`, `module.exports =`.
pub(in crate::analyze) const DEFAULT: &str = "default";

/// Every definition of `name` in a file.
pub(super) fn in_file(file: &Parsed<'_>, name: &str) -> Vec<Candidate> {
    let (mut found, mut declared, mut assigned) = (Vec::new(), Vec::new(), Vec::new());
    for place in places(file.text, name) {
        let Some(node) = file.root().descendant_for_byte_range(place.start, place.end) else { continue };
        if node.byte_range() != place {
            continue;
        }
        match defines(file, node) {
            Some(Defines::As(definition, by)) => found.push(candidate(definition, by, place.start)),
            Some(Defines::Later(by)) => declared.push(scope(by).unwrap_or(MODULE)),
            Some(Defines::Now(definition)) => assigned.push((definition, place.start)),
            None => {}
        }
    }
    for (definition, at) in assigned {
        let around = declared.iter().filter(|scope| scope.contains(&at)).min_by_key(|scope| scope.len());
        let scope = around.cloned().unwrap_or(MODULE);
        found.push(Candidate { definition, module: scope == MODULE, scope, at });
    }
    if found.is_empty() { exported(file, name) } else { found }
}

const MODULE: Range<usize> = 0..usize::MAX;

fn candidate(definition: Definition, by: Node<'_>, at: usize) -> Candidate {
    let scope = scope(by).unwrap_or(MODULE);
    Candidate { definition, module: scope == MODULE, scope, at }
}

enum Defines<'tree> {
    /// Where it stands, by that node.
    As(Definition, Node<'tree>),
    /// A name that is given a value elsewhere.
    Later(Node<'tree>),
    /// A value for a name that is declared elsewhere.
    Now(Definition),
}

/// What the name at `name` is defined as there; `None` where it is only used.
fn defines<'tree>(file: &Parsed<'_>, name: Node<'tree>) -> Option<Defines<'tree>> {
    let parent = name.parent()?;
    let is = |field: &str| parent.child_by_field_name(field) == Some(name);
    let known = |definition| Some(Defines::As(definition, parent));
    match parent.kind() {
        "variable_declarator" if is("name") => match parent.child_by_field_name("value") {
            Some(value) => known(value_of(file, value)),
            None => Some(Defines::Later(parent)),
        },
        "assignment_expression" if is("left") => {
            Some(Defines::Now(value_of(file, parent.child_by_field_name("right")?)))
        }
        "function_declaration" | "generator_function_declaration" if is("name") => {
            known(Definition::Function(function(file, parent)))
        }
        "class_declaration" | "abstract_class_declaration" if is("name") => {
            known(Definition::Class(class(file, parent)))
        }
        "enum_declaration" if is("name") => known(Definition::Value(members(file, parent))),
        "arrow_function" if is("parameter") => known(given(file, parent, None)),
        "augmented_assignment_expression" | "for_in_statement" if is("left") => known(Definition::Variable),
        "catch_clause" if is("parameter") => known(Definition::Variable),
        "required_parameter" | "optional_parameter" if is("pattern") => {
            known(given(file, function_of(parent)?, Some(parent)))
        }
        _ => in_pattern(file, name),
    }
}

/// A name in `{ app }`, `{ app: web }` or `[app]`, which takes a part of something.
fn in_pattern<'tree>(file: &Parsed<'_>, name: Node<'tree>) -> Option<Defines<'tree>> {
    let mut path = Vec::new();
    let mut node = name;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "object_pattern" if node.kind() == "shorthand_property_identifier_pattern" => {
                path.push(file.text_of(node).to_owned());
            }
            "pair_pattern" if parent.child_by_field_name("value") == Some(node) => {
                path.push(file.text_of(parent.child_by_field_name("key")?).to_owned());
            }
            "array_pattern" => {
                path.push(position_in(parent, node).to_string());
            }
            "object_pattern" => {}
            // What has a default may be that.
            "object_assignment_pattern" | "assignment_pattern" if parent.child_by_field_name("left") == Some(node) => {
                return Some(Defines::As(Definition::Variable, parent));
            }
            "rest_pattern" | "for_in_statement" | "catch_clause" => {
                return Some(Defines::As(Definition::Variable, parent));
            }
            "variable_declarator" if parent.child_by_field_name("name") == Some(node) => {
                let whole = parent.child_by_field_name("value").map(|value| expression(file, value, MAX_DEPTH));
                let part = path.iter().rev().fold(whole?, |whole, name| of_object(whole, name));
                return Some(Defines::As(Definition::Value(part), parent));
            }
            "required_parameter" | "optional_parameter" if parent.child_by_field_name("pattern") == Some(node) => {
                let whole = match given(file, function_of(parent)?, Some(parent)) {
                    Definition::Value(whole) => whole,
                    Definition::Function(_) | Definition::Class(_) | Definition::Variable => {
                        return Some(Defines::As(Definition::Variable, parent));
                    }
                };
                let part = path.iter().rev().fold(whole, |whole, name| of_object(whole, name));
                return Some(Defines::As(Definition::Value(part), parent));
            }
            _ => return None,
        }
        node = parent;
    }
}

fn value_of(file: &Parsed<'_>, value: Node<'_>) -> Definition {
    if is_function(value) {
        Definition::Function(function(file, value))
    } else {
        Definition::Value(expression(file, value, MAX_DEPTH))
    }
}

/// What a parameter is given: the value of the promise whose `then` the function is an argument of.
fn given(file: &Parsed<'_>, function: Node<'_>, parameter: Option<Node<'_>>) -> Definition {
    let first = parameter.is_none_or(|parameter| parameter.prev_named_sibling().is_none());
    let promise = || {
        let call =
            function.parent().filter(|list| list.kind() == "arguments" && list.named_child(0) == Some(function))?;
        let (object, method) = member(file, callee(call.parent()?)?)?;
        (file.text_of(method) == "then").then(|| expression(file, object, MAX_DEPTH))
    };
    promise().filter(|_| first).map_or(Definition::Variable, Definition::Value)
}

fn function_of(parameter: Node<'_>) -> Option<Node<'_>> {
    parameter.parent()?.parent()
}

/// The block or function that a definition is local to; `None` for the module.
pub(super) fn scope(by: Node<'_>) -> Option<Range<usize>> {
    let parameter = matches!(by.kind(), "required_parameter" | "optional_parameter" | "arrow_function");
    let of_function = by.parent().is_some_and(|parent| parent.kind() == "variable_declaration");
    let mut node = if parameter { Some(by) } else { by.parent() };
    while let Some(at) = node {
        let block = matches!(
            at.kind(),
            "statement_block" | "for_statement" | "for_in_statement" | "catch_clause" | "class_body"
        );
        if is_function(at) || block && !of_function {
            return Some(at.byte_range());
        }
        node = at.parent();
    }
    None
}

/// What other modules take by a name that the file itself does not have.
fn exported(file: &Parsed<'_>, name: &str) -> Vec<Candidate> {
    let root = file.root();
    let mut cursor = root.walk();
    let mut found = Vec::new();
    for statement in root.named_children(&mut cursor) {
        let defined = match statement.kind() {
            "export_statement" if name == DEFAULT => statement.child_by_field_name("value").or_else(|| {
                let by_default = file.text_of(statement).starts_with("export default");
                statement.child_by_field_name("declaration").filter(|_| by_default)
            }),
            "expression_statement" => statement.named_child(0).and_then(|set| set_on_exports(file, set, name)),
            _ => None,
        };
        found.extend(defined.map(|value| {
            let definition = match value.kind() {
                "class_declaration" | "class" => Definition::Class(class(file, value)),
                _ => value_of(file, value),
            };
            Candidate { definition, scope: MODULE, at: value.start_byte(), module: true }
        }));
    }
    found
}

/// `module.exports = value`, `exports.name = value`, `module.exports = { name: value }`.
fn set_on_exports<'tree>(file: &Parsed<'_>, set: Node<'tree>, name: &str) -> Option<Node<'tree>> {
    let (left, mut right) = (set.child_by_field_name("left")?, set.child_by_field_name("right")?);
    // `module.exports = exports = value`
    while right.kind() == "assignment_expression" {
        right = right.child_by_field_name("right")?;
    }
    let written = file.text_of(left);
    if written == "module.exports" || written == "exports" {
        if name == DEFAULT {
            return Some(right);
        }
        let mut cursor = right.walk();
        return right.named_children(&mut cursor).find_map(|part| match part.kind() {
            "pair" => part
                .child_by_field_name("value")
                .filter(|_| part.child_by_field_name("key").is_some_and(|key| file.text_of(key) == name)),
            "method_definition" => {
                Some(part).filter(|part| part.child_by_field_name("name").is_some_and(|own| file.text_of(own) == name))
            }
            _ => None,
        });
    }
    let exported = written.strip_prefix("module.").unwrap_or(written).strip_prefix("exports.")?;
    (exported == name).then_some(right)
}
