//! Modules: <https://docs.nestjs.com/modules>.

use std::collections::{BTreeMap, BTreeSet};

use super::super::argument::Declaration;
use super::super::object::{Made, Mounted, Object};
use super::super::refusal::of_web_socket;
use super::super::walk::{Below, Walk, joined};
use super::Place;
use super::class::Class;
use super::settings::option_of;
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definition, Found, Meaning};
use crate::analyze::expression::{Call, Expression};
use crate::analyze::path::{WrittenPath, read};
use crate::app::RoutePath;
use crate::catalog::PathSyntax;
use crate::source::{ProjectPath, Span};

/// A class of the project: its file and its name.
pub(super) type Key = (ProjectPath, String);

/// The modules of an application.
#[derive(Default)]
pub(super) struct Modules {
    seen: BTreeSet<Key>,
    /// Where the classes stand of which that is known already: each file of one would be parsed again.
    read: BTreeSet<(ProjectPath, usize)>,
    /// Lists and descriptions in each other that are being read.
    depth: usize,
    /// The functions whose results are being read: file and position. One that calls itself gives nothing new.
    entered: Vec<(ProjectPath, usize)>,
    /// Each controller, with the module that lists it.
    pub(super) controllers: Vec<(Key, Class)>,
    /// The paths that modules are put below.
    pub(super) prefixes: BTreeMap<Key, Vec<RoutePath>>,
}

/// Names of names, and descriptions in descriptions: nobody writes more.
const MAX_DEPTH: usize = 16;

impl<'a> Walk<'_, '_, 'a> {
    /// What stands in a list of modules.
    pub(super) fn nest_module(
        &mut self,
        place: &Place<'_>,
        value: &Expression,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        modules.depth += 1;
        if modules.depth > MAX_DEPTH {
            self.nest_unknown(place, below);
        } else {
            self.nest_module_within(place, value, modules, object, below);
        }
        modules.depth -= 1;
    }

    fn nest_module_within(
        &mut self,
        place: &Place<'_>,
        value: &Expression,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        match value {
            Expression::Name(name) => match self.definitions.meaning(place.file, name, place.at) {
                Meaning::External(symbol) => self.nest_library(place, &symbol, None, modules, object, below),
                Meaning::Project(found) => match &found.definition {
                    Definition::Class(_) => self.nest_found_class(place, &found, modules, object, below),
                    Definition::Value(value) => {
                        let place = Place { file: &found.file, at: found.at, ..*place };
                        let value = value.clone();
                        self.nest_module(&place, &value, modules, object, below);
                    }
                    Definition::Function(_) | Definition::Variable => self.nest_unknown(place, below),
                },
                Meaning::Unknown => self.nest_unknown(place, below),
            },
            Expression::Call(call) => self.nest_made(place, call, modules, object, below),
            Expression::Object(parts) => self.nest_description(place, parts, None, modules, object, below),
            Expression::None | Expression::Bool(_) => {}
            Expression::List(_) | Expression::Spread(_) | Expression::Either(..) => {
                self.nest_modules(place, value, modules, object, below);
            }
            Expression::Text(_)
            | Expression::Join(_)
            | Expression::Function(_)
            | Expression::Method(..)
            | Expression::Member(..)
            | Expression::Other => self.nest_unknown(place, below),
        }
    }

    fn nest_modules(
        &mut self,
        place: &Place<'_>,
        list: &Expression,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        for item in self.definitions.items(place.file, list, place.at) {
            match item {
                Some((file, at, item)) => {
                    let span = if file == *place.file { place.span.clone() } else { at..at + 1 };
                    let place = Place { file: &file, at, name: place.name, span: &span };
                    self.nest_module(&place, &item, modules, object, below);
                }
                None => self.nest_unknown(place, below),
            }
        }
    }

