//! Objects that are given to other code, which may declare routes on them.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::argument::Declaration;
use super::object::{Binding, Object, frameworks};
use super::walk::{Below, Walk};
use crate::analyze::calls::{HandedOn, Way};
use crate::analyze::definitions::{
    DEFAULT, Definition, Found, Function, Given, Meaning, functions_around, last_word, results_in,
};
use crate::analyze::expression::bare;
use crate::catalog::Extension;
use crate::source::{Language, ProjectPath, Span};
use crate::syntax::{Parsed, is_function};

impl<'a> Walk<'_, '_, 'a> {
    /// The object given to other code, which may declare routes on it.
    pub(super) fn handed_on(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let script = Language::of(&handed.span.file) == Some(Language::TypeScript);
        match &handed.way {
            Way::Argument => self.given(object, handed, below),
            Way::Named(name) => self.named(object, handed, name, below),
            Way::Returned => self.returned(object, handed, below),
            Way::Exported => self.exported(object, handed, below),
            // A router that is kept does nothing until something mounts it, and that is read where it stands.
            Way::Kept if script && !object.router => self.handed_away(handed, below),
            Way::Kept => {}
        }
    }

    /// The object as an argument.
    fn given(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let Some(to) = handed.to.as_deref() else { return self.handed_away(handed, below) };
        let last = to.rsplit('.').next().unwrap_or(to);
        // Mounting it is not a use of its own, and is read where it stands.
        let facts = object.facts;
        let file = &handed.span.file;
        let meaning = self.definitions.meaning(file, to, handed.span.start);
        let mounts = facts.mounts.iter().any(|mounts| mounts == last);
        if mounts || facts.follows.contains_key(last) || facts.routes.contains_key(last) {
            // A function of the project may have the name of a method: `search(app)`, `users.register(app)`.
            let own =
                matches!(&meaning, Meaning::Project(found) if matches!(found.definition, Definition::Function(_)));
            if to.contains('.') && !own {
                return;
            }
        }
        match meaning {
            Meaning::External(symbol) => self.given_to_library(object, handed, &symbol, below),
            Meaning::Project(found) => match &found.definition {
                Definition::Function(function) => self.of_function(object, handed, &found, function, below),
                Definition::Class(class) => match class.methods.iter().find(|method| method.name == "constructor") {
                    Some(constructor) => {
                        self.of_function(object, handed, &found, constructor, below);
                        let parameter = constructor.parameter(handed.keyword.as_deref(), handed.position);
                        // `constructor(private readonly app: Express)` keeps it by that name.
                        if let Some(name) = parameter.map(|name| format!("this.{name}")) {
                            self.bound(object, &Binding::local(&found.file, &name, &class.range), below);
                        }
                    }
                    None => self.handed_away(handed, below),
                },
                Definition::Value(_) | Definition::Variable => self.handed_away(handed, below),
            },
            Meaning::Unknown => self.handed_away(handed, below),
        }
    }

    /// The object as an argument of what a library brings.
    fn given_to_library(&mut self, object: &Object<'a>, handed: &HandedOn, symbol: &str, below: &Below) {
        let own = std::iter::once(object.facts);
        let mut all = own.chain(frameworks(self.context, &handed.span.file).map(|(_, facts)| facts));
        let known = all.find_map(|facts| {
            let listed = |symbols: &[String]| symbols.iter().any(|known| known == symbol);
            if listed(&facts.hosts) {
                Some(GivenTo::Host)
            } else if listed(&facts.functions) {
                Some(GivenTo::Function)
            } else if listed(&facts.wrappers) || facts.follows.contains_key(symbol) {
                Some(GivenTo::Mount)
            } else {
                facts.extended_by.get(symbol).map(GivenTo::Extension)
            }
        });
        match known {
            Some(GivenTo::Host) => self.hosted.push(handed.span.clone()),
            Some(GivenTo::Function) => self.functions.push(handed.span.clone()),
            // That is read where it stands.
            Some(GivenTo::Mount) => {}
            Some(GivenTo::Extension(extension)) => {
                if !self.extended(object, extension, handed, below) {
                    self.handed_away(handed, below);
                }
            }
            None => self.handed_away(handed, below),
        }
    }

    fn of_function(
        &mut self,
        object: &Object<'a>,
        handed: &HandedOn,
        found: &Found,
        function: &Function,
        below: &Below,
    ) {
        match function.parameter(handed.keyword.as_deref(), handed.position) {
            Some(parameter) => {
                self.bound(object, &Binding::local(&found.file, parameter, &function.range), below);
            }
            None => self.handed_away(handed, below),
        }
    }

    /// The object under one more name, once on each way that leads to it.
    pub(super) fn bound(&mut self, object: &Object<'a>, binding: &Binding, below: &Below) {
        if object.bindings.contains(binding) || self.bound.contains(binding) {
            return;
        }
        self.bound.push(binding.clone());
        self.binding(object, binding, below);
        self.bound.pop();
    }

    /// The object under another name of the same file.
    fn named(&mut self, object: &Object<'a>, handed: &HandedOn, name: &str, below: &Below) {
        match self.name_at(&handed.span.file, name, handed.span.start) {
            Some(binding) => self.bound(object, &binding, below),
            None => self.handed_away(handed, below),
        }
    }

    /// The object as a part of what a module gives as a whole: `export default { app }`.
    fn exported(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let Some(part) = &handed.keyword else { return self.handed_away(handed, below) };
        for (file, names) in self.context.graph.references(&handed.span.file, DEFAULT) {
            if file == handed.span.file {
                continue;
            }
            for name in names {
                self.bound(object, &Binding { file: file.clone(), name: format!("{name}.{part}"), local: None }, below);
            }
        }
    }

