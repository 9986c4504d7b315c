use std::ops::Range;

use memchr::memmem;
use tree_sitter::Node;

use super::{Candidate, Class, Context, Definition, Function, Parameter, script};
use crate::analyze::calls::dotted_name;
use crate::analyze::expression::{Expression, MAX_DEPTH, expression};
use crate::source::{Language, ProjectPath};
use crate::syntax::Parsed;

/// Every definition of `name` in a file.
pub(super) fn candidates(context: &Context<'_>, path: &ProjectPath, name: &str) -> Vec<Candidate> {
    if let Some(file) = context.marked.get(path) {
        return in_file(file, name);
    }
    let Some(text) = context.project.text(path) else { return Vec::new() };
    // What a module exports without a name of its own may stand anywhere.
    let places = places(text, if name == script::DEFAULT { "export" } else { name }).map(|place| place.start);
    let places = places.chain(places_of_exports(path, text, name)).collect();
    Parsed::around(path, text, &places).map_or_else(Vec::new, |file| in_file(&file, name))
}

fn places_of_exports(path: &ProjectPath, text: &str, name: &str) -> Vec<usize> {
    let script = Language::of(path) == Some(Language::TypeScript) && name == script::DEFAULT;
    if script { places(text, "exports").map(|place| place.start).collect() } else { Vec::new() }
}

/// Where a word stands in a text.
pub(in crate::analyze) fn places<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let of_name = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_' || *c == b'$';
    memmem::find_iter(text.as_bytes(), name).map(|at| at..at + name.len()).filter(move |place| {
        let before = place.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        !before.is_some_and(of_name) && !text.as_bytes().get(place.end).is_some_and(of_name)
    })
}

fn in_file(file: &Parsed<'_>, name: &str) -> Vec<Candidate> {
    if file.grammar.language() == Language::TypeScript {
        return script::in_file(file, name);
    }
    let mut found = Vec::new();
    for place in places(file.text, name) {
        let Some(node) = file.root().descendant_for_byte_range(place.start, place.end) else { continue };
        if node.kind() != "identifier" || node.byte_range() != place {
            continue;
        }
        let Some((definition, defines)) = definition(file, node) else { continue };
        let (scope, module) = match scope(defines) {
            Scope::Module => (0..usize::MAX, true),
            Scope::Function(range) => (range, false),
            Scope::Class => continue,
        };
        found.push(Candidate { definition, scope, at: place.start, module });
    }
    found
}

/// What a name is defined as where it stands, and the node that does it.
fn definition<'tree>(file: &Parsed<'_>, name: Node<'tree>) -> Option<(Definition, Node<'tree>)> {
    let parent = name.parent()?;
    let is = |field: &str| parent.child_by_field_name(field) == Some(name);
    let definition = match parent.kind() {
        "assignment" if is("left") => {
            let right = parent.child_by_field_name("right")?;
            Definition::Value(expression(file, right, MAX_DEPTH))
        }
        "function_definition" if is("name") => Definition::Function(function(file, parent)),
        "class_definition" if is("name") => Definition::Class(class(file, parent)),
        "augmented_assignment" | "for_statement" if is("left") => Definition::Variable,
        "named_expression" | "default_parameter" | "typed_default_parameter" if is("name") => Definition::Variable,
        "parameters" | "lambda_parameters" | "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
            Definition::Variable
        }
        "pattern_list" | "tuple_pattern" | "list_pattern" | "as_pattern_target" => Definition::Variable,
        // A grammar's kinds are open to us; in any other place the name is only used.
        _ => return None,
    };
    Some((definition, parent))
}

enum Scope {
    Module,
    Function(Range<usize>),
    Class,
}

/// What a definition is local to.
fn scope(defines: Node<'_>) -> Scope {
    let of_parameter = defines.kind().contains("parameter") || defines.kind().ends_with("splat_pattern");
    let mut node = if of_parameter { Some(defines) } else { defines.parent() };
    while let Some(at) = node {
        match at.kind() {
            "function_definition" | "lambda" => return Scope::Function(at.byte_range()),
            "class_definition" => return Scope::Class,
            // A grammar's kinds are open to us; no other one makes a scope for the names defined in it.
            _ => node = at.parent(),
        }
    }
    Scope::Module
}

/// The name at the top of the module that the result of calling `function` is given.
pub(in crate::analyze) fn result_of(context: &Context<'_>, path: &ProjectPath, function: &str) -> Option<String> {
    if let Some(file) = context.marked.get(path) {
        return result_in(file, function);
    }
    let text = context.project.text(path)?;
    let places = places(text, function).map(|place| place.start).collect();
    result_in(&Parsed::around(path, text, &places)?, function)
}

