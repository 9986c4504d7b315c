//! Names of things that are of a store, and where each holds.

use std::ops::Range;

use tree_sitter::Node;

use super::Thing;
use crate::syntax::{Parsed, leave};

/// A name for a thing, in one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub text: String,
    /// Where it holds; absent for the whole file.
    pub within: Option<(usize, usize)>,
    pub thing: Thing,
    /// JavaScript: the function of the module that it is.
    pub method: Option<String>,
}

impl Name {
    /// Whether `use_of` means this name.
    pub(super) fn is_meant(&self, file: &Parsed<'_>, use_of: Node<'_>) -> bool {
        let inside = self.within.is_none_or(|(start, end)| start <= use_of.start_byte() && use_of.end_byte() <= end);
        inside && spaceless(file, use_of) == self.text && !is_hidden(file, use_of, self.within)
    }
}

/// Every use of a name in the file, for `wanted`: an identifier, or the longest chain of attributes that is one of them.
pub(super) fn uses<'tree>(
    file: &'tree Parsed<'_>,
    wanted: impl Fn(Node<'tree>) -> bool,
) -> impl Iterator<Item = Node<'tree>> {
    let mut cursor = Some(file.root().walk());
    std::iter::from_fn(move || {
        loop {
            let at = cursor.as_mut()?;
            let node = at.node();
            let candidate = matches!(node.kind(), "identifier" | "attribute") && is_use(node);
            let found = candidate && wanted(node);
            if !((!found && at.goto_first_child()) || leave(at)) {
                cursor = None;
            }
            if found {
                return Some(node);
            }
        }
    })
}

/// Whether a node speaks of a thing, and is no name of something else: an attribute's, a keyword's, a parameter's, the target of
/// an assignment.
fn is_use(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "attribute" => is("object"),
        "keyword_argument" | "default_parameter" | "typed_default_parameter" => is("value"),
        "assignment" => !is("left") && !is("type"),
        "for_statement" | "for_in_clause" => !is("left"),
        "parameters"
        | "lambda_parameters"
        | "typed_parameter"
        | "as_pattern_target"
        | "dotted_name"
        | "aliased_import"
        | "function_definition"
        | "class_definition"
        | "global_statement"
        | "nonlocal_statement"
        | "delete_statement" => false,
        "named_expression" => !is("name"),
        _ => true,
    }
}

/// The function, class or comprehension in which a name that is given at `node` holds; absent for the module.
pub(super) fn holds_in(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.parent();
    while let Some(parent) = at {
        match parent.kind() {
            "function_definition"
            | "class_definition"
            | "lambda"
            | "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => return Some(parent),
            _ => at = parent.parent(),
        }
    }
    None
}

/// The class around `node`, where an attribute of `self` holds.
pub(super) fn class_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.parent();
    while let Some(parent) = at.filter(|parent| parent.kind() != "class_definition") {
        at = parent.parent();
    }
    at
}

/// The text of a name without the white space that may be around its dots.
pub(super) fn spaceless(file: &Parsed<'_>, node: Node<'_>) -> String {
    file.text_of(node).split(|c: char| c.is_whitespace() || c == '\\').collect()
}

/// Whether a function between the use and where the name holds has a parameter or variable of the same name.
fn is_hidden(file: &Parsed<'_>, use_of: Node<'_>, within: Option<(usize, usize)>) -> bool {
    let text = spaceless(file, use_of);
    let first = text.split('.').next().unwrap_or_default();
    if first == "self" {
        return false;
    }
    let mut at = holds_in(use_of);
    while let Some(scope) = at {
        if within == Some((scope.start_byte(), scope.end_byte())) {
            return false;
        }
        if matches!(scope.kind(), "function_definition" | "lambda") && gives_itself(file, scope, first) {
            return true;
        }
        at = holds_in(scope);
    }
    false
}

/// Whether a function has a parameter or variable called `name` of its own.
fn gives_itself(file: &Parsed<'_>, function: Node<'_>, name: &str) -> bool {
    let parameters = function.child_by_field_name("parameters");
    let parameter = parameters.is_some_and(|list| {
        let mut cursor = list.walk();
        list.named_children(&mut cursor).any(|one| {
            let named = one.child_by_field_name("name").or_else(|| match one.kind() {
                "typed_parameter" => one.named_child(0),
                _ => Some(one),
            });
            named.is_some_and(|named| file.text_of(named) == name)
        })
    });
    parameter
        || given(file, function.byte_range(), name)
            .any(|target| holds_in(target).is_some_and(|scope| scope.id() == function.id()))
}

/// The places in `range` where something else is given the name `name`: assignments, loops, `with`, imports.
pub(super) fn given<'tree>(
    file: &'tree Parsed<'_>,
    range: Range<usize>,
    name: &str,
) -> impl Iterator<Item = Node<'tree>> {
    let root = file.root().descendant_for_byte_range(range.start, range.end).unwrap_or_else(|| file.root());
    let mut cursor = Some(root.walk());
    std::iter::from_fn(move || {
        let at = cursor.as_mut()?;
        let node = at.node();
        if !(at.goto_first_child() || leave(at)) {
            cursor = None;
        }
        Some(node)
    })
    .filter(move |node| matches!(node.kind(), "identifier" | "attribute") && is_given(*node))
    .filter(move |node| spaceless(file, *node) == name)
}

fn is_given(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "assignment" | "for_statement" | "for_in_clause" => is("left"),
        "named_expression" => is("name"),
        "as_pattern_target" | "pattern_list" | "tuple_pattern" | "list_pattern" => true,
        _ => false,
    }
}

/// The import statements of a file.
pub(super) fn imports<'tree>(file: &'tree Parsed<'_>) -> impl Iterator<Item = Node<'tree>> {
    let mut cursor = Some(file.root().walk());
    let nodes = std::iter::from_fn(move || {
        let at = cursor.as_mut()?;
        let node = at.node();
        if !(at.goto_first_child() || leave(at)) {
            cursor = None;
        }
        Some(node)
    });
    nodes.filter(|node| matches!(node.kind(), "import_statement" | "import_from_statement"))
}

/// The names that an import statement gives.
pub(super) fn names_of<'text>(file: &Parsed<'text>, statement: Node<'_>) -> impl Iterator<Item = &'text str> {
    let mut cursor = statement.walk();
    let names = statement.children_by_field_name("name", &mut cursor).filter_map(|name| {
        let given = file.text_of(name.child_by_field_name("alias").unwrap_or(name));
        given.split('.').next()
    });
    names.collect::<Vec<_>>().into_iter()
}
