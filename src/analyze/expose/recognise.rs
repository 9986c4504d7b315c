//! Applications that the annotated statement does not make by calling a known library: results of factories and wrappers,
//! functions and objects that are applications themselves, and those of which the directive says the interface.

use std::ops::Range;

use tree_sitter::Node;

use super::make::made;
use super::object::{Mounted, frameworks};
use crate::analyze::Context;
use crate::analyze::calls::all_arguments;
use crate::analyze::client::{Recognised, UsedFor};
use crate::analyze::definitions::{Class, Definition, Definitions, Function, Meaning, function_at};
use crate::analyze::expression::{Expression, MAX_DEPTH, expression};
use crate::annotation::{Annotation, Request};
use crate::app::WebInterface;
use crate::catalog::{self, Expose};
use crate::source::Language;
use crate::syntax::{Parsed, callee};

/// The application that the annotated statement makes; `None` where it is the library's own, or none at all.
pub(in crate::analyze) fn recognise<'a>(
    context: &Context<'a>,
    annotation: &Annotation,
    statement: &Range<usize>,
) -> Option<Recognised<'a>> {
    let Request::Expose { interface, .. } = annotation.request else { return None };
    let file = context.marked.get(&annotation.origin.at.file)?;
    if file.grammar.language() == Language::TypeScript {
        return super::script::recognise(context, file, statement);
    }
    let node = file.root().descendant_for_byte_range(statement.start, statement.end)?;
    if let Some(definition) = defined(node) {
        let function = function_at(file, definition);
        let interface = interface.or_else(|| of_parameters(&function, 0))?;
        let name = definition.child_by_field_name("name")?;
        return whatever(context, file, interface, name, name);
    }
    let (name, value) = assigned(node)?;
    let definitions = Definitions::new(context);
    let read = expression(file, value, MAX_DEPTH);
    let found = made(context, &definitions, &file.path, &read, value.start_byte());
    let known = found.iter().find_map(|mounted| match mounted {
        Mounted::Object(object) if !object.router => Some((object.library, object.facts)),
        Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Handler(_) | Mounted::Unknown => None,
    });
    if let Some((library, facts)) = known {
        return Some(recognised(file, library, facts, name, value));
    }
    let interface = interface.or_else(|| called_as(&definitions, file, &read, value.start_byte()))?;
    whatever(context, file, interface, name, value)
}

/// The function that a statement defines.
fn defined(node: Node<'_>) -> Option<Node<'_>> {
    let definition = node.child_by_field_name("definition").unwrap_or(node);
    (definition.kind() == "function_definition").then_some(definition)
}

/// The name and the value of an assignment.
fn assigned(mut node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    while node.kind() != "assignment" {
        node = node.named_child(0).filter(|child| child.byte_range() == node.byte_range())?;
    }
    let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
    (left.kind() == "identifier" && right.kind() != "assignment").then_some((left, right))
}

/// The interface of a function by the parameters that servers give it, after `own` ones.
fn of_parameters(function: &Function, own: usize) -> Option<WebInterface> {
    let given = function.parameters.len().checked_sub(own)?;
    match (function.asynchronous, given) {
        (true, 3) => Some(WebInterface::Asgi),
        (false, 2) => Some(WebInterface::Wsgi),
        (true | false, _) => None,
    }
}

/// The interface of an object by the `__call__` of its class.
fn called_as(
    definitions: &Definitions<'_, '_>,
    file: &Parsed<'_>,
    value: &Expression,
    at: usize,
) -> Option<WebInterface> {
    let Expression::Call(call) = value else { return None };
    let Meaning::Project(found) = definitions.meaning(&file.path, &call.callee, at) else { return None };
    let Definition::Class(Class { methods, .. }) = &found.definition else { return None };
    let called = methods.iter().find(|method| method.name == "__call__")?;
    of_parameters(called, 1)
}

/// An application of which nothing is known but its interface.
fn whatever<'a>(
    context: &Context<'a>,
    file: &Parsed<'_>,
    interface: WebInterface,
    name: Node<'_>,
    value: Node<'_>,
) -> Option<Recognised<'a>> {
    let of_interface = |(_, facts): &(&'a catalog::Client, &'a Expose)| facts.any && facts.interface == interface;
    let (client, facts) = frameworks(context, &file.path).find(of_interface)?;
    Some(recognised(file, &client.library, facts, name, value))
}

pub(super) fn recognised<'a>(
    file: &Parsed<'_>,
    library: &'a str,
    facts: &'a Expose,
    name: Node<'_>,
    value: Node<'_>,
) -> Recognised<'a> {
    let top = |node: Node<'_>| node.parent().is_none_or(|parent| parent.parent().is_none());
    let statement = std::iter::successors(Some(value), Node::parent)
        .find(|node| matches!(node.kind(), "expression_statement" | "function_definition"));
    let decorated = statement.and_then(|node| node.parent()).filter(|parent| parent.kind() == "decorated_definition");
    Recognised {
        library,
        symbol: String::new(),
        name: file.text_of(name).to_owned(),
        used_for: UsedFor::Expose(facts),
        expression: value.byte_range(),
        callee: callee(value).map_or_else(|| value.byte_range(), |callee| callee.byte_range()),
        arguments: all_arguments(file, value),
        options: Vec::new(),
        literal: None,
        item: String::new(),
        fallback: None,
        beside: None,
        has_entries: false,
        inside: None,
        listens: None,
        exported: false,
        top_level: decorated.or(statement).is_some_and(top),
        classes: Vec::new(),
    }
}
