//! What a piece of code stands for, as a canonical name that the catalog knows libraries by.

use tree_sitter::Node;

use super::super::Context;
use crate::source::Language;
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
        // `process.env.NAME`, `process.env["NAME"]`: an item of an object, as of a mapping.
        "member_expression" | "subscript_expression" => {
            let object = expression.child_by_field_name("object");
            let symbols = object.map_or_else(Vec::new, |object| of_name(context, file, object));
            vec![Meaning { symbols: symbols.into_iter().map(|symbol| format!("{symbol}[]")).collect(), name: None }]
        }
        "import_statement" if file.grammar.language() == Language::TypeScript => {
            let symbols = imported_module(file, expression).map(|module| format!("import {module}"));
            vec![Meaning { symbols: symbols.into_iter().collect(), name: None }]
        }
        "call_expression" if imported_module(file, expression).is_some() => {
            let symbols = imported_module(file, expression).map(|module| format!("import {module}"));
            vec![Meaning { symbols: symbols.into_iter().collect(), name: None }]
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

/// The module that JavaScript's `import … from "fs"`, `import fs = require("fs")` or `require("fs")` names, without `node:`.
pub(super) fn imported_module<'text>(file: &Parsed<'text>, expression: Node<'_>) -> Option<&'text str> {
    let module = string_literal(file, module_node(file, expression)?)?;
    Some(module.strip_prefix("node:").unwrap_or(module))
}

/// The text that names the module.
pub(super) fn module_node<'tree>(file: &Parsed<'_>, expression: Node<'tree>) -> Option<Node<'tree>> {
    if expression.kind() == "call_expression" {
        let required = callee(expression).is_some_and(|callee| file.text_of(callee) == "require");
        let list = expression.child_by_field_name("arguments").filter(|_| required)?;
        return list.named_child(0);
    }
    let mut cursor = expression.walk();
    let clause = expression.named_children(&mut cursor).find(|child| child.kind() == "import_require_clause");
    expression.child_by_field_name("source").or_else(|| clause?.child_by_field_name("source"))
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
    let made = only.child_by_field_name("right").filter(|right| right.kind() == "call")?;
    // `app = app.factory()` is made of nothing that is known. Functions run later than they stand.
    (made.end_byte() <= object.start_byte() || is_in_definition(object)).then_some(made)
}

/// Whether a node stands in a function or class of the module.
fn is_in_definition(node: Node<'_>) -> bool {
    let above = std::iter::successors(Some(node), Node::parent);
    above.into_iter().any(|node| matches!(node.kind(), "function_definition" | "class_definition"))
}

/// The same for a name as text.
pub(super) fn of_text(context: &Context<'_>, file: &Parsed<'_>, written: &str) -> Vec<String> {
    if defines(file, written) {
        return Vec::new();
    }
    match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(symbol) => vec![symbol],
        ResolvedSymbol::Project { file: made, name } if made == file.path && name == written => {
            if let Some(source) = destructured(file, written)
                && let ResolvedSymbol::External(symbol) = context.graph.symbol(&file.path, &source)
            {
                return vec![symbol];
            }
            let mut symbols = context.graph.starred(&file.path, written);
            let of_language = match file.grammar.language() {
                Language::Python => !written.contains('.'),
                // Node's own objects have parts: `process.env`.
                Language::TypeScript => true,
            };
            if of_language {
                symbols.push(format!("builtins.{written}"));
            }
            symbols
        }
        ResolvedSymbol::Project { .. } => Vec::new(),
    }
}

/// What `Pool` stands for after `const { Pool } = pg;` at the top of a JavaScript module: `pg.Pool`.
fn destructured(file: &Parsed<'_>, written: &str) -> Option<String> {
    let (first, rest) = written.split_once('.').unwrap_or((written, ""));
    let root = file.root();
    let mut cursor = root.walk();
    let declared = root
        .named_children(&mut cursor)
        .filter(|statement| matches!(statement.kind(), "lexical_declaration" | "variable_declaration"));
    let mut declarators = declared.filter_map(|statement| statement.named_child(0));
    declarators.find_map(|declarator| {
        let pattern = declarator.child_by_field_name("name").filter(|name| name.kind() == "object_pattern")?;
        let source = declarator.child_by_field_name("value").filter(|value| {
            // Of what is required, the imports know the names.
            matches!(value.kind(), "identifier" | "member_expression") && file.text_of(*value) != first
        })?;
        let mut cursor = pattern.walk();
        let name = pattern.named_children(&mut cursor).find_map(|part| match part.kind() {
            "shorthand_property_identifier_pattern" => (file.text_of(part) == first).then(|| file.text_of(part)),
            "pair_pattern" => {
                let local = part.child_by_field_name("value").filter(|local| file.text_of(*local) == first);
                local.and_then(|_| part.child_by_field_name("key")).map(|key| file.text_of(key))
            }
            // Anything else gives no name of the object's.
            _ => None,
        })?;
        let source = file.text_of(source);
        Some(if rest.is_empty() { format!("{source}.{name}") } else { format!("{source}.{name}.{rest}") })
    })
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
