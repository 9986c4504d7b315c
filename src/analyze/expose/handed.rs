//! Objects that are given to other code, which may declare routes on them.

use super::argument::Declaration;
use super::object::{Binding, Object, frameworks};
use super::walk::{Below, Walk};
use crate::analyze::calls::{HandedOn, Way};
use crate::analyze::definitions::{Definition, Found, Function, Meaning, functions_around, results_in};
use crate::catalog::Expose;
use crate::source::Language;
use crate::syntax::Parsed;

impl<'a> Walk<'_, '_, 'a> {
    /// The object given to other code, which may declare routes on it.
    pub(super) fn handed_on(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let script = Language::of(&handed.span.file) == Some(Language::TypeScript);
        match &handed.way {
            Way::Argument => self.given(object, handed, below),
            Way::Named(name) => self.named(object, handed, name, below),
            Way::Returned => self.returned(object, handed, below),
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
            Meaning::External(symbol) => {
                let of = |facts: &Expose| {
                    let mut listed = facts.hosts.iter().chain(&facts.wrappers).chain(facts.follows.keys());
                    listed.any(|known| *known == symbol)
                };
                if of(object.facts) || frameworks(self.context, file).any(|(_, facts)| of(facts)) {
                    self.hosted.push(handed.span.clone());
                } else {
                    self.handed_away(handed, below);
                }
            }
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
        let (file, at) = (&handed.span.file, handed.span.start);
        let own = match self.definitions.meaning(file, name, at) {
            Meaning::Project(found) if found.file == *file => {
                let local = (!found.module).then_some((found.scope.start, found.scope.end));
                Some(Binding { file: file.clone(), name: name.to_owned(), local })
            }
            Meaning::Project(_) | Meaning::External(_) | Meaning::Unknown => None,
        };
        match own {
            Some(binding) => self.bound(object, &binding, below),
            None => self.handed_away(handed, below),
        }
    }

    /// The object as what a function gives to those who call it.
    fn returned(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let file = handed.span.file.clone();
        let function = self.context.with_tree_around(&file, &[handed.span.start].into(), |parsed| {
            functions_around(parsed, handed.span.start).into_iter().find(|function| !function.name.is_empty())
        });
        let Some(function) = function else { return };
        for (path, names) in self.context.graph.references(&file, &function.name) {
            if !self.units.includes(self.unit, &path) {
                continue;
            }
            for called in names {
                let text = self.context.project.text(&path).unwrap_or_default();
                let last = called.rsplit('.').next().unwrap_or(&called);
                let results = |parsed: &Parsed<'_>| Some(results_in(parsed, &called, &function, &handed.name));
                let places = text.match_indices(last).map(|(at, _)| at).collect();
                let found = self.context.with_tree_around(&path, &places, results);
                for (name, local) in found.into_iter().flatten() {
                    let local = local.map(|scope| (scope.start, scope.end));
                    self.bound(object, &Binding { file: path.clone(), name, local }, below);
                }
            }
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
