//! Whether a unit's files do anything when they are loaded. A function or a web application is called by others; a program
//! that nobody calls has to run by itself.

use tree_sitter::Node;

use super::Context;
use crate::source::{Language, ProjectPath};
use crate::syntax::Parsed;

/// Whether loading one of the entries runs anything beyond definitions. A file without a tree is given the benefit of the
/// doubt.
pub(super) fn runs<'p>(context: &Context<'_>, mut entries: impl Iterator<Item = &'p ProjectPath>) -> bool {
    entries.any(|path| match context.marked.get(path) {
        Some(file) => {
            let mut cursor = file.root().walk();
            file.root().named_children(&mut cursor).any(|statement| runs_something(file, statement))
        }
        None => true,
    })
}

/// Whether a statement calls, awaits or repeats anything outside of the bodies of functions and classes.
fn runs_something(file: &Parsed<'_>, node: Node<'_>) -> bool {
    match (file.grammar.language(), node.kind()) {
        (
            Language::Python,
            "function_definition"
            | "class_definition"
            | "decorated_definition"
            | "lambda"
            | "import_statement"
            | "import_from_statement"
            | "future_import_statement",
        )
        | (
            Language::TypeScript,
            "function_declaration"
            | "generator_function_declaration"
            | "function_expression"
            | "arrow_function"
            | "class_declaration"
            | "class"
            | "abstract_class_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "import_statement",
        ) => false,
        (
            _,
            "call" | "call_expression" | "new_expression" | "await" | "await_expression" | "while_statement"
            | "for_statement" | "for_in_statement" | "do_statement",
        ) => true,
        // A grammar's kinds are open to us; all others run what is in them.
        _ => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).any(|child| runs_something(file, child))
        }
    }
}
