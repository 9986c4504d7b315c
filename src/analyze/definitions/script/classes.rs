//! Classes and enumerations of JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::Class;
use super::functions::function;
use crate::analyze::calls::{CallArgument, dotted_name};
use crate::analyze::expression::{Expression, MAX_DEPTH, expression};
use crate::syntax::Parsed;

/// A class with what its objects have: fields, and what methods set on `this`.
pub(super) fn class(file: &Parsed<'_>, node: Node<'_>) -> Class {
    let mut class = Class { range: node.byte_range(), ..Class::default() };
    class.bases.extend(base(file, node));
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

/// Whether a node is a class, and not the word that it begins with.
pub(in crate::analyze) fn is_class(node: Node<'_>) -> bool {
    matches!(node.kind(), "class_declaration" | "abstract_class_declaration" | "class") && node.is_named()
}

/// The name of what a class extends, or of what is called for it; types around it change nothing.
pub(in crate::analyze) fn base(file: &Parsed<'_>, class: Node<'_>) -> Option<String> {
    let mut cursor = class.walk();
    let heritage = class.named_children(&mut cursor).find(|part| part.kind() == "class_heritage")?;
    let mut cursor = heritage.walk();
    let extends = heritage.named_children(&mut cursor).find(|part| part.kind() == "extends_clause")?;
    dotted_name(file, extends.child_by_field_name("value")?)
}

/// The class around a place.
pub(in super::super) fn class_around(file: &Parsed<'_>, at: usize) -> Option<Class> {
    let node = file.root().descendant_for_byte_range(at, at);
    let found = std::iter::successors(node, Node::parent).find(|node| is_class(*node))?;
    Some(class(file, found))
}

/// An enumeration, as an object of its values.
pub(super) fn members(file: &Parsed<'_>, node: Node<'_>) -> Expression {
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
