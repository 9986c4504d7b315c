//! Controllers: <https://docs.nestjs.com/controllers>.

use std::collections::BTreeSet;

use super::super::argument::Declaration;
use super::super::object::Object;
use super::super::walk::{Below, Walk, joined};
use super::class::{Class, Decorator, Handler};
use super::settings::{Settings, option_of};
use crate::analyze::definitions::{MAX_STEPS, Meaning};
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, read};
use crate::app::{Method, RoutePath};
use crate::catalog::PathSyntax;
use crate::source::{ProjectPath, Span};

impl<'a> Walk<'_, '_, 'a> {
    /// What a controller answers, below the paths that its module is put below.
    pub(super) fn nest_controller(
        &mut self,
        class: &Class,
        prefixes: &[RoutePath],
        settings: &Settings,
        object: &Object<'a>,
    ) {
        let facts = &self.context.catalog.nest().controller;
        let nowhere = [RoutePath::default()];
        let prefixes = if prefixes.is_empty() { &nowhere } else { prefixes };
        let Some(decorator) = self.decorated(&class.file, &class.decorators, &facts.decorators) else {
            let name = class.name.as_str();
            let declared = Declaration { file: &class.file, at: class.span.start, line: None, name, arguments: &[] };
            return self.nest_caught(settings, &RoutePath::default(), &declared, &class.span);
        };
        let declared = declaration(&class.file, decorator);
        let Some(paths) = self.nest_paths(&class.file, decorator) else {
            return self.nest_caught(settings, &RoutePath::default(), &declared, &decorator.span);
        };
        for prefix in prefixes {
            for path in &paths {
                match path {
                    WrittenPath::Known(path) => self.nest_handlers(class, &joined(prefix, path), settings, object),
                    WrittenPath::KnownUpTo(path) => {
                        self.nest_caught(settings, &joined(prefix, path), &declared, &decorator.span);
                    }
                }
            }
        }
    }

    /// The methods of a controller, and of the classes that it extends.
    fn nest_handlers(&mut self, class: &Class, path: &RoutePath, settings: &Settings, object: &Object<'a>) {
        let mut seen = BTreeSet::new();
        for handler in &class.methods {
            seen.insert(handler.name.clone());
            self.nest_handler(&class.file, handler, path, settings, object);
        }
        let (mut file, mut at, mut base) = (class.file.clone(), class.span.start, class.base.clone());
        for _ in 0..MAX_STEPS {
            let Some(class) = base.and_then(|base| self.class(&file, &base, at)) else { return };
            for handler in class.methods.iter().filter(|handler| seen.insert(handler.name.clone())) {
                self.nest_handler(&class.file, handler, path, settings, object);
            }
            (file, at, base) = (class.file, class.span.start, class.base);
        }
    }

    fn nest_handler(
        &mut self,
        file: &ProjectPath,
        handler: &Handler,
        path: &RoutePath,
        settings: &Settings,
        object: &Object<'a>,
    ) {
        let facts = &self.context.catalog.nest().controller;
        let mut routes = false;
        for decorator in &handler.decorators {
            let symbol = self.decorator_symbol(file, decorator);
            let Some(method) = symbol.and_then(|symbol| facts.routes.get(&symbol)) else { continue };
            routes = true;
            let declared = declaration(file, decorator);
            let Some(paths) = self.nest_paths(file, decorator) else {
                self.nest_caught(settings, path, &declared, &decorator.span);
                continue;
            };
            for own in paths {
                match own {
                    WrittenPath::Known(own) => {
                        self.nest_route(settings, &joined(path, &own), *method, &declared, object);
                    }
                    WrittenPath::KnownUpTo(own) => {
                        self.nest_caught(settings, &joined(path, &own), &declared, &decorator.span);
                    }
                }
            }
        }
        let composed = handler.decorators.iter().find(|decorator| !routes && self.is_composed(file, decorator));
        if let Some(decorator) = composed {
            self.nest_caught(settings, path, &declaration(file, decorator), &decorator.span);
        }
    }

    /// Whether a decorator of the project's own may be made of others.
    fn is_composed(&self, file: &ProjectPath, decorator: &Decorator) -> bool {
        let compose = &self.context.catalog.nest().controller.compose;
        match self.definitions.meaning(file, &decorator.name, decorator.span.start) {
            Meaning::Project(found) => {
                let text = self.context.project.text(&found.file).unwrap_or_default();
                compose.iter().any(|compose| text.contains(compose.as_str()))
            }
            Meaning::External(_) | Meaning::Unknown => false,
        }
    }

    fn nest_route(
        &mut self,
        settings: &Settings,
        path: &RoutePath,
        method: Method,
        declared: &Declaration<'_>,
        object: &Object<'a>,
    ) {
        let at = self.line(declared);
        let implied = object.facts.implies.get(&method).into_iter().flatten();
        let places =
            if settings.excludes(path, method) { std::slice::from_ref(&settings.root) } else { &settings.below };
        for method in std::iter::once(&method).chain(implied) {
            for below in places {
                self.add(below, path, *method, below.slash_optional, &at);
            }
        }
    }

    /// Lets everything below a path through.
    fn nest_caught(&mut self, settings: &Settings, path: &RoutePath, declared: &Declaration<'_>, span: &Span) {
        for below in &settings.below {
            let below = Below { path: joined(&below.path, path), ..below.clone() };
            self.fall_back(&below, declared, span.clone());
        }
    }

    /// The paths that a decorator is given, one that is empty where it is given none; `None` where they are not known.
    fn nest_paths(&self, file: &ProjectPath, decorator: &Decorator) -> Option<Vec<WrittenPath>> {
        let option = &self.context.catalog.nest().controller.path;
        let Some(first) = decorator.arguments.first() else {
            return Some(vec![WrittenPath::Known(RoutePath::default())]);
        };
        let value = if let Expression::Object(parts) = &first.value {
            match option_of(parts, option) {
                Some(path) => &path.value,
                None if parts.iter().all(|part| part.keyword.is_some()) => {
                    return Some(vec![WrittenPath::Known(RoutePath::default())]);
                }
                None => return None,
            }
        } else {
            &first.value
        };
        let at = decorator.span.start;
        let texts = self.definitions.texts(file, value, at).or_else(|| {
            let items = self.definitions.items(file, value, at).into_iter();
            let texts = items.map(|item| item.and_then(|(file, at, item)| self.definitions.texts(&file, &item, at)));
            Some(texts.collect::<Option<Vec<_>>>()?.concat())
        })?;
        Some(texts.into_iter().flatten().map(|text| read(PathSyntax::Colons, text.trim_matches('/'))).collect())
    }
}

fn declaration<'d>(file: &'d ProjectPath, decorator: &'d Decorator) -> Declaration<'d> {
    Declaration { file, at: decorator.span.start, line: None, name: &decorator.name, arguments: &decorator.arguments }
}
