//! Classes with their decorators.

use tree_sitter::Node;

use super::super::walk::Walk;
use crate::analyze::calls::{CallArgument, all_arguments, dotted_name};
use crate::analyze::definitions::{Definition, Meaning, base_of_class, is_class};
use crate::source::{ProjectPath, Span};
use crate::syntax::{Parsed, callee};

/// A class, as far as decorators make something of it.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) file: ProjectPath,
    pub(super) name: String,
    /// Where its name stands.
    pub(super) span: Span,
    pub(super) decorators: Vec<Decorator>,
    /// The class that it extends, as written.
    pub(super) base: Option<String>,
    pub(super) methods: Vec<Handler>,
}

/// A method with its decorators.
#[derive(Debug)]
pub(super) struct Handler {
    pub(super) name: String,
    pub(super) decorators: Vec<Decorator>,
}

/// `@Get(":id")`.
#[derive(Debug)]
pub(super) struct Decorator {
    /// Its name as written.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) arguments: Vec<CallArgument>,
}

impl Walk<'_, '_, '_> {
    /// The class that `written` means at a place, if it is one of the project.
    pub(super) fn class(&self, file: &ProjectPath, written: &str, at: usize) -> Option<Class> {
        let Meaning::Project(found) = self.definitions.meaning(file, written, at) else { return None };
        match &found.definition {
            Definition::Class(_) => self.class_at(&found.file, found.at),
            Definition::Value(_) | Definition::Function(_) | Definition::Variable => None,
        }
    }

    /// The class whose name, or whose beginning, stands at a place.
    pub(super) fn class_at(&self, path: &ProjectPath, at: usize) -> Option<Class> {
        self.context.with_tree(path, |file| read(file, at))
    }

    /// The canonical name of a decorator that a library brings.
    pub(super) fn decorator_symbol(&self, file: &ProjectPath, decorator: &Decorator) -> Option<String> {
        match self.definitions.meaning(file, &decorator.name, decorator.span.start) {
            Meaning::External(symbol) => Some(symbol),
            Meaning::Project(_) | Meaning::Unknown => None,
        }
    }

    /// The first of the decorators that has one of those canonical names.
    pub(super) fn decorated<'d>(
        &self,
        file: &ProjectPath,
        decorators: &'d [Decorator],
        known: &[String],
    ) -> Option<&'d Decorator> {
        let is = |decorator: &&Decorator| {
            self.decorator_symbol(file, decorator).is_some_and(|symbol| known.contains(&symbol))
        };
        decorators.iter().find(is)
    }
}

fn read(file: &Parsed<'_>, at: usize) -> Option<Class> {
    let node = file.root().descendant_for_byte_range(at, at + 1)?;
    let class = std::iter::successors(Some(node), Node::parent).find(|node| is_class(*node))?;
    let name = class.child_by_field_name("name");
    let mut all = decorators(file, class);
    // `@Module({}) export class AppModule {}`
    if let Some(exported) = class.parent().filter(|parent| parent.kind() == "export_statement") {
        all.extend(decorators(file, exported));
    }
    Some(Class {
        file: file.path.clone(),
        name: name.map_or_else(String::new, |name| file.text_of(name).to_owned()),
        span: Span::new(&file.path, name.unwrap_or(class).byte_range()),
        decorators: all,
        base: base_of_class(file, class),
        methods: class.child_by_field_name("body").map(|body| methods(file, body)).unwrap_or_default(),
    })
}

/// Decorators stand before the method that they are of.
fn methods(file: &Parsed<'_>, body: Node<'_>) -> Vec<Handler> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    let mut cursor = body.walk();
    for part in body.named_children(&mut cursor) {
        match part.kind() {
            "comment" => {}
            "decorator" => waiting.extend(decorator(file, part)),
            "method_definition" => {
                let name = part.child_by_field_name("name").map_or("", |name| file.text_of(name));
                found.push(Handler { name: name.to_owned(), decorators: std::mem::take(&mut waiting) });
            }
            // A grammar's kinds are open to us; of nothing else in a class a decorator makes a route.
            _ => waiting.clear(),
        }
    }
    found
}

fn decorators(file: &Parsed<'_>, of: Node<'_>) -> Vec<Decorator> {
    let mut cursor = of.walk();
    let nodes = of.named_children(&mut cursor).filter(|child| child.kind() == "decorator");
    nodes.filter_map(|node| decorator(file, node)).collect()
}

fn decorator(file: &Parsed<'_>, node: Node<'_>) -> Option<Decorator> {
    let inner = node.named_child(0)?;
    let name = callee(inner).unwrap_or(inner);
    Some(Decorator {
        name: dotted_name(file, name)?,
        span: Span::new(&file.path, name.byte_range()),
        arguments: all_arguments(file, inner),
    })
}
