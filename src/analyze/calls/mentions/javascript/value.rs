//! What becomes of a value that such an object answered, of which the store sees no change.

use std::ops::Range;

use tree_sitter::Node;

use super::How;
use crate::analyze::expression::typed;
use crate::syntax::{Parsed, callee, member, preorder, statement_of};

/// What is done with the value of an item that the method `through` answered, which is `value`.
pub(super) fn of_value(file: &Parsed<'_>, value: Node<'_>, through: &str) -> Option<(How, Range<usize>)> {
    let mut part = value;
    // Into the value: `.a["b"].c`.
    while let Some(parent) = part.parent() {
        let into = matches!(parent.kind(), "member_expression" | "subscript_expression");
        if !(into && parent.child_by_field_name("object") == Some(part)) {
            break;
        }
        part = typed(parent);
    }
    let lost = |method| Some((How::InValue { through: Some(through.to_owned()), method }, part.byte_range()));
    if part == value {
        return kept_in_a_name(file, value, through);
    }
    match changes(file, part) {
        Some(Change::Assigned) => lost(None),
        Some(Change::Called(method)) => lost(Some(method)),
        None => None,
    }
}

enum Change {
    Assigned,
    /// A method that may change what it is called on.
    Called(String),
}

/// What happens to a part of a value.
fn changes(file: &Parsed<'_>, part: Node<'_>) -> Option<Change> {
    let parent = part.parent()?;
    let is = |field: &str| parent.child_by_field_name(field) == Some(part);
    match parent.kind() {
        "assignment_expression" | "augmented_assignment_expression" if is("left") => Some(Change::Assigned),
        "update_expression" => Some(Change::Assigned),
        "unary_expression" if file.text_of(parent).starts_with("delete") => Some(Change::Assigned),
        "call_expression" if is("function") => {
            let (_, method) = member(file, part)?;
            Some(Change::Called(file.text_of(method).to_owned()))
        }
        _ => None,
    }
}

/// `const session = await sessions.get(id)`: how the name is used in the function that gives it.
fn kept_in_a_name(file: &Parsed<'_>, value: Node<'_>, through: &str) -> Option<(How, Range<usize>)> {
    let declarator = value.parent().filter(|parent| parent.kind() == "variable_declarator")?;
    let name = declarator.child_by_field_name("name").filter(|name| name.kind() == "identifier")?;
    let block = statement_of(declarator).parent().filter(|block| block.kind() == "statement_block")?;
    let name = file.text_of(name);
    let mut change = None;
    for node in preorder(block, |_| true) {
        if node.kind() != "identifier" || file.text_of(node) != name || node.end_byte() <= declarator.end_byte() {
            continue;
        }
        match use_of(file, node) {
            Use::Kept => return None,
            Use::Changed(how, at) if change.is_none() => change = Some((how, at)),
            Use::Changed(..) | Use::Read => {}
        }
    }
    let (method, at) = change?;
    Some((How::InValue { through: Some(through.to_owned()), method }, at))
}

enum Use {
    Read,
    /// It is given to code that may store it again.
    Kept,
    /// It is changed, by the method if it is one.
    Changed(Option<String>, Range<usize>),
}

fn use_of(file: &Parsed<'_>, name: Node<'_>) -> Use {
    let mut part = typed(name);
    while let Some(parent) = part.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(part);
        match parent.kind() {
            "member_expression" | "subscript_expression" if is("object") => part = typed(parent),
            // `{ ...session, seen: true }` is another value, which goes where it goes.
            "spread_element" | "object" | "pair" | "array" | "ternary_expression" => part = typed(parent),
            "arguments" => {
                let call = parent.parent();
                let called = call.and_then(callee).map_or("", |called| file.text_of(called));
                let first = parent.named_child(0) == Some(part);
                if called == "Object.assign" && first {
                    return Use::Changed(None, parent.parent().unwrap_or(parent).byte_range());
                }
                // A plain function, a method of the object's own, or what stores it.
                let method = called.rsplit_once('.').map(|(_, method)| method);
                let stores = method.is_none_or(|method| method == "set") || called.starts_with("this.");
                return if stores { Use::Kept } else { Use::Read };
            }
            // Who is given it is not looked at.
            "assignment_expression" if is("right") => return Use::Kept,
            "variable_declarator" if is("value") && part == typed(name) => return Use::Kept,
            _ => break,
        }
    }
    if part == typed(name) {
        return Use::Read;
    }
    match changes(file, part) {
        Some(Change::Assigned) => Use::Changed(None, part.byte_range()),
        Some(Change::Called(method)) => Use::Changed(Some(method), part.byte_range()),
        None => Use::Read,
    }
}
