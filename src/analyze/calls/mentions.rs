//! What Python code does with an object that it reaches by `object[key]`, `in`, `for` and the like, and not by a method; and
//! what JavaScript code does with one whose methods answer promises.

mod javascript;

use std::ops::Range;

use tree_sitter::Node;

use super::Wanted;
use crate::app::SourceLine;
use crate::source::{Language, LineIndex, Span};
use crate::syntax::{Parsed, callee, is_shadowed, matches_around, statement_of};

/// A place where an object's name stands for the object, beside calls of its methods.
#[derive(Debug)]
pub(in crate::analyze) struct Mention {
    /// The object as written.
    pub(in crate::analyze) name: String,
    pub(in crate::analyze) at: SourceLine,
    pub(in crate::analyze) span: Span,
    pub(in crate::analyze) how: How,
}

/// What is done there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analyze) enum How {
    /// `object[key]`, `key in object`
    ReadItem,
    /// `object[key] = value`
    WriteItem,
    /// `object[key] += 1`
    ChangeItem,
    /// `del object[key]`
    DeleteItem,
    /// `for key in object`, `len(object)`
    List,
    /// `{**object}`
    ListAndRead,
    /// `object |= {…}`
    Update,
    /// `object[key]["x"] = 1`, `object[key].append(1)`; with the method, where it is one, and the methods before.
    InValue {
        /// The methods on the way, such as `get`.
        through: Option<String>,
        /// The method that may change the value; `None` for an assignment.
        method: Option<String>,
    },
    /// `object = …`, in the statement at this range.
    Named(Range<usize>),
    /// JavaScript: `object.name`.
    Member {
        /// The method or property.
        name: String,
        /// Whether it is called.
        called: bool,
        /// What becomes of the answer.
        settled: Settled,
    },
    /// JavaScript: `for (… of object)`, `[...object]`, `Array.from(object)`
    Iterated,
    /// Anything else: what happens to it is not seen.
    Unknown,
}

/// What becomes of an answer that is a promise once the data is kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analyze) enum Settled {
    /// It is waited for, by `await` or by something that waits.
    Awaited,
    /// A plain loop goes through it.
    Iterated,
    /// It is returned by a function that is not asynchronous.
    Returned,
    /// Nothing.
    Unused,
    /// It is used as it is.
    Used,
}

/// Every mention of the objects, in order.
pub(super) fn mentions(
    file: &Parsed<'_>,
    wanted: &Wanted<'_>,
    places: impl Iterator<Item = Range<usize>>,
) -> Vec<Mention> {
    let lines = LineIndex::new(file.text);
    let found = matches_around(file, "mentions", places);
    let mut nodes: Vec<_> = found.into_iter().filter_map(|captures| captures.get("mention").copied()).collect();
    nodes.sort_by_key(|node| (node.start_byte(), node.end_byte()));
    nodes.dedup_by_key(|node| node.id());
    nodes
        .into_iter()
        .flat_map(|node| {
            let name: String = file.text_of(node).split_whitespace().collect();
            let means = wanted.objects.contains(name.as_str()) && {
                let first = name.split('.').next().unwrap_or(&name);
                is_mentioned(file, node) && !is_shadowed(file, node, first)
            };
            let found = if means { uses(file, node) } else { Vec::new() };
            found.into_iter().map(move |(how, range)| (name.clone(), how, range)).collect::<Vec<_>>()
        })
        .map(|(name, how, range)| {
            let at = SourceLine { file: file.path.clone(), line: lines.position(range.start).line };
            Mention { name, at, span: Span::new(&file.path, range), how }
        })
        .collect()
}

fn is_mentioned(file: &Parsed<'_>, node: Node<'_>) -> bool {
    match file.grammar.language() {
        Language::Python => is_object(node),
        Language::TypeScript => javascript::is_object(file, node),
    }
}

fn uses(file: &Parsed<'_>, node: Node<'_>) -> Vec<(How, Range<usize>)> {
    match file.grammar.language() {
        Language::Python => how(file, node).into_iter().collect(),
        Language::TypeScript => javascript::how(file, node),
    }
}

/// Whether a name stands for a value, and not for a keyword, a parameter, an attribute of something else, or in an import.
fn is_object(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is_field = |field: &str| parent.child_by_field_name(field).is_some_and(|part| part.id() == node.id());
    match parent.kind() {
        "attribute" => is_field("object"),
        "keyword_argument"
        | "function_definition"
        | "class_definition"
        | "default_parameter"
        | "typed_default_parameter" => !is_field("name"),
        "dotted_name" | "aliased_import" | "global_statement" | "nonlocal_statement" | "parameters"
        | "lambda_parameters" | "typed_parameter" | "type" => false,
        _ => true,
    }
}

