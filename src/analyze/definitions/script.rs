//! Definitions in JavaScript and TypeScript.

use std::ops::Range;

use tree_sitter::Node;

use super::read::places;
use super::{Candidate, Class, Definition, Function, Parameter};
use crate::analyze::calls::{CallArgument, dotted_name};
use crate::analyze::expression::{Expression, MAX_DEPTH, bare, expression, of_object};
use crate::syntax::{Parsed, callee, member};

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
                let mut cursor = parent.walk();
                let position = parent.named_children(&mut cursor).position(|part| part == node)?;
                path.push(position.to_string());
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
            "required_parameter" | "optional_parameter" => {
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

/// Whether a node is a function of some kind.
pub(in crate::analyze) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "arrow_function"
            | "function_expression"
            | "generator_function"
            | "function_declaration"
            | "generator_function_declaration"
            | "method_definition"
    )
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
fn scope(by: Node<'_>) -> Option<Range<usize>> {
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

/// Reads a function's parameters and what it returns.
pub(in crate::analyze) fn function(file: &Parsed<'_>, node: Node<'_>) -> Function {
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
pub(super) fn functions_around(file: &Parsed<'_>, at: usize) -> Vec<Function> {
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

/// The names that `{ app, db: store }` gives to what an object has: what it is there, and here.
fn properties(file: &Parsed<'_>, pattern: Node<'_>) -> Vec<(String, String)> {
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

/// A class with what its objects have: fields, and what methods set on `this`.
fn class(file: &Parsed<'_>, node: Node<'_>) -> Class {
    let mut class = Class { range: node.byte_range(), ..Class::default() };
    let mut cursor = node.walk();
    let heritage = node.named_children(&mut cursor).find(|part| part.kind() == "class_heritage");
    class.bases.extend(heritage.map(|heritage| {
        let clause = heritage.named_child(0).filter(|clause| clause.kind() == "extends_clause");
        clause.and_then(|clause| dotted_name(file, clause.child_by_field_name("value")?)).unwrap_or_default()
    }));
    class.bases.retain(|base| !base.is_empty());
    let mut waiting: Vec<_> = node.child_by_field_name("body").into_iter().collect();
    while let Some(node) = waiting.pop() {
        let text = |field: &str| node.child_by_field_name(field).map(|part| file.text_of(part));
        match node.kind() {
            "method_definition" => class.methods.push(function(file, node)),
            "public_field_definition" => {
                let value = node.child_by_field_name("value").map(|value| expression(file, value, MAX_DEPTH));
                class.values.extend(text("name").zip(value).map(|(name, value)| (name.to_owned(), value)));
            }
            "assignment_expression" => {
                let own = text("left").and_then(|left| left.strip_prefix("this."));
                let value = node.child_by_field_name("right").map(|value| expression(file, value, MAX_DEPTH));
                class.values.extend(own.zip(value).map(|(name, value)| (name.to_owned(), value)));
            }
            _ => {}
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
    class
}

/// The class around a place.
pub(super) fn class_around(file: &Parsed<'_>, at: usize) -> Option<Class> {
    let node = file.root().descendant_for_byte_range(at, at);
    let mut around = std::iter::successors(node, Node::parent);
    let found =
        around.find(|node| matches!(node.kind(), "class_declaration" | "abstract_class_declaration" | "class"))?;
    Some(class(file, found))
}

/// An enumeration, as an object of its values.
fn members(file: &Parsed<'_>, node: Node<'_>) -> Expression {
    let Some(body) = node.child_by_field_name("body") else { return Expression::Other };
    let mut cursor = body.walk();
    let read = |member: Node<'_>| {
        let (name, value) = (member.child_by_field_name("name")?, member.child_by_field_name("value")?);
        Some(CallArgument {
            keyword: Some(file.text_of(name).to_owned()),
            range: value.byte_range(),
            text: file.text_of(value).to_owned(),
            literal: None,
            name: None,
            function: false,
            value: expression(file, value, MAX_DEPTH),
        })
    };
    Expression::Object(body.named_children(&mut cursor).filter_map(read).collect())
}

/// The names that the result of a function is given: `const app = await createApp()` where it returns what it calls `object`,
/// `const { app } = createApp()` where it returns that in an object. Each with the scope that it is local to.
pub(in crate::analyze) fn results_in(
    file: &Parsed<'_>,
    called: &str,
    function: &Function,
    object: &str,
) -> Vec<(String, Option<Range<usize>>)> {
    let is_object = |value: &Expression| *value == Expression::Name(object.to_owned());
    let whole = function.returns.iter().any(|(value, _)| is_object(value));
    let returned = function.returns.iter().flat_map(|(value, _)| value.parts());
    let keys: Vec<_> = returned.filter(|part| is_object(&part.value)).filter_map(|part| part.keyword.clone()).collect();
    let last = called.rsplit('.').next().unwrap_or(called);
    let mut found = Vec::new();
    for place in places(file.text, last) {
        let node = file.root().descendant_for_byte_range(place.start, place.end);
        let call = std::iter::successors(node, Node::parent).take(3).find(|node| node.kind() == "call_expression");
        let Some(call) = call.filter(|call| dotted_name(file, *call).as_deref() == Some(called)) else { continue };
        let around = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none());
        let Some(declarator) = around.filter(|around| around.kind() == "variable_declarator") else { continue };
        let Some(name) = declarator.child_by_field_name("name") else { continue };
        let local = scope(declarator);
        if name.kind() == "identifier" && whole {
            found.push((file.text_of(name).to_owned(), local.clone()));
        }
        let named = properties(file, name).into_iter().filter(|(key, _)| keys.contains(key));
        found.extend(named.map(|(_, own)| (own, local.clone())));
    }
    found
}
