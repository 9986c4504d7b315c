//! Functions of JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::{Function, Parameter};
use super::scope;
use crate::analyze::expression::{Expression, MAX_DEPTH, expression};
use crate::syntax::{Parsed, is_function};

/// Reads a function's parameters and what it returns.
pub(super) fn function(file: &Parsed<'_>, node: Node<'_>) -> Function {
    let named = node.child_by_field_name("name").or_else(|| {
        let declarator = node.parent().filter(|parent| parent.kind() == "variable_declarator")?;
        declarator.child_by_field_name("name")
    });
    Function {
        name: named.map_or_else(String::new, |name| file.text_of(name).to_owned()),
        parameters: parameters(file, node),
        asynchronous: file.text_of(node).starts_with("async"),
        top_level: node.parent().and_then(scope).is_none(),
        range: node.byte_range(),
        returns: node.child_by_field_name("body").map(|body| returns(file, body)).unwrap_or_default(),
    }
}

/// The functions that a place stands in, the innermost first.
pub(in super::super) fn functions_around(file: &Parsed<'_>, at: usize) -> Vec<Function> {
    let node = file.root().descendant_for_byte_range(at, at);
    let around = std::iter::successors(node, Node::parent).filter(|node| is_function(*node));
    around.map(|node| function(file, node)).collect()
}

/// The parameters of a function.
pub(in crate::analyze) fn parameters(file: &Parsed<'_>, function: Node<'_>) -> Vec<Parameter> {
    let plain =
        |name: Node<'_>, required| Parameter { name: file.text_of(name).to_owned(), required, properties: Vec::new() };
    if let Some(only) = function.child_by_field_name("parameter") {
        return vec![plain(only, true)];
    }
    let Some(list) = function.child_by_field_name("parameters") else { return Vec::new() };
    let mut cursor = list.walk();
    let read = |node: Node<'_>| {
        let required = node.kind() == "required_parameter" && node.child_by_field_name("value").is_none();
        let pattern = node.child_by_field_name("pattern").filter(|pattern| pattern.kind() != "this")?;
        Some(Parameter {
            properties: properties(file, pattern),
            ..plain(pattern, required && pattern.kind() != "rest_pattern")
        })
    };
    list.named_children(&mut cursor).filter_map(read).collect()
}

/// The place of a part in `[app, , router]`, where one may be left empty.
pub(super) fn position_in(pattern: Node<'_>, part: Node<'_>) -> usize {
    let mut cursor = pattern.walk();
    let before = pattern.children(&mut cursor).take_while(|one| *one != part);
    before.filter(|one| one.kind() == ",").count()
}

/// The names that `{ app, db: store }` gives to what an object has: what it is there, and here.
pub(super) fn properties(file: &Parsed<'_>, pattern: Node<'_>) -> Vec<(String, String)> {
    if pattern.kind() == "array_pattern" {
        let mut cursor = pattern.walk();
        let named = pattern.named_children(&mut cursor).filter(|part| part.kind() == "identifier");
        return named.map(|part| (position_in(pattern, part).to_string(), file.text_of(part).to_owned())).collect();
    }
    if pattern.kind() != "object_pattern" {
        return Vec::new();
    }
    let mut cursor = pattern.walk();
    let text = |node: Node<'_>| file.text_of(node).to_owned();
    let read = |part: Node<'_>| match part.kind() {
        "shorthand_property_identifier_pattern" => Some((text(part), text(part))),
        "pair_pattern" => Some((text(part.child_by_field_name("key")?), text(part.child_by_field_name("value")?))),
        "object_assignment_pattern" => {
            let left = part.child_by_field_name("left")?;
            Some((text(left), text(left)))
        }
        _ => None,
    };
    pattern.named_children(&mut cursor).filter_map(read).collect()
}

/// What a function itself returns.
fn returns(file: &Parsed<'_>, body: Node<'_>) -> Vec<(Expression, usize)> {
    if body.kind() != "statement_block" {
        return vec![(expression(file, body, MAX_DEPTH), body.start_byte())];
    }
    let (mut found, mut waiting) = (Vec::new(), vec![body]);
    while let Some(node) = waiting.pop() {
        if node.kind() == "return_statement" {
            let value = node.named_child(0).filter(|value| value.kind() != "comment");
            found.extend(value.map(|value| (expression(file, value, MAX_DEPTH), value.start_byte())));
        } else if !(is_function(node) || node.kind() == "class_body") {
            let mut cursor = node.walk();
            waiting.extend(node.named_children(&mut cursor));
        }
    }
    found.sort_by_key(|(_, at)| *at);
    found
}
