//! Classes of the project that are made of a library's: `class Bus extends EventEmitter {}`.

use std::ops::Range;

use tree_sitter::Node;

use super::super::Context;
use super::super::definitions::{base_of_class, is_class};
use crate::source::{Language, ProjectPath};
use crate::syntax::{Parsed, ResolvedSymbol};

/// A class of the project between an object and the library.
#[derive(Debug, Clone)]
pub(in super::super) struct Class {
    pub(in super::super) file: ProjectPath,
    /// What stands between its braces, where `this` is the object.
    pub(in super::super) body: Range<usize>,
    pub(in super::super) methods: Vec<Method>,
}

/// A method of such a class, or a field that may hold a function.
#[derive(Debug, Clone)]
pub(in super::super) struct Method {
    pub(in super::super) name: String,
    pub(in super::super) name_range: Range<usize>,
    pub(in super::super) range: Range<usize>,
}

/// What a class of the project is made of.
pub(super) struct Derived {
    /// The canonical name of the library's class.
    pub(super) symbol: String,
    /// The classes on the way there, the object's own first.
    pub(super) classes: Vec<Class>,
}

/// Classes followed before giving up; one that is made of itself would never end.
const MAX_CLASSES: usize = 16;

/// The library's class that the class `written` of the project is made of, over however many others; `None` for a class of a
/// library itself, and where something on the way is no plain class.
pub(super) fn derived(context: &Context<'_>, file: &Parsed<'_>, written: &str) -> Option<Derived> {
    match file.grammar.language() {
        Language::Python => return None,
        Language::TypeScript => {}
    }
    let (mut at, mut name) = (file.path.clone(), written.to_owned());
    let mut classes = Vec::new();
    while classes.len() < MAX_CLASSES {
        match context.graph.symbol(&at, &name) {
            ResolvedSymbol::External(symbol) => return (!classes.is_empty()).then_some(Derived { symbol, classes }),
            ResolvedSymbol::Project { file: made, name: own } => {
                let (class, base) = context.with_tree(&made, |file| class_in(file, &own))?;
                classes.push(class);
                (at, name) = (made, base);
            }
        }
    }
    None
}

/// The class that a file names so, and what it extends.
fn class_in(file: &Parsed<'_>, name: &str) -> Option<(Class, String)> {
    let root = file.root();
    let mut cursor = root.walk();
    let node = root.named_children(&mut cursor).find_map(|statement| declared(file, statement, name))?;
    let body = node.child_by_field_name("body")?;
    let base = base_of_class(file, node)?;
    let mut cursor = body.walk();
    let methods = body.named_children(&mut cursor).filter_map(|member| {
        let named = member.child_by_field_name("name")?;
        Some(Method {
            name: file.text_of(named).to_owned(),
            name_range: named.byte_range(),
            range: member.byte_range(),
        })
    });
    let class = Class { file: file.path.clone(), body: body.byte_range(), methods: methods.collect() };
    Some((class, base))
}

/// The class that a statement declares under `name`, or as the default of its module.
fn declared<'tree>(file: &Parsed<'_>, statement: Node<'tree>, name: &str) -> Option<Node<'tree>> {
    let mut cursor = statement.walk();
    let is_default = statement.children(&mut cursor).any(|child| child.kind() == "default");
    // `export default class` is no name, and so the word behind `default` may be taken for it.
    let by_default = is_default && (name == "default" || name == "class");
    let declaration = statement.child_by_field_name("declaration").or_else(|| statement.child_by_field_name("value"));
    let declaration = declaration.unwrap_or(statement);
    let named = |node: &Node<'_>| {
        by_default || node.child_by_field_name("name").is_some_and(|named| file.text_of(named) == name)
    };
    if is_class(declaration) {
        return Some(declaration).filter(named);
    }
    let mut cursor = declaration.walk();
    let mut declarators = declaration.named_children(&mut cursor).filter(|node| node.kind() == "variable_declarator");
    declarators.find(named)?.child_by_field_name("value").filter(|value| is_class(*value))
}
