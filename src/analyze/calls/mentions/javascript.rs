//! What JavaScript code does with an object whose methods answer promises once its data is kept elsewhere.

mod value;

use std::ops::Range;

use tree_sitter::Node;

use super::{How, Settled};
use crate::analyze::expression::typed;
use crate::syntax::{Parsed, callee, is_exports, is_function, member, statement_of};

/// What answers a promise of what several promises, or plain values, come to.
const GATHERS: [&str; 4] = ["Promise.all", "Promise.allSettled", "Promise.any", "Promise.race"];

/// What goes through an object's items at once.
const ITERATES: [&str; 8] = [
    "Array.from",
    "Map",
    "Map.groupBy",
    "Object.fromEntries",
    "Object.groupBy",
    "Set",
    "globalThis.Map",
    "globalThis.Set",
];

/// Methods of arrays whose result is an array of what a function answers.
const MAPS: [&str; 2] = ["flatMap", "map"];

/// Whether a name stands for a value, and not for a declaration, a label or a type, and is not only given on.
pub(super) fn is_object(file: &Parsed<'_>, node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "variable_declarator"
        | "function_declaration"
        | "function_expression"
        | "generator_function"
        | "generator_function_declaration"
        | "class_declaration" => !is("name"),
        "arrow_function" => !is("parameter"),
        "required_parameter" | "optional_parameter" | "rest_pattern" | "assignment_pattern" => {
            is("value") || is("right")
        }
        "export_specifier"
        | "import_specifier"
        | "import_clause"
        | "namespace_import"
        | "import_require_clause"
        | "export_statement"
        | "type_query"
        | "nested_identifier"
        | "array_pattern"
        | "pair_pattern"
        | "catch_clause"
        | "labeled_statement" => false,
        // `module.exports = sessions` and `module.exports = { sessions }`: who takes it from there is looked at.
        "assignment_expression" if is("right") => !exports(file, parent),
        "object" => {
            !parent.parent().is_some_and(|outer| outer.kind() == "assignment_expression" && exports(file, outer))
        }
        "pair" => {
            let outer = parent.parent().and_then(|object| object.parent());
            !outer.is_some_and(|outer| outer.kind() == "assignment_expression" && exports(file, outer))
        }
        _ => true,
    }
}

/// `module.exports`, `exports.a` and `module.exports.a`, at the top of the module.
fn exports(file: &Parsed<'_>, assignment: Node<'_>) -> bool {
    let left = assignment.child_by_field_name("left").map_or("", |left| file.text_of(left));
    // `exports = app` gives a name in the module a value, and exports nothing.
    is_exports(left) && left != "exports" && at_top(assignment)
}

fn at_top(node: Node<'_>) -> bool {
    statement_of(node).parent().is_some_and(|parent| parent.kind() == "program")
}

/// What is done with the object at `node`, and where.
pub(super) fn how(file: &Parsed<'_>, node: Node<'_>) -> Vec<(How, Range<usize>)> {
    let node = typed(node);
    let Some(parent) = node.parent() else { return Vec::new() };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    let whole = |how: How| vec![(how, node.byte_range())];
    match parent.kind() {
        "member_expression" if is("object") => of_member(file, parent),
        "for_in_statement" if is("right") => whole(if is_awaited(parent) { How::List } else { How::Iterated }),
        "spread_element" => whole(How::Iterated),
        "arguments" if gathers_items(file, parent) => whole(How::Iterated),
        "assignment_expression" | "augmented_assignment_expression" if is("left") => {
            whole(How::Named(statement_of(parent).byte_range()))
        }
        "expression_statement" => Vec::new(),
        "unary_expression" | "if_statement" | "binary_expression" if only_asks(file, parent) => Vec::new(),
        _ => whole(How::Unknown),
    }
}

/// `typeof sessions`, `!sessions`, `sessions === undefined`: nothing that is in it.
fn only_asks(file: &Parsed<'_>, node: Node<'_>) -> bool {
    let operator = node.child_by_field_name("operator").map_or("", |operator| file.text_of(operator));
    matches!((node.kind(), operator), ("if_statement", _) | (_, "!" | "typeof" | "===" | "!==" | "==" | "!="))
}

fn gathers_items(file: &Parsed<'_>, list: Node<'_>) -> bool {
    let called = list.parent().and_then(callee).map_or("", |called| file.text_of(called));
    ITERATES.contains(&called)
}