    /// `ConfigModule.forRoot()`, `forwardRef(() => CatsModule)`.
    fn nest_made(&mut self, place: &Place<'_>, call: &Call, modules: &mut Modules, object: &Object<'a>, below: &Below) {
        let facts = &self.context.catalog.nest().module;
        match self.definitions.meaning(place.file, &call.callee, place.at) {
            Meaning::External(symbol) if facts.forward.contains(&symbol) => {
                let given = call.arguments.first().and_then(|given| given.text.split("=>").nth(1));
                let name = given.map_or("", str::trim).to_owned();
                self.nest_module(place, &Expression::Name(name), modules, object, below);
            }
            Meaning::External(symbol) => {
                let module = symbol.rsplit_once('.').map_or(symbol.as_str(), |(module, _)| module);
                self.nest_library(place, module, Some(call), modules, object, below);
            }
            Meaning::Project(found) => match &found.definition {
                Definition::Function(function) if !function.returns.is_empty() => {
                    let entered = (found.file.clone(), function.range.start);
                    if modules.entered.contains(&entered) {
                        return self.nest_unknown(place, below);
                    }
                    modules.entered.push(entered);
                    let class = self.class_at(&found.file, found.at).filter(|_| call.callee.contains('.'));
                    let own = class.as_ref().map(key);
                    for (value, at) in &function.returns {
                        let span = *at..*at + 1;
                        let place = Place { file: &found.file, at: *at, name: &function.name, span: &span };
                        if let Expression::Object(parts) = value {
                            self.nest_description(&place, parts, own.as_ref(), modules, object, below);
                        } else {
                            self.nest_module(&place, value, modules, object, below);
                        }
                    }
                    modules.entered.pop();
                    if let Some(class) = class {
                        self.nest_class(place, &class, modules, object, below);
                    }
                }
                Definition::Function(_) | Definition::Value(_) | Definition::Class(_) | Definition::Variable => {
                    self.nest_unknown(place, below);
                }
            },
            Meaning::Unknown => self.nest_unknown(place, below),
        }
    }

    /// A module of a library.
    fn nest_library(
        &mut self,
        place: &Place<'_>,
        symbol: &str,
        call: Option<&Call>,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        let facts = &self.context.catalog.nest().module;
        let is = |list: &[String]| list.iter().any(|known| known == symbol);
        if is(&facts.quiet) {
            return;
        }
        let declaration = Declaration { file: place.file, at: place.at, line: None, name: place.name, arguments: &[] };
        if let Some(endpoint) = object.facts.endpoints.get(symbol) {
            let arguments = call.map_or_else(Vec::new, |call| call.arguments.clone());
            let made = Made { file: place.file.clone(), at: place.at, arguments };
            return self.endpoint(endpoint, &made, object.facts, below, false);
        }
        if is(&object.facts.files) {
            let span = Span::new(place.file, place.span.clone());
            return self.mounted(&Mounted::Files, &declaration, &span, below, true);
        }
        let prefixes = call.filter(|_| is(&facts.prefixes.symbols)).and_then(|call| call.arguments.first());
        match prefixes {
            Some(entries) => self.nest_prefixes(place, &entries.value, &RoutePath::default(), modules, below),
            None => self.nest_unknown(place, below),
        }
    }

    /// `[{ path: "admin", module: AdminModule, children: […] }]`
    fn nest_prefixes(
        &mut self,
        place: &Place<'_>,
        entries: &Expression,
        above: &RoutePath,
        modules: &mut Modules,
        below: &Below,
    ) {
        let facts = &self.context.catalog.nest().module.prefixes;
        for item in self.definitions.items(place.file, entries, place.at) {
            let Some((file, at, Expression::Object(parts))) = item else {
                self.nest_unknown(place, below);
                continue;
            };
            let path = option_of(&parts, &facts.path)
                .map_or(Some(vec![Some(String::new())]), |path| self.definitions.texts(&file, &path.value, at));
            let path = path.and_then(|texts| match <[Option<String>; 1]>::try_from(texts) {
                Ok([Some(text)]) => Some(read(PathSyntax::Colons, text.trim_matches('/'))),
                Ok([None]) | Err(_) => None,
            });
            let Some(WrittenPath::Known(path)) = path else {
                self.nest_unknown(place, below);
                continue;
            };
            let path = joined(above, &path);
            let module = option_of(&parts, &facts.module).and_then(|module| module.name.clone());
            if let Some(class) = module.and_then(|name| self.class(&file, &name, at)) {
                modules.prefixes.entry(key(&class)).or_default().push(path.clone());
            }
            if let Some(children) = option_of(&parts, &facts.children) {
                let inner = Place { file: &file, at, ..*place };
                modules.depth += 1;
                if modules.depth > MAX_DEPTH {
                    self.nest_unknown(place, below);
                } else {
                    self.nest_prefixes(&inner, &children.value, &path, modules, below);
                }
                modules.depth -= 1;
            }
        }
    }

    fn nest_found_class(
        &mut self,
        place: &Place<'_>,
        found: &Found,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        let at = (found.file.clone(), found.at);
        if modules.read.contains(&at) {
            return;
        }
        match self.class_at(&found.file, found.at) {
            Some(class) => {
                modules.read.insert(at);
                self.nest_class(place, &class, modules, object, below);
            }
            None => self.nest_unknown(place, below),
        }
    }