fn result_in(file: &Parsed<'_>, function: &str) -> Option<String> {
    places(file.text, function).find_map(|place| {
        let name = file.root().descendant_for_byte_range(place.start, place.end)?;
        let call = name.parent().filter(|call| call.child_by_field_name("function") == Some(name))?;
        let assignment = call.parent().filter(|it| it.child_by_field_name("right") == Some(call))?;
        let left = assignment.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
        matches!(scope(assignment), Scope::Module).then(|| file.text_of(left).to_owned())
    })
}

/// The functions that a place stands in, the innermost first.
pub(in crate::analyze) fn functions_around(file: &Parsed<'_>, at: usize) -> Vec<Function> {
    if file.grammar.language() == Language::TypeScript {
        return script::functions_around(file, at);
    }
    let mut found = Vec::new();
    let mut node = file.root().descendant_for_byte_range(at, at);
    while let Some(here) = node {
        if here.kind() == "function_definition" {
            found.push(function(file, here));
        }
        node = here.parent();
    }
    found
}

pub(in crate::analyze) fn function(file: &Parsed<'_>, node: Node<'_>) -> Function {
    let of = |field: &str| node.child_by_field_name(field);
    let decorated = node.parent().filter(|parent| parent.kind() == "decorated_definition");
    let statement = decorated.unwrap_or(node);
    Function {
        name: of("name").map_or_else(String::new, |name| file.text_of(name).to_owned()),
        parameters: of("parameters").map(|list| parameters(file, list)).unwrap_or_default(),
        asynchronous: file.text_of(node).starts_with("async"),
        top_level: matches!(scope(statement), Scope::Module),
        range: node.byte_range(),
        returns: of("body").map(|body| returns(file, body)).unwrap_or_default(),
    }
}

fn parameters(file: &Parsed<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut cursor = list.walk();
    let read = |node: Node<'_>| {
        let (name, required) = match node.kind() {
            "identifier" => (node, true),
            "typed_parameter" => (node.named_child(0)?, true),
            "default_parameter" | "typed_default_parameter" => (node.child_by_field_name("name")?, false),
            // `*`, `**kwargs`: given to nobody by name or position.
            _ => return None,
        };
        let plain = name.kind() == "identifier";
        plain.then(|| Parameter { name: file.text_of(name).to_owned(), required, properties: Vec::new() })
    };
    list.named_children(&mut cursor).filter_map(read).collect()
}

/// What a function itself returns.
fn returns(file: &Parsed<'_>, body: Node<'_>) -> Vec<(Expression, usize)> {
    let (mut found, mut waiting) = (Vec::new(), vec![body]);
    while let Some(node) = waiting.pop() {
        match node.kind() {
            "function_definition" | "class_definition" | "lambda" => {}
            "return_statement" => {
                let value = node.named_child(0).filter(|value| value.kind() != "comment");
                found.extend(value.map(|value| (expression(file, value, MAX_DEPTH), value.start_byte())));
            }
            // A grammar's kinds are open to us; statements are in blocks of many.
            _ => {
                let mut cursor = node.walk();
                waiting.extend(node.named_children(&mut cursor));
            }
        }
    }
    found.sort_by_key(|(_, at)| *at);
    found
}

fn class(file: &Parsed<'_>, node: Node<'_>) -> Class {
    let mut class = Class { range: node.byte_range(), ..Class::default() };
    let mut cursor = node.walk();
    if let Some(bases) = node.child_by_field_name("superclasses") {
        let mut cursor = bases.walk();
        let named = bases.named_children(&mut cursor).filter(|base| base.kind() != "keyword_argument");
        class.bases = named.map(|base| dotted_name(file, base).unwrap_or_default()).collect();
    }
    let Some(body) = node.child_by_field_name("body") else { return class };
    for statement in body.named_children(&mut cursor) {
        let statement = statement.child_by_field_name("definition").unwrap_or(statement);
        if statement.kind() == "function_definition" {
            class.methods.push(function(file, statement));
        }
        let assignment = statement.named_child(0).filter(|inner| inner.kind() == "assignment");
        let sides = assignment.and_then(|it| Some((it.child_by_field_name("left")?, it.child_by_field_name("right")?)));
        if let Some((left, right)) = sides {
            class.values.push((file.text_of(left).to_owned(), expression(file, right, MAX_DEPTH)));
        }
    }
    class
}