/// `object.name`, called or not.
fn of_member(file: &Parsed<'_>, access: Node<'_>) -> Vec<(How, Range<usize>)> {
    let Some((_, name)) = member(file, access) else { return Vec::new() };
    let whole = typed(access);
    let call = whole.parent().filter(|parent| parent.kind() == "call_expression" && callee(*parent) == Some(whole));
    let value = call.unwrap_or(whole);
    let is_target = whole.parent().is_some_and(|parent| {
        parent.kind().ends_with("assignment_expression") && parent.child_by_field_name("left") == Some(whole)
    });
    if is_target {
        return vec![(How::Unknown, access.byte_range())];
    }
    let (settled, answer) = settled(file, value, 0);
    let text = file.text_of(name).to_owned();
    let mut found = Vec::new();
    if let Some(answer) = answer.filter(|_| call.is_some()) {
        found.extend(value::of_value(file, answer, &text));
    }
    let how = How::Member { name: text, called: call.is_some(), settled };
    found.insert(0, (how, name.byte_range()));
    found
}

/// Functions in functions that are followed; nobody writes more.
const MAX_NESTING: usize = 8;

/// Whether what `value` answers is waited for, and the expression that is what it comes to.
fn settled<'tree>(file: &Parsed<'_>, value: Node<'tree>, nesting: usize) -> (Settled, Option<Node<'tree>>) {
    let mut node = typed(value);
    while let Some(parent) = node.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        match parent.kind() {
            // Only what gathers promises waits for those in a list.
            "array" => {
                let list = typed(parent);
                let gathered =
                    list.parent().is_some_and(|outer| outer.kind() == "arguments" || outer.kind() == "array");
                if !gathered {
                    return (Settled::Used, None);
                }
                node = list;
            }
            "await_expression" => return (Settled::Awaited, Some(typed(parent))),
            "for_in_statement" if is("right") => {
                let settled = if is_awaited(parent) { Settled::Awaited } else { Settled::Iterated };
                return (settled, None);
            }
            "ternary_expression" if !is("condition") => node = typed(parent),
            "expression_statement" => return (Settled::Unused, None),
            "unary_expression" if file.text_of(parent).starts_with("void") => return (Settled::Unused, None),
            "return_statement" => return (of_function(file, function_around(parent), nesting), None),
            "arrow_function" if is("body") => return (of_function(file, Some(parent), nesting), None),
            // A generator that is asynchronous waits for what it yields.
            "yield_expression" => {
                let waits = function_around(parent).is_some_and(is_async);
                return (if waits { Settled::Awaited } else { Settled::Used }, None);
            }
            "arguments" => {
                let called = parent.parent().and_then(callee).map_or("", |called| file.text_of(called));
                let waits = GATHERS.contains(&called);
                return (if waits { Settled::Awaited } else { Settled::Used }, None);
            }
            _ => return (Settled::Used, None),
        }
    }
    (Settled::Used, None)
}

/// Whether those who call the function wait for what it returns.
fn of_function(file: &Parsed<'_>, function: Option<Node<'_>>, nesting: usize) -> Settled {
    let Some(function) = function else { return Settled::Used };
    if is_async(function) {
        return Settled::Awaited;
    }
    // `Promise.all(ids.map((id) => sessions.get(id)))`
    let call = function.parent().filter(|list| list.kind() == "arguments").and_then(|list| list.parent());
    let maps = call.and_then(callee).and_then(|called| member(file, called)).is_some_and(|(_, name)| {
        let name = file.text_of(name);
        MAPS.contains(&name) || name == "from"
    });
    match call.filter(|_| maps && nesting < MAX_NESTING) {
        Some(call) => match settled(file, call, nesting + 1).0 {
            // An array of promises is no promise.
            Settled::Awaited if is_gathered(file, call) => Settled::Awaited,
            Settled::Awaited | Settled::Iterated | Settled::Returned | Settled::Unused | Settled::Used => {
                Settled::Returned
            }
        },
        None => Settled::Returned,
    }
}

fn is_gathered(file: &Parsed<'_>, call: Node<'_>) -> bool {
    let list = typed(call).parent().filter(|list| list.kind() == "arguments");
    let called = list.and_then(|list| list.parent()).and_then(callee);
    called.is_some_and(|called| GATHERS.contains(&file.text_of(called)))
}

fn function_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut around = node.parent();
    while let Some(node) = around.filter(|node| !is_function(*node)) {
        around = node.parent();
    }
    around
}

fn is_async(function: Node<'_>) -> bool {
    has_word(function, "async")
}

/// `for await (… of …)`
fn is_awaited(statement: Node<'_>) -> bool {
    has_word(statement, "await")
}

fn has_word(node: Node<'_>, word: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == word)
}