/// What is done with the object at `node`, and where; `None` for nothing, or for a call of a method.
fn how(file: &Parsed<'_>, node: Node<'_>) -> Option<(How, Range<usize>)> {
    let node = outermost(node);
    let parent = node.parent()?;
    let is = |field: &str| parent.child_by_field_name(field).is_some_and(|part| part.id() == node.id());
    let whole = |how: How| Some((how, node.byte_range()));
    match parent.kind() {
        "subscript" if is("value") => of_value(file, parent, None),
        "attribute" => of_method(file, parent),
        "comparison_operator" => comparison(file, parent, node).map(|how| (how, node.byte_range())),
        "for_statement" | "for_in_clause" if is("right") => whole(How::List),
        "argument_list" => whole(argument(file, parent)),
        "assert_statement" | "list_splat" | "not_operator" => whole(How::List),
        "dictionary_splat" | "interpolation" => whole(How::ListAndRead),
        "if_statement" | "elif_clause" | "while_statement" if is("condition") => whole(How::List),
        "conditional_expression" if parent.named_child(1).is_some_and(|test| test.id() == node.id()) => {
            whole(How::List)
        }
        "assignment" if is("left") => whole(How::Named(statement_of(parent).byte_range())),
        "augmented_assignment" if is("left") => whole(How::Update),
        "delete_statement" => whole(How::Named(parent.byte_range())),
        "pattern_list" | "tuple_pattern" | "list_pattern" | "as_pattern_target" => {
            whole(How::Named(parent.byte_range()))
        }
        // By itself it does nothing.
        "expression_statement" => None,
        _ => whole(How::Unknown),
    }
}

/// The expression with the parentheses around it.
fn outermost(mut node: Node<'_>) -> Node<'_> {
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == "parenthesized_expression") {
        node = parent;
    }
    node
}

/// `object.name`: a call's method, whose result may be changed at once, or something that nobody calls here.
fn of_method(file: &Parsed<'_>, attribute: Node<'_>) -> Option<(How, Range<usize>)> {
    let called = outermost(attribute);
    let call = called.parent().filter(|parent| {
        parent.kind() == "call" && parent.child_by_field_name("function").is_some_and(|it| it.id() == called.id())
    });
    let Some(call) = call else { return Some((How::Unknown, attribute.byte_range())) };
    let method = attribute.child_by_field_name("attribute").map(|name| file.text_of(name).to_owned());
    match of_value(file, call, method)? {
        found @ (How::InValue { .. }, _) => Some(found),
        // The call itself is found as one.
        _ => None,
    }
}

/// What is done with the value of an item, which is `node`: `object[key]`, or a call of the method `through`.
fn of_value(file: &Parsed<'_>, node: Node<'_>, through: Option<String>) -> Option<(How, Range<usize>)> {
    let item = outermost(node);
    let mut part = item;
    // Into the value: `[key]["a"].b`.
    while let Some(parent) = part.parent() {
        let of = |field: &str| parent.child_by_field_name(field).is_some_and(|inner| inner.id() == part.id());
        let into = (parent.kind() == "subscript" && of("value")) || (parent.kind() == "attribute" && of("object"));
        if !into {
            break;
        }
        part = outermost(parent);
    }
    let parent = part.parent()?;
    let is = |field: &str| parent.child_by_field_name(field).is_some_and(|inner| inner.id() == part.id());
    let assigned = matches!(target_of(part), Some("assignment" | "for_statement" | "as_pattern"));
    let (changed, deleted) =
        (target_of(part) == Some("augmented_assignment"), target_of(part) == Some("delete_statement"));
    let how = if part.id() == item.id() {
        match (assigned, changed, deleted) {
            (true, _, _) => How::WriteItem,
            (_, true, _) => How::ChangeItem,
            (_, _, true) => How::DeleteItem,
            (false, false, false) => How::ReadItem,
        }
    } else if assigned || changed || deleted {
        How::InValue { through, method: None }
    } else if parent.kind() == "call" && is("function") && part.kind() == "attribute" {
        let method = part.child_by_field_name("attribute").map(|name| file.text_of(name).to_owned());
        How::InValue { through, method }
    } else {
        How::ReadItem
    };
    let range = if matches!(how, How::InValue { .. }) { part.byte_range() } else { item.byte_range() };
    Some((how, range))
}

/// The kind of statement that gives `node` a value or takes it away.
fn target_of(node: Node<'_>) -> Option<&'static str> {
    let mut inner = node;
    loop {
        let parent = inner.parent()?;
        let is = |field: &str| parent.child_by_field_name(field).is_some_and(|part| part.id() == inner.id());
        match parent.kind() {
            "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern" | "expression_list"
            | "as_pattern_target" => inner = parent,
            "assignment" if is("left") => return Some("assignment"),
            "augmented_assignment" if is("left") => return Some("augmented_assignment"),
            "for_statement" if is("left") => return Some("for_statement"),
            "as_pattern" if is("alias") => return Some("as_pattern"),
            "delete_statement" => return Some("delete_statement"),
            _ => return None,
        }
    }
}

/// `key in object`, `object == other`; identity is no question about items.
fn comparison(file: &Parsed<'_>, comparison: Node<'_>, object: Node<'_>) -> Option<How> {
    let mut cursor = comparison.walk();
    let operands: Vec<_> = comparison.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect();
    let [left, right] = operands.as_slice() else { return Some(How::ListAndRead) };
    let operator: String =
        file.text[left.end_byte()..right.start_byte()].chars().filter(|c| !c.is_whitespace()).collect();
    match operator.as_str() {
        "in" | "notin" if right.id() == object.id() => Some(How::ReadItem),
        "is" | "isnot" => None,
        "==" | "!=" => Some(How::ListAndRead),
        _ => Some(How::Unknown),
    }
}

/// What a function of the language does with a mapping that it is given.
fn argument(file: &Parsed<'_>, list: Node<'_>) -> How {
    let called = list.parent().and_then(callee).map_or("", |callee| file.text_of(callee));
    match called {
        "all" | "any" | "bool" | "enumerate" | "frozenset" | "iter" | "len" | "list" | "max" | "min" | "reversed"
        | "set" | "sorted" | "sum" | "tuple" => How::List,
        "dict" | "print" | "repr" | "str" => How::ListAndRead,
        _ => How::Unknown,
    }
}
