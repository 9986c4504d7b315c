//! Where code gives a name on in JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::expression::{bare, dotted};
use super::{HandedOn, Way};
use crate::source::Span;
use crate::syntax::{Parsed, callee, member};

/// What becomes of the value at `name`, by itself or as a part of an object or a list.
pub(super) fn handed_on(file: &Parsed<'_>, name: Node<'_>) -> Option<HandedOn> {
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
    let (mut part, mut whole) = (name, true);
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
            "object" | "array" => whole = false,
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
            "export_statement" => return None,
            "variable_declarator" | "assignment_expression" | "public_field_definition" => {
                let target = parent.child_by_field_name("name").or_else(|| parent.child_by_field_name("left"))?;
                let written = file.text_of(target);
                // What a module exports is followed by its imports.
                if target == part || written.starts_with("module.exports") || written.starts_with("exports") {
                    return None;
                }
                if whole && let Some(target) = dotted(file, target) {
                    found.way = Way::Named(target);
                }
                return Some(found);
            }
            _ if bare(parent) == Some(part) => {}
            // A grammar's kinds are open to us; any other use is none by which it goes elsewhere.
            _ => return None,
        }
        part = parent;
    }
}
