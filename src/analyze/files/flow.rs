//! What code does with a thing of a store, and what it makes of it.

use tree_sitter::Node;

use super::Thing;
use super::name::{Name, class_around, holds_in, spaceless};
use crate::catalog::Persist;
use crate::syntax::{Parsed, callee};

/// One use of a thing.
pub(super) enum Use<'tree> {
    /// A method or attribute; the call, where it is called.
    Method { thing: Thing, name: Node<'tree>, call: Option<Node<'tree>> },
    /// The thing itself is called.
    Called { call: Node<'tree> },
    /// An argument of a function.
    Argument { node: Node<'tree>, function: Option<Node<'tree>> },
    /// Part of a path, behind `/`.
    Part { path: Node<'tree>, part: Node<'tree> },
    /// It goes where nobody follows.
    Gone { node: Node<'tree> },
    /// It is given a name.
    Named { name: Name, exported: bool },
}

/// Python's functions whose value is what they are given, or a part of it.
const THROUGH: [&str; 8] = ["frozenset", "iter", "list", "next", "reversed", "set", "sorted", "tuple"];

/// The uses of the thing that `start` is, up to where it ends or goes out of sight.
pub(super) fn of<'tree>(file: &Parsed<'_>, facts: &Persist, start: Node<'tree>, thing: Thing) -> Vec<Use<'tree>> {
    let mut flow = Flow { file, facts, found: Vec::new() };
    let (mut node, mut thing) = (start, thing);
    while let Some((next, what)) = flow.step(node, thing) {
        (node, thing) = (next, what);
    }
    flow.found
}

struct Flow<'a, 'text, 'tree> {
    file: &'a Parsed<'text>,
    facts: &'a Persist,
    found: Vec<Use<'tree>>,
}

impl<'tree> Flow<'_, '_, 'tree> {
    /// From an expression to the one around it that is of the store as well.
    fn step(&mut self, node: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        let parent = node.parent()?;
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        match parent.kind() {
            "parenthesized_expression" | "await" | "boolean_operator" => Some((parent, thing)),
            "conditional_expression" => {
                // The condition, which stands in the middle, only asks.
                let asks = parent.named_child(1) == Some(node);
                (!asks).then_some((parent, thing))
            }
            "attribute" => self.member(parent, thing),
            "call" if is("function") => self.called(parent, thing),
            "argument_list" => self.argument(node, parent.parent()?, thing),
            "keyword_argument" => self.argument(node, parent.parent()?.parent()?, thing),
            "binary_operator" => self.joined(node, parent, thing),
            "subscript" => is("value").then_some((parent, thing)),
            "assignment" if is("right") => self.named(parent.child_by_field_name("left")?, thing),
            "named_expression" => {
                self.named(parent.child_by_field_name("name")?, thing);
                Some((parent, thing))
            }
            "as_pattern" => self.named(parent.child_by_field_name("alias")?.named_child(0)?, thing),
            "for_statement" | "for_in_clause" if is("right") => {
                // What a file gives are lines.
                if let Some(left) = parent.child_by_field_name("left").filter(|_| thing == Thing::Several) {
                    self.named(left, Thing::Path);
                }
                None
            }
            // They only ask, or nothing is left of it.
            "comparison_operator"
            | "not_operator"
            | "interpolation"
            | "expression_statement"
            | "with_item"
            | "if_statement"
            | "while_statement"
            | "if_clause"
            | "assert_statement"
            | "elif_clause" => None,
            _ => self.gone(node, thing),
        }
    }

    fn gone(&mut self, node: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        // An open file does what it does wherever it goes.
        if thing != Thing::File {
            self.found.push(Use::Gone { node });
        }
        None
    }

    fn member(&mut self, attribute: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        let name = attribute.child_by_field_name("attribute")?;
        let text = self.file.text_of(name);
        let call = attribute.parent().filter(|call| call.kind() == "call" && callee(*call) == Some(attribute));
        self.found.push(Use::Method { thing, name, call });
        let files = self.facts.files.as_ref()?;
        let known = |names: &[String]| names.iter().any(|known| known == text);
        if thing != Thing::Path {
            None
        } else if files.opens.contains_key(text) {
            call.map(|call| (call, Thing::File))
        } else if known(&files.yields) {
            call.map(|call| (call, Thing::Several))
        } else {
            known(&files.makes).then_some((call.unwrap_or(attribute), Thing::Path))
        }
    }

    fn called(&mut self, call: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        match thing {
            Thing::Path => {
                self.found.push(Use::Called { call });
                Some((call, Thing::File))
            }
            Thing::File | Thing::Module | Thing::Several => None,
        }
    }

    fn argument(&mut self, node: Node<'tree>, call: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        let function = callee(call);
        let through = function.is_some_and(|function| THROUGH.contains(&self.file.text_of(function)));
        match thing {
            Thing::Several if through => {
                let next = function.is_some_and(|function| self.file.text_of(function) == "next");
                Some((call, if next { Thing::Path } else { Thing::Several }))
            }
            Thing::File => None,
            Thing::Module | Thing::Path | Thing::Several => {
                self.found.push(Use::Argument { node, function });
                None
            }
        }
    }

    fn joined(&mut self, node: Node<'tree>, operator: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        let left = operator.child_by_field_name("left")?;
        let right = operator.child_by_field_name("right")?;
        let sign = operator.child_by_field_name("operator")?;
        if thing != Thing::Path || self.file.text_of(sign) != "/" {
            return None;
        }
        self.found.push(Use::Part { path: operator, part: if left == node { right } else { left } });
        Some((operator, Thing::Path))
    }

    fn named(&mut self, target: Node<'tree>, thing: Thing) -> Option<(Node<'tree>, Thing)> {
        let text = spaceless(self.file, target);
        let scope = match target.kind() {
            "identifier" => holds_in(target),
            "attribute" => {
                // Others may find it by the object.
                self.gone(target, thing);
                Some(class_around(target).filter(|_| text.starts_with("self."))?)
            }
            _ => return self.gone(target, thing),
        };
        if scope.is_some_and(|scope| scope.kind() == "class_definition") && target.kind() == "identifier" {
            self.gone(target, thing);
        }
        let within = scope.map(|scope| (scope.start_byte(), scope.end_byte()));
        self.found.push(Use::Named { name: Name { text, within, thing, method: None }, exported: scope.is_none() });
        None
    }
}