    /// What a name of a file stands for at a place of it.
    fn name_at(&self, file: &ProjectPath, name: &str, at: usize) -> Option<Binding> {
        match self.definitions.meaning(file, name, at) {
            Meaning::Project(found) if found.file == *file => {
                let local = (!found.module).then_some((found.scope.start, found.scope.end));
                Some(Binding { file: file.clone(), name: name.to_owned(), local })
            }
            Meaning::Project(_) | Meaning::External(_) | Meaning::Unknown => None,
        }
    }

    /// The object as what a function gives to those who call it.
    fn returned(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let (file, at) = (handed.span.file.clone(), handed.span.start);
        let around = self.context.with_tree_around(&file, &[at].into(), |parsed| {
            let function = functions_around(parsed, at).into_iter().next()?;
            let called = called_as(parsed, &function);
            Some((function, called))
        });
        let Some((function, called)) = around else { return self.handed_away(handed, below) };
        let place = (file.clone(), function.range.start);
        if self.returning.contains(&place) {
            return;
        }
        let graph = &self.context.graph;
        let mut calls: BTreeSet<(ProjectPath, String)> = BTreeSet::new();
        match called {
            CalledAs::Name(name) => {
                for (path, all) in graph.references(&file, &name) {
                    calls.extend(all.into_iter().map(|one| (path.clone(), one)));
                }
                calls.extend(graph.required_in_place(&file).into_iter().filter(|_| name == DEFAULT));
            }
            CalledAs::Method(name) => {
                let files = graph.importers(&file).map(|(importer, ..)| importer.clone());
                calls.extend(files.chain([file.clone()]).map(|path| (path, format!(".{name}"))));
            }
            CalledAs::Unknown => return self.handed_away(handed, below),
        }
        self.returning.push(place);
        for (path, called) in calls.into_iter().filter(|(path, _)| self.units.includes(self.unit, path)) {
            let text = self.context.project.text(&path).unwrap_or_default();
            let last = last_word(&called);
            let places = text.match_indices(last).map(|(at, _)| at).collect();
            let results = |parsed: &Parsed<'_>| Some(results_in(parsed, &called, &function, (&handed.name, at)));
            let found = self.context.with_tree_around(&path, &places, results);
            for given in found.into_iter().flatten() {
                self.result(object, handed, &path, given, below);
            }
        }
        self.returning.pop();
    }

    /// The object as the result of one call.
    fn result(&mut self, object: &Object<'a>, handed: &HandedOn, path: &ProjectPath, given: Given, below: &Below) {
        let away = |span: Span| HandedOn { name: handed.name.clone(), span, ..handed.clone() };
        match given {
            Given::Name(name, at) => match self.name_at(path, &name, at) {
                Some(binding) => self.bound(object, &binding, below),
                None => self.handed_away(&away(Span::new(path, at..at + name.len())), below),
            },
            Given::HandedOn(on) => self.handed_on(object, &HandedOn { name: handed.name.clone(), ..on }, below),
            // Whoever makes it listen where it is made does nothing else with it.
            Given::Method(method, _)
                if object.facts.listens.contains(&method) || object.facts.forms.contains(&method) => {}
            Given::Method(_, span) | Given::Away(span) => self.handed_away(&away(span), below),
        }
    }

    fn handed_away(&mut self, handed: &HandedOn, below: &Below) {
        let declaration = Declaration {
            file: &handed.span.file,
            at: handed.span.start,
            line: None,
            name: &handed.name,
            arguments: &[],
        };
        self.fall_back(below, &declaration, handed.span.clone());
    }
}

/// What a library does with an application that it is given.
enum GivenTo<'f> {
    Host,
    Function,
    Mount,
    Extension(&'f Extension),
}

/// How others may call a function.
enum CalledAs {
    /// By its own name, or that of a module's whole.
    Name(String),
    /// On an object of the class that it is in.
    Method(String),
    Unknown,
}

fn called_as(file: &Parsed<'_>, function: &Function) -> CalledAs {
    let node = file.root().descendant_for_byte_range(function.range.start, function.range.end);
    let itself = std::iter::successors(node, Node::parent).find(|node| is_function(*node));
    if let Some(method) = itself.filter(|node| node.kind() == "method_definition") {
        let mut cursor = method.walk();
        // What is read like a property is not called.
        let getter = method.children(&mut cursor).any(|part| part.kind() == "get");
        return if getter { CalledAs::Unknown } else { CalledAs::Method(function.name.clone()) };
    }
    if !function.name.is_empty() {
        return CalledAs::Name(function.name.clone());
    }
    let parent = itself.and_then(|node| node.parent());
    let outer = std::iter::successors(parent, Node::parent).find(|node| bare(*node).is_none());
    let left = outer.and_then(|outer| outer.child_by_field_name("left")).map(|left| file.text_of(left));
    match (outer.map(|outer| outer.kind()), left) {
        (Some("export_statement"), _) | (Some(_), Some("module.exports" | "exports")) => {
            CalledAs::Name(DEFAULT.to_owned())
        }
        (Some(_), Some(left)) => {
            let name = left.strip_prefix("module.").unwrap_or(left);
            CalledAs::Name(name.strip_prefix("exports.").unwrap_or(name).to_owned())
        }
        (Some(_) | None, _) => CalledAs::Unknown,
    }
}
