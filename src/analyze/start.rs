//! Whether a unit's files do anything when they are loaded. A function or a web application is called by others; a program
//! that nobody calls has to run by itself.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::Context;
use crate::source::{Language, ProjectPath};
use crate::syntax::Parsed;

/// Whether loading the entries runs anything beyond definitions. The last one runs as the program itself, the others as
/// modules. A file without a tree is given the benefit of the doubt.
pub(super) fn runs(context: &Context<'_>, entries: &BTreeSet<ProjectPath>) -> bool {
    entries.iter().any(|path| match context.marked.get(path) {
        Some(file) => {
            let main = entries.last() == Some(path);
            let mut cursor = file.root().walk();
            file.root()
                .named_children(&mut cursor)
                .any(|statement| (main || !only_as_main(file, statement)) && runs_something(file, statement))
        }
        None => true,
    })
}

/// Whether a statement runs only in a file that is itself the program.
fn only_as_main(file: &Parsed<'_>, statement: Node<'_>) -> bool {
    let Some(condition) = statement.child_by_field_name("condition").map(|node| file.text_of(node)) else {
        return false;
    };
    match file.grammar.language() {
        Language::Python => condition.contains("__name__"),
        Language::TypeScript => never_main(condition),
    }
}

/// A bundle is the program; none of the modules in it is.
fn never_main(condition: &str) -> bool {
    ["require.main", "import.meta.main", "process.argv[1]"].iter().any(|asks| condition.contains(asks))
}

/// Whether a statement calls, awaits or repeats anything outside of the bodies of functions and classes.
fn runs_something(file: &Parsed<'_>, node: Node<'_>) -> bool {
    let language = file.grammar.language();
    if language == Language::TypeScript && only_as_main(file, node) {
        return false;
    }
    match (language, node.kind()) {
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
