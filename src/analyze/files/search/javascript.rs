//! The same for Node's modules for files: what code calls of them, under whatever name.

use tree_sitter::Node;

use super::{Name, Search, Thing, problem};
use crate::analyze::expression::outermost;
use crate::app::{Operation, SourceLine};
use crate::catalog::Files;
use crate::source::{LineIndex, ProjectPath, Span};
use crate::syntax::{
    Parsed, arguments, callee, definition_around, is_exports, is_shadowed, member, preorder, statement_of,
    string_literal,
};

/// What an expression is: the module, or one of its functions.
enum What {
    Module(Thing),
    Function(Thing, String),
}

impl Search<'_> {
    /// What the annotated statement itself says.
    pub(super) fn start_of_module(&mut self, file: &Parsed<'_>, node: Node<'_>) {
        let whole = match self.construct.client.symbol.rsplit_once('/') {
            Some(_) => Thing::Path,
            None => Thing::Module,
        };
        if node.kind() == "call_expression" {
            return self.follow_module(file, node, &What::Module(whole));
        }
        for part in preorder(node, |_| true) {
            match part.kind() {
                "import_specifier" => {
                    let name = part.child_by_field_name("name");
                    let local = part.child_by_field_name("alias").or(name);
                    let types_only = part.child(0).is_some_and(|first| first.kind() == "type");
                    if let (Some(name), Some(local)) = (name.filter(|_| !types_only), local) {
                        self.give(file, local, self.part_of(whole, file.text_of(name)), name);
                    }
                }
                "import_clause" | "import_require_clause" | "namespace_import" => {
                    let mut cursor = part.walk();
                    let own = part.named_children(&mut cursor).find(|child| child.kind() == "identifier");
                    if let Some(local) = own {
                        self.give(file, local, What::Module(whole), local);
                    }
                }
                // A grammar's kinds are open to us; the rest of an import gives no name.
                _ => {}
            }
        }
    }

    /// What a member of the module is.
    fn part_of(&self, module: Thing, name: &str) -> What {
        match name {
            "promises" => What::Module(Thing::Path),
            _ if self.facts.files.as_ref().is_some_and(|files| files.makes.iter().any(|known| known == name)) => {
                What::Module(module)
            }
            _ => What::Function(module, name.to_owned()),
        }
    }

    /// A name is given to what is of the store; `at` is where a diagnostic about it points.
    fn give(&mut self, file: &Parsed<'_>, local: Node<'_>, what: What, at: Node<'_>) {
        let scope = definition_around(file, local);
        let within = scope.map(|scope| (scope.start_byte(), scope.end_byte()));
        let (thing, method) = match what {
            What::Module(thing) => (thing, None),
            What::Function(thing, method) => {
                // An error where it is imported says more than one at each call.
                if self.refused(file, thing, &method, at) {
                    return;
                }
                (thing, Some(method))
            }
        };
        let name = Name { text: file.text_of(local).to_owned(), within, thing, method };
        self.add(&file.path.clone(), name, scope.is_none());
    }

    /// Every use of a name in the file.
    pub(super) fn uses_of_module(&mut self, file: &Parsed<'_>, name: &Name) {
        let uses: Vec<_> = preorder(file.root(), |_| true).filter(|node| is_meant(file, *node, name)).collect();
        for node in uses {
            let what = match &name.method {
                Some(method) => What::Function(name.thing, method.clone()),
                None => What::Module(name.thing),
            };
            self.follow_module(file, node, &what);
        }
    }

    fn follow_module(&mut self, file: &Parsed<'_>, node: Node<'_>, what: &What) {
        let node = outermost(node);
        let Some(parent) = node.parent() else { return };
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        match (what, parent.kind()) {
            (What::Module(thing), "member_expression") if is("object") => {
                let Some((_, name)) = member(file, parent) else { return };
                let part = self.part_of(*thing, file.text_of(name));
                match &part {
                    What::Module(_) => self.follow_module(file, parent, &part),
                    What::Function(thing, method) => {
                        if !self.refused(file, *thing, method, name) {
                            self.function(file, parent, method, name);
                        }
                    }
                }
            }
            (What::Module(thing), "variable_declarator") if is("value") => {
                if let Some(target) = parent.child_by_field_name("name") {
                    self.give_pattern(file, target, *thing);
                }
            }
            // Who takes it from there is looked at by the name that it has here.
            (What::Module(_), "assignment_expression") if is("right") && is_exported(file, node) => {}
            (What::Module(_), "expression_statement") => {}
            (What::Module(_), "pair" | "object") if is_exported(file, node) => {}
            (What::Module(_), _) => self.everything(file, node.start_byte()),
            (What::Function(_, method), _) => self.function(file, node, method, node),
        }
    }

    /// `const { readFile, promises: { stat } } = …`
    fn give_pattern(&mut self, file: &Parsed<'_>, target: Node<'_>, thing: Thing) {
        match target.kind() {
            "identifier" => self.give(file, target, What::Module(thing), target),
            "object_pattern" => {
                let mut cursor = target.walk();
                for part in target.named_children(&mut cursor) {
                    self.give_property(file, part, thing);
                }
            }
            _ => self.everything(file, target.start_byte()),
        }
    }

    fn give_property(&mut self, file: &Parsed<'_>, part: Node<'_>, thing: Thing) {
        let (key, value) = (part.child_by_field_name("key"), part.child_by_field_name("value"));
        match (part.kind(), key, value) {
            ("shorthand_property_identifier_pattern", ..) => {
                self.give(file, part, self.part_of(thing, file.text_of(part)), part);
            }
            ("pair_pattern", Some(key), Some(value)) => match self.part_of(thing, file.text_of(key)) {
                What::Module(thing) => self.give_pattern(file, value, thing),
                what @ What::Function(..) if value.kind() == "identifier" => self.give(file, value, what, key),
                What::Function(..) => self.everything(file, part.start_byte()),
            },
            ("comment", ..) => {}
            _ => self.everything(file, part.start_byte()),
        }
    }

    /// Reports what a store cannot serve.
    fn refused(&mut self, file: &Parsed<'_>, thing: Thing, method: &str, at: Node<'_>) -> bool {
        let Some(files) = &self.facts.files else { return false };
        let listed = |name: &str| self.facts.unsupported.get(name).cloned();
        let of_module = (thing == Thing::Module).then(|| listed(&format!("fs.{method}"))).flatten();
        let waits = files.synchronous_ending.as_ref().and_then(|ending| method.strip_suffix(ending.as_str()));
        let instead = of_module.or_else(|| listed(method)).or_else(|| {
            let other = waits?;
            Some(format!(
                "use `await fs.promises.{other}(…)`: what is not on the disk cannot be waited for in one step"
            ))
        });
        if instead.is_none() && (!self.facts.closed || self.is_known(files, method)) {
            return false;
        }
        let at = Span::new(&file.path, at.byte_range());
        let annotation = self.construct.annotation;
        self.found.problems.push(problem::unsupported(annotation, self.facts.kind, at, method, instead.as_deref()));
        true
    }

    /// A function of the module, which is `node`, called or handed to other code.
    fn function(&mut self, file: &Parsed<'_>, node: Node<'_>, method: &str, at: Node<'_>) {
        let Some(files) = &self.facts.files else { return };
        let whole = outermost(node);
        let call = whole.parent().filter(|call| call.kind() == "call_expression" && callee(*call) == Some(whole));
        let span = Span::new(&file.path, at.byte_range());
        if let Some(position) = files.opens.get(method).copied() {
            match call {
                Some(call) => self.opened_by(file, (call, method), position, (files, &span)),
                None => self.everything(file, at.start_byte()),
            }
        }
        if let Some(call) = call.filter(|_| files.by_path.iter().any(|known| known == method)) {
            self.first_place(file, call);
        }
        for operation in self.operations(method) {
            self.check_secret(&operation, &span, method);
            self.record_line(file, at, operation);
        }
    }

    /// What a call does by its flag: a text, or a property of the options.
    fn opened_by(
        &mut self,
        file: &Parsed<'_>,
        (call, method): (Node<'_>, &str),
        position: usize,
        (files, at): (&Files, &Span),
    ) {
        let given = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
        let usual = files.modes.get(method).map_or("r", String::as_str);
        let mode = match given.get(position).map(|argument| argument.value) {
            None => Some(usual),
            Some(node) if matches!(node.kind(), "arrow_function" | "function_expression") => Some(usual),
            Some(node) if node.kind() == "object" => flag_in(file, node, usual),
            // In the place of options stands the encoding.
            Some(node) if files.modes.contains_key(method) => string_literal(file, node).map(|_| usual),
            Some(node) => string_literal(file, node),
        };
        let Some(mode) = mode else { return self.everything(file, call.start_byte()) };
        if !mode.contains('w') || mode.contains('+') {
            self.record_line(file, call, Operation::Read);
        }
        if mode.contains(['w', 'a', '+']) {
            self.check_secret(&Operation::Write, at, method);
            self.record_line(file, call, Operation::Write);
        } else {
            self.check_project(file, call);
        }
    }

    fn record_line(&mut self, file: &Parsed<'_>, node: Node<'_>, operation: Operation) {
        let line =
            SourceLine { file: file.path.clone(), line: LineIndex::new(file.text).position(node.start_byte()).line };
        let path: ProjectPath = file.path.clone();
        self.found.operations.entry(path).or_default().insert((operation, line));
    }
}

