//! What a piece of code stands for, as a canonical name that the catalog knows libraries by.

use tree_sitter::Node;

use super::super::Context;
use crate::syntax::{Parsed, ResolvedSymbol, callee, member, string_literal};

/// A piece of code with the canonical names that it may have.
pub(super) struct Meaning<'text> {
    pub(super) symbols: Vec<String>,
    /// The name that it is given by itself, as an import is.
    pub(super) name: Option<&'text str>,
}

/// What `expression` stands for; several things where it is an import of several.
pub(super) fn meanings<'text>(
    context: &Context<'_>,
    file: &Parsed<'text>,
    expression: Node<'_>,
) -> Vec<Meaning<'text>> {
    match expression.kind() {
        "dictionary" => vec![Meaning { symbols: vec!["{}".to_owned()], name: None }],
        "subscript" => {
            let object = expression.child_by_field_name("value");
            let symbols = object.map_or_else(Vec::new, |object| of_name(context, file, object));
            vec![Meaning { symbols: symbols.into_iter().map(|symbol| format!("{symbol}[]")).collect(), name: None }]
        }
        "import_statement" => imported(file, expression, ""),
        "import_from_statement" => {
            let module = expression.child_by_field_name("module_name").map_or("", |module| file.text_of(module));
            imported(file, expression, &format!("{module}."))
        }
        _ => {
            let symbols = callee(expression).map_or_else(Vec::new, |callee| of_name(context, file, callee));
            vec![Meaning { symbols, name: None }]
        }
    }
}

/// The name that a value is given: an identifier, or a plain text.
pub(super) fn given<'text>(file: &Parsed<'text>, key: Node<'_>) -> &'text str {
    string_literal(file, key).unwrap_or_else(|| file.text_of(key))
}

/// What a value stands for by the name that it is given.
pub(super) fn named<'text>(name: &str) -> Meaning<'text> {
    Meaning { symbols: vec![format!("{name}=")], name: None }
}

/// `import a.b as c` gives `import a.b` under the name `c`, and without its end under the name `a`.
fn imported<'text>(file: &Parsed<'text>, statement: Node<'_>, prefix: &str) -> Vec<Meaning<'text>> {
    let mut cursor = statement.walk();
    let names = statement.children_by_field_name("name", &mut cursor).map(|name| {
        let (what, alias) = match (name.child_by_field_name("name"), name.child_by_field_name("alias")) {
            (Some(what), Some(alias)) => (what, alias),
            (None | Some(_), None | Some(_)) => (name, name),
        };
        // `import a.b` gives the name `a`.
        let own = file.text_of(alias).split('.').next();
        Meaning { symbols: vec![format!("import {prefix}{}", file.text_of(what))], name: own }
    });
    names.collect()
}

/// The canonical names that a dotted name may have. What is asked of an object that a call makes has a name, too:
/// `blinker.Namespace().signal`.
pub(in super::super) fn of_name(context: &Context<'_>, file: &Parsed<'_>, name: Node<'_>) -> Vec<String> {
    of_name_within(context, file, name, MAX_STEPS)
}

/// Names followed before giving up: `a = b.c()` beside `b = a.d()` would have no end.
const MAX_STEPS: usize = 16;

fn of_name_within(context: &Context<'_>, file: &Parsed<'_>, name: Node<'_>, steps: usize) -> Vec<String> {
    let Some(steps) = steps.checked_sub(1) else { return Vec::new() };
    if let Some((object, method)) = member(file, name) {
        let made = if object.kind() == "call" { Some(object) } else { made_as(file, object) };
        if let Some(maker) = made.and_then(callee) {
            let makers = of_name_within(context, file, maker, steps).into_iter();
            return makers.map(|maker| format!("{maker}().{}", file.text_of(method))).collect();
        }
    }
    // A name may go on on the next line, behind a backslash in Python.
    let written: String = file.text_of(name).split(|c: char| c.is_whitespace() || c == '\\').collect();
    of_text(context, file, &written)
}

/// The call whose result the module names `object`, and nothing else.
fn made_as<'tree>(file: &'tree Parsed<'_>, object: Node<'_>) -> Option<Node<'tree>> {
    if object.kind() != "identifier" {
        return None;
    }
    let root = file.root();
    let mut cursor = root.walk();
    let statements = root.named_children(&mut cursor).filter_map(|statement| statement.named_child(0));
    let mut made = statements.filter(|made| {
        let left = made.child_by_field_name("left");
        made.kind() == "assignment" && left.is_some_and(|left| file.text_of(left) == file.text_of(object))
    });
    let only = made.next().filter(|_| made.next().is_none())?;
    only.child_by_field_name("right").filter(|right| right.kind() == "call")
}

/// The same for a name as text.
pub(super) fn of_text(context: &Context<'_>, file: &Parsed<'_>, written: &str) -> Vec<String> {
    if defines(file, written) {
        return Vec::new();
    }
    match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(symbol) => vec![symbol],
        ResolvedSymbol::Project { file: made, name } if made == file.path && name == written => {
            let mut symbols = context.graph.starred(&file.path, written);
            if !written.contains('.') {
                symbols.push(format!("builtins.{written}"));
            }
            symbols
        }
        ResolvedSymbol::Project { .. } => Vec::new(),
    }
}

/// Whether the module has a class or function of its own by the first name of `dotted`, which hides an import.
pub(super) fn defines(file: &Parsed<'_>, dotted: &str) -> bool {
    let first = dotted.split('.').next().unwrap_or(dotted);
    let root = file.root();
    let mut cursor = root.walk();
    root.named_children(&mut cursor).any(|node| {
        let node = node.child_by_field_name("definition").unwrap_or(node);
        let defines = matches!(node.kind(), "class_definition" | "function_definition");
        defines && node.child_by_field_name("name").is_some_and(|name| file.text_of(name) == first)
    })
}
