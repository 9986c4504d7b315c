//! Where code gives a name on in JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::expression::{bare, dotted};
use super::{HandedOn, Way};
use crate::source::Span;
use crate::syntax::{Parsed, callee, member};

/// What becomes of the value at `name`, by itself or as a part of an object or a list.
pub(in crate::analyze) fn handed_on(file: &Parsed<'_>, name: Node<'_>) -> Option<HandedOn> {
    let text: String = file.text_of(name).split_whitespace().collect();
    let mut found = HandedOn {
        name: text,
        span: Span::new(&file.path, name.byte_range()),
        to: None,
        argument: false,
        keyword: None,
        position: None,
        way: Way::Kept,
    };
    let (mut part, mut whole, mut chosen) = (name, true, false);
    loop {
        let parent = part.parent()?;
        let is = |field: &str| parent.child_by_field_name(field) == Some(part);
        match parent.kind() {
            "pair" if is("value") => {
                let key = parent.child_by_field_name("key").map(|key| file.text_of(key).to_owned());
                found.keyword = found.keyword.or(key);
            }
            "object" if part.kind() == "shorthand_property_identifier" => {
                found.keyword = Some(found.name.clone());
                whole = false;
            }
            "object" | "array" | "spread_element" => whole = false,
            "ternary_expression" if !is("condition") => chosen = true,
            "binary_expression" if is_chosen(parent, part) => chosen = true,
            "sequence_expression" if parent.named_children(&mut parent.walk()).last() == Some(part) => {}
            "yield_expression"
            | "for_in_statement"
            | "augmented_assignment_expression"
            | "assignment_pattern"
            | "object_assignment_pattern"
                if !is("left") =>
            {
                return Some(found);
            }
            "arguments" => {
                let mut cursor = parent.walk();
                let mut all = parent.named_children(&mut cursor).filter(|node| node.kind() != "comment");
                found.position = all.position(|argument| argument == part);
                let called = parent.parent().and_then(callee);
                // Of what a chain of calls ends with only the method counts.
                let method = || Some(format!("().{}", file.text_of(member(file, called?)?.1)));
                found.to = called.and_then(|called| dotted(file, called)).or_else(method);
                found.argument = true;
                found.way = Way::Argument;
                return Some(found);
            }
            "return_statement" => {
                found.way = Way::Returned;
                return Some(found);
            }
            "arrow_function" if is("body") => {
                found.way = Way::Returned;
                return Some(found);
            }
            "export_statement" if whole => return None,
            "export_statement" => {
                found.way = Way::Exported;
                return Some(found);
            }
            "variable_declarator" | "assignment_expression" | "public_field_definition" | "required_parameter" => {
                let target = ["name", "left", "pattern"].iter().find_map(|field| parent.child_by_field_name(field))?;
                // What a module exports is followed by its imports.
                let exported = file.text_of(target);
                if target == part || exported.starts_with("module.exports") || exported.starts_with("exports") {
                    return None;
                }
                // Others reach what is static by the name of the class.
                let mut cursor = parent.walk();
                let is_static = parent.children(&mut cursor).any(|part| part.kind() == "static");
                found.way = if whole && !is_static { way_of(file, target) } else { Way::Kept };
                return Some(found);
            }
            _ if bare(parent) == Some(part) => {}
            // Methods of what it may be, or is a part of, may do anything: `(app ?? other).get(…)`, `[app].forEach(…)`.
            "member_expression" | "subscript_expression" if chosen || !whole => return Some(found),
            // A grammar's kinds are open to us; any other use is none by which it goes elsewhere.
            _ => return None,
        }
        part = parent;
    }
}

/// Whether the value of an operator may be that operand: either of `a ?? b` and `a || b`, the second of `a && b`.
fn is_chosen(operation: Node<'_>, operand: Node<'_>) -> bool {
    match operation.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("??" | "||") => true,
        Some("&&") => operation.child_by_field_name("right") == Some(operand),
        Some(_) | None => false,
    }
}

/// What becomes of a value that is given to `target` as it is.
fn way_of(file: &Parsed<'_>, target: Node<'_>) -> Way {
    match target.kind() {
        "property_identifier" => Way::Named(format!("this.{}", file.text_of(target))),
        // `const { get } = app`: what is taken is called without it.
        "object_pattern" | "array_pattern" => Way::Argument,
        _ => dotted(file, target).map_or(Way::Kept, Way::Named),
    }
}