/// The flag that options name; the usual one where they name none, `None` where that cannot be told.
fn flag_in<'t>(file: &Parsed<'t>, options: Node<'_>, usual: &'t str) -> Option<&'t str> {
    let mut cursor = options.walk();
    for part in options.named_children(&mut cursor) {
        let key = part.child_by_field_name("key").map(|key| file.text_of(key));
        match (part.kind(), key) {
            ("pair", Some("flag" | "flags")) => return string_literal(file, part.child_by_field_name("value")?),
            ("spread_element", _) => return None,
            ("shorthand_property_identifier", _) if matches!(file.text_of(part), "flag" | "flags") => return None,
            _ => {}
        }
    }
    Some(usual)
}

/// Whether a node is a use of the name: no declaration, no property of something else.
fn is_meant(file: &Parsed<'_>, node: Node<'_>, name: &Name) -> bool {
    if !matches!(node.kind(), "identifier" | "member_expression" | "shorthand_property_identifier")
        || file.text_of(node) != name.text
    {
        return false;
    }
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    let used = match parent.kind() {
        "variable_declarator" => !is("name"),
        "import_clause"
        | "import_require_clause"
        | "import_specifier"
        | "namespace_import"
        | "export_specifier"
        | "type_query"
        | "nested_identifier"
        | "formal_parameters"
        | "export_statement" => false,
        "required_parameter" | "optional_parameter" => is("value"),
        _ => true,
    };
    let first = name.text.split('.').next().unwrap_or_default();
    used && match name.within {
        Some((start, end)) => start <= node.start_byte() && node.end_byte() <= end,
        None => !is_shadowed(file, node, first),
    }
}

/// Whether an object literal is what the module exports.
fn is_exported(file: &Parsed<'_>, node: Node<'_>) -> bool {
    let mut at = node.parent();
    while let Some(around) = at.filter(|around| matches!(around.kind(), "pair" | "object")) {
        at = around.parent();
    }
    at.is_some_and(|outer| {
        outer.kind() == "assignment_expression"
            && outer.child_by_field_name("left").is_some_and(|left| is_exports(file.text_of(left)))
            && statement_of(outer).parent().is_some_and(|parent| parent.kind() == "program")
    })
}