    fn nest_class(
        &mut self,
        place: &Place<'_>,
        class: &Class,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        let key = key(class);
        if !modules.seen.insert(key.clone()) {
            return;
        }
        let facts = &self.context.catalog.nest().module;
        let Some(decorator) = self.decorated(&class.file, &class.decorators, &facts.decorators) else {
            return self.nest_unknown(place, below);
        };
        let Some(description) = decorator.arguments.first() else { return };
        let span = decorator.span.start..decorator.span.end;
        let here = Place { file: &class.file, at: span.start, name: &decorator.name, span: &span };
        match self.nest_object(&here, &description.value) {
            Some(parts) => self.nest_description(&here, &parts, Some(&key), modules, object, below),
            None => self.nest_unknown(&here, below),
        }
    }

    /// The parts of an object, also of one that has a name.
    fn nest_object(&self, place: &Place<'_>, value: &Expression) -> Option<Vec<CallArgument>> {
        match value {
            Expression::Object(parts) => Some(parts.clone()),
            Expression::Name(name) => match self.definitions.meaning(place.file, name, place.at) {
                Meaning::Project(found) => match &found.definition {
                    Definition::Value(Expression::Object(parts)) if found.file == *place.file => Some(parts.clone()),
                    Definition::Value(_) | Definition::Function(_) | Definition::Class(_) | Definition::Variable => {
                        None
                    }
                },
                Meaning::External(_) | Meaning::Unknown => None,
            },
            Expression::Text(_)
            | Expression::None
            | Expression::Bool(_)
            | Expression::Join(_)
            | Expression::List(_)
            | Expression::Spread(_)
            | Expression::Either(..)
            | Expression::Call(_)
            | Expression::Function(_)
            | Expression::Method(..)
            | Expression::Member(..)
            | Expression::Other => None,
        }
    }

    /// `{ module: CatsModule, imports: […], controllers: […] }`
    fn nest_description(
        &mut self,
        place: &Place<'_>,
        parts: &[CallArgument],
        own: Option<&Key>,
        modules: &mut Modules,
        object: &Object<'a>,
        below: &Below,
    ) {
        let facts = &self.context.catalog.nest().module;
        let named = option_of(parts, &facts.class).and_then(|class| class.name.as_deref());
        let class = named.filter(|name| *name != "this").and_then(|name| self.class(place.file, name, place.at));
        let key = class.as_ref().map(key).or_else(|| own.cloned());
        // What a library's own base describes has no controllers: `...super.register(options)`.
        let spread = parts.iter().any(|part| part.keyword.is_none() && !part.text.contains("super."));
        if spread {
            self.nest_unknown(place, below);
        }
        if let Some(controllers) = option_of(parts, &facts.controllers) {
            self.nest_controllers(place, controllers, key.as_ref(), modules, below);
        }
        if let Some(imports) = option_of(parts, &facts.imports) {
            let place = Place { name: &facts.imports, span: &imports.range, ..*place };
            self.nest_modules(&place, &imports.value, modules, object, below);
        }
        if let Some(providers) = option_of(parts, &facts.providers) {
            self.nest_providers(place, providers);
        }
        if let Some(class) = class {
            self.nest_class(place, &class, modules, object, below);
        }
    }

    fn nest_controllers(
        &mut self,
        place: &Place<'_>,
        list: &CallArgument,
        module: Option<&Key>,
        modules: &mut Modules,
        below: &Below,
    ) {
        let name = &self.context.catalog.nest().module.controllers;
        let whole = Place { name, span: &list.range, ..*place };
        for item in self.definitions.items(place.file, &list.value, place.at) {
            let class = match item {
                Some((file, at, Expression::Name(name))) => self.class(&file, &name, at),
                Some(_) | None => None,
            };
            match class {
                Some(class) => {
                    let module = module.cloned().unwrap_or_else(|| key(&class));
                    modules.controllers.push((module, class));
                }
                None => self.nest_unknown(&whole, below),
            }
        }
    }

    /// Providers answer no requests, but connections of another kind.
    fn nest_providers(&mut self, place: &Place<'_>, list: &CallArgument) {
        let refused = &self.context.catalog.nest().module.refuses;
        for item in self.definitions.items(place.file, &list.value, place.at).into_iter().flatten() {
            let (file, at, Expression::Name(name)) = item else { continue };
            let Some(class) = self.class(&file, &name, at) else { continue };
            if let Some(decorator) = self.decorated(&class.file, &class.decorators, refused) {
                self.diagnostics.push(of_web_socket(&decorator.name, decorator.span.clone()));
            }
        }
    }
}

pub(super) fn key(class: &Class) -> Key {
    (class.file.clone(), class.name.clone())
}
