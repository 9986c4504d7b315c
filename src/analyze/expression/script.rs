//! The expressions of JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::calls::{CallArgument, owned_arguments};
use super::super::definitions::script_parameters;
use super::{Call, Expression, Literal, MAX_DEPTH};
use crate::syntax::{Parsed, callee, member, string_literal};

pub(super) fn within(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let Some(depth) = depth.checked_sub(1) else { return Expression::Other };
    let read = |node: Node<'_>| within(file, node, depth);
    let field = |name: &str| node.child_by_field_name(name).map_or(Expression::Other, read);
    match node.kind() {
        "string" | "template_string" => text(file, node, depth),
        "null" | "undefined" => Expression::None,
        "true" => Expression::Bool(true),
        "false" => Expression::Bool(false),
        "identifier" | "this" | "shorthand_property_identifier" => Expression::Name(file.text_of(node).to_owned()),
        "member_expression" => property(file, node, depth),
        "subscript_expression" => {
            let index = node.child_by_field_name("index").and_then(|index| string_literal(file, index));
            index.map_or(Expression::Other, |index| of_object(field("object"), index))
        }
        "array" => Expression::List(parts(node).into_iter().map(read).collect()),
        "spread_element" => Expression::Spread(Box::new(first(file, node, depth))),
        "object" => Expression::Object(parts(node).into_iter().filter_map(|part| entry(file, part, depth)).collect()),
        "ternary_expression" => Expression::Either(Box::new(field("consequence")), Box::new(field("alternative"))),
        "binary_expression" => match node.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("+") => Expression::Join(vec![field("left"), field("right")]),
            Some("||" | "??") => Expression::Either(Box::new(field("left")), Box::new(field("right"))),
            Some(_) | None => Expression::Other,
        },
        "assignment_expression" => field("right"),
        "call_expression" | "new_expression" => called(file, node, depth),
        "arrow_function" | "function_expression" | "generator_function" => literal(file, node),
        _ => bare(node).map_or(Expression::Other, read),
    }
}

/// The expression inside of what changes nothing here: parentheses, types, and `await`, since whoever asks what a promise
/// gives asks for its value.
pub(in crate::analyze) fn bare(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "parenthesized_expression"
        | "await_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression" => parts(node).into_iter().next(),
        "type_assertion" => parts(node).into_iter().next_back(),
        // A grammar's kinds are open to us; anything else means something by itself.
        _ => None,
    }
}

