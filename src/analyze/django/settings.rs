//! What a settings module gives to a name, read from its statements and from those of the modules that it takes with a star.

use std::collections::BTreeSet;

use tree_sitter::Node;

use crate::source::{Language, Project, ProjectPath};
use crate::syntax::{Parsed, arguments, callee, imported_module, leave, member, starred_modules};

/// A settings module with all that it takes over, those that come first first.
pub(super) struct Settings<'a> {
    pub(super) files: Vec<Parsed<'a>>,
}

/// A value that is given to a setting, or added to it.
#[derive(Clone, Copy)]
pub(super) struct Value<'s, 'a> {
    pub(super) file: &'s Parsed<'a>,
    pub(super) node: Node<'s>,
    /// Whether it replaces what was there before, whatever happens.
    pub(super) certain: bool,
}

/// Names that lead to other names, followed before giving up.
const MAX_DEPTH: usize = 8;

impl<'a> Settings<'a> {
    /// The settings that `file` holds.
    pub(super) fn read(project: &'a Project, file: &ProjectPath) -> Self {
        let mut settings = Self { files: Vec::new() };
        settings.add(project, file, &mut BTreeSet::new());
        settings
    }

    fn add(&mut self, project: &'a Project, path: &ProjectPath, seen: &mut BTreeSet<ProjectPath>) {
        if !seen.insert(path.clone()) {
            return;
        }
        let Some(text) = project.text(path) else { return };
        for module in starred_modules(text) {
            if let Some(base) = imported_module(project, path, &module).module {
                self.add(project, &base, seen);
            }
        }
        self.files.extend(Parsed::new(path, text).filter(|file| file.grammar.language() == Language::Python));
    }

    /// The file itself.
    pub(super) fn own(&self) -> Option<&Parsed<'a>> {
        self.files.last()
    }

    /// Everything that is given to `name` or added to it, in order.
    pub(super) fn values(&self, name: &str) -> Vec<Value<'_, 'a>> {
        self.files.iter().flat_map(|file| values(file, name)).collect()
    }

    /// The string literals that `name` may hold, also by way of other names.
    pub(super) fn strings(&self, name: &str) -> Vec<(&Parsed<'a>, Node<'_>)> {
        let mut found = Vec::new();
        self.gather(name, MAX_DEPTH, &mut found);
        found
    }

    fn gather<'s>(&'s self, name: &str, depth: usize, found: &mut Vec<(&'s Parsed<'a>, Node<'s>)>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for value in self.values(name) {
            for node in inside(value.node) {
                match node.kind() {
                    "string" => found.push((value.file, node)),
                    "identifier" if value.file.text_of(node) != name => {
                        self.gather(value.file.text_of(node), depth, found);
                    }
                    // A grammar's kinds are open to us; no other one holds text or leads to some.
                    _ => {}
                }
            }
        }
    }

    /// The last value of `name`, where nothing that may or may not happen comes after it.
    pub(super) fn last(&self, name: &str) -> Option<Value<'_, 'a>> {
        self.values(name).pop().filter(|value| value.certain)
    }
}

/// What the statements of one file give to `name`.
pub(super) fn values<'s, 'a>(file: &'s Parsed<'a>, name: &str) -> Vec<Value<'s, 'a>> {
    let mut found = Vec::new();
    let mut cursor = file.root().walk();
    loop {
        let node = cursor.node();
        let at_top = node.parent().and_then(|parent| parent.parent()).is_some_and(|above| above.parent().is_none());
        let is_name = |node: Node<'_>| node.kind() == "identifier" && file.text_of(node) == name;
        let mut push = |node: Node<'s>, certain: bool| found.push(Value { file, node, certain });
        match node.kind() {
            "assignment" | "augmented_assignment" => {
                let (left, right) = (node.child_by_field_name("left"), node.child_by_field_name("right"));
                if let (Some(left), Some(right)) = (left, right)
                    && is_name(left)
                {
                    push(right, at_top && node.kind() == "assignment");
                }
            }
            "call" => {
                let object = callee(node).and_then(|callee| member(file, callee));
                if object.is_some_and(|(object, method)| is_name(object) && ADDS.contains(&file.text_of(method))) {
                    let list = node.child_by_field_name("arguments");
                    list.map(arguments).unwrap_or_default().iter().for_each(|argument| push(argument.value, false));
                }
            }
            // A grammar's kinds are open to us; all others give nothing to a name.
            _ => {}
        }
        let enters = !matches!(node.kind(), "function_definition" | "class_definition" | "lambda");
        let goes_on = (enters && cursor.goto_first_child()) || leave(&mut cursor);
        if !goes_on {
            return found;
        }
    }
}

/// Methods that add to a list.
const ADDS: [&str; 3] = ["append", "extend", "insert"];

/// A node and everything in it.
pub(super) fn inside(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(node) = found.get(next).copied() {
        let mut cursor = node.walk();
        found.extend(node.named_children(&mut cursor));
        next += 1;
    }
    found
}