/// A node with the parentheses and types around it. What is awaited is another value.
pub(in crate::analyze) fn typed(node: Node<'_>) -> Node<'_> {
    let outer = |node: &_| wrapping(*node).filter(|around| around.kind() != "await_expression");
    std::iter::successors(Some(node), outer).last().unwrap_or(node)
}

/// A node with everything around it that changes nothing, to whoever waits for its value.
pub(in crate::analyze) fn outermost(node: Node<'_>) -> Node<'_> {
    std::iter::successors(Some(node), |node| wrapping(*node)).last().unwrap_or(node)
}

fn wrapping(node: Node<'_>) -> Option<Node<'_>> {
    node.parent().filter(|around| bare(*around) == Some(node))
}

/// A dotted name, with `require("module")` as a name of its own: `app`, `this.app`, `require("./users").router`.
pub(in crate::analyze) fn dotted(file: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    dotted_within(file, node, MAX_DEPTH)
}

fn dotted_within(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match node.kind() {
        "identifier" | "this" => Some(file.text_of(node).to_owned()),
        "member_expression" => {
            let (object, name) = member(file, node)?;
            Some(format!("{}.{}", dotted_within(file, object, depth)?, file.text_of(name)))
        }
        "call_expression" => required(file, node),
        _ => dotted_within(file, bare(node).filter(|_| node.kind() != "await_expression")?, depth),
    }
}

fn required(file: &Parsed<'_>, call: Node<'_>) -> Option<String> {
    if callee(call).is_none_or(|callee| file.text_of(callee) != "require") {
        return None;
    }
    let module = call.child_by_field_name("arguments").and_then(|list| string_literal(file, list.named_child(0)?))?;
    Some(format!("require(\"{module}\")"))
}

fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

fn first(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    parts(node).first().map_or(Expression::Other, |inner| within(file, *inner, depth))
}

/// A text, and what is put into it.
fn text(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let mut found = Vec::new();
    for part in parts(node) {
        match part.kind() {
            "string_fragment" => add_text(&mut found, file.text_of(part)),
            "escape_sequence" => match file.text_of(part) {
                // The character itself. What another escape stands for is not guessed.
                escape @ ("\\\\" | "\\/" | "\\'" | "\\\"" | "\\`") => add_text(&mut found, &escape[1..]),
                _ => return Expression::Other,
            },
            "template_substitution" => found.push(first(file, part, depth)),
            _ => return Expression::Other,
        }
    }
    match <[Expression; 1]>::try_from(found) {
        Ok([text @ Expression::Text(_)]) => text,
        Ok(parts) => Expression::Join(parts.into()),
        Err(parts) if parts.is_empty() => Expression::Text(String::new()),
        Err(parts) => Expression::Join(parts),
    }
}

fn add_text(parts: &mut Vec<Expression>, text: &str) {
    match parts.last_mut() {
        Some(Expression::Text(before)) => before.push_str(text),
        Some(_) | None => parts.push(Expression::Text(text.to_owned())),
    }
}

fn property(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    if let Some(name) = dotted(file, node) {
        return Expression::Name(name);
    }
    match member(file, node) {
        Some((object, name)) => of_object(within(file, object, depth), file.text_of(name)),
        None => Expression::Other,
    }
}

/// What an object has under a name.
pub(in crate::analyze) fn of_object(object: Expression, name: &str) -> Expression {
    if let Expression::Name(object) = object {
        return Expression::Name(format!("{object}.{name}"));
    }
    Expression::Member(Box::new(object), name.to_owned())
}

/// `router`, `prefix: "/api"`, `handler() {}`, `...others` in an object.
fn entry(file: &Parsed<'_>, part: Node<'_>, depth: usize) -> Option<CallArgument> {
    let key = |name: &str| part.child_by_field_name(name);
    let named = |node: Node<'_>| string_literal(file, node).unwrap_or_else(|| file.text_of(node)).to_owned();
    let (keyword, value) = match part.kind() {
        "pair" => (Some(named(key("key")?)), key("value")?),
        "method_definition" => (Some(named(key("name")?)), part),
        "shorthand_property_identifier" => (Some(named(part)), part),
        "spread_element" => (None, part),
        _ => return None,
    };
    let expression = if part.kind() == "method_definition" { literal(file, part) } else { within(file, value, depth) };
    Some(CallArgument {
        keyword,
        range: value.byte_range(),
        text: file.text_of(value).to_owned(),
        literal: string_literal(file, value).map(str::to_owned),
        name: dotted(file, value),
        function: matches!(expression, Expression::Function(_)),
        value: expression,
    })
}

fn literal(file: &Parsed<'_>, node: Node<'_>) -> Expression {
    Expression::Function(Literal { parameters: script_parameters(file, node), range: node.byte_range() })
}

/// Calls in one chain that are read: routes are declared in long ones.
const MAX_CHAIN: usize = 256;

/// A call, and a chain of calls on what it gives, from the last one to the first.
fn called(file: &Parsed<'_>, node: Node<'_>, depth: usize) -> Expression {
    let (mut links, mut node) = (Vec::new(), node);
    let mut whole = loop {
        let (Some(function), true) = (callee(node), links.len() < MAX_CHAIN) else { return Expression::Other };
        if required(file, node).is_some() || dotted(file, function).is_some() {
            break called_by_name(file, node, function, depth);
        }
        let Some((object, method)) = member(file, function) else { return Expression::Other };
        links.push(Call {
            callee: file.text_of(method).to_owned(),
            callee_range: method.byte_range(),
            arguments: owned_arguments(file, node, depth),
        });
        let object = std::iter::successors(Some(object), |object| bare(*object)).last().unwrap_or(object);
        if !matches!(object.kind(), "call_expression" | "new_expression") {
            break within(file, object, depth);
        }
        node = object;
    };
    for link in links.into_iter().rev() {
        whole = Expression::Method(Box::new(whole), link);
    }
    whole
}

fn called_by_name(file: &Parsed<'_>, node: Node<'_>, function: Node<'_>, depth: usize) -> Expression {
    if let Some(module) = required(file, node) {
        return Expression::Name(module);
    }
    let Some(callee) = dotted(file, function) else { return Expression::Other };
    let arguments = owned_arguments(file, node, depth);
    // The same object, which nobody can change.
    if callee == "Object.freeze" && arguments.len() == 1 {
        return arguments.into_iter().next().map_or(Expression::Other, |argument| argument.value);
    }
    Expression::Call(Call { callee, callee_range: function.byte_range(), arguments })
}
