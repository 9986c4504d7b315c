//! What calls on an application say of all its routes.

use super::super::argument::Declaration;
use super::super::object::Object;
use super::super::shape;
use super::super::walk::{Below, Walk, joined};
use crate::analyze::calls::{Call, CallArgument};
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, catch_all, read};
use crate::app::{Method, RoutePath};
use crate::catalog::PathSyntax;
use crate::source::Span;

/// What all routes are below.
pub(super) struct Settings {
    /// The application's own place.
    pub(super) root: Below,
    /// The places below its prefix: one for each value that the prefix can have.
    pub(super) below: Vec<Below>,
    /// The routes that stay outside of the prefix.
    excluded: Vec<(RoutePath, Option<Method>)>,
}

impl Settings {
    /// Whether a route stays outside of the prefix.
    pub(super) fn excludes(&self, path: &RoutePath, method: Method) -> bool {
        let path = shape(path);
        self.excluded
            .iter()
            .any(|(excluded, of)| *excluded == path && of.is_none_or(|of| of == method || of == Method::Any))
    }
}

impl<'a> Walk<'_, '_, 'a> {
    pub(super) fn nest_settings(&mut self, object: &Object<'a>, below: &Below) -> Settings {
        let facts = &self.context.catalog.nest().application;
        let mut settings = Settings { root: below.clone(), below: vec![below.clone()], excluded: Vec::new() };
        let made = &object.made.arguments;
        if option(made.get(1..).unwrap_or_default(), &facts.cors_option)
            .is_some_and(|cors| cors.value != Expression::Bool(false))
        {
            self.nest_preflights(&object.made.declaration(object.library), below);
        }
        for call in self.calls_on_object(object) {
            let declaration = Declaration {
                file: &call.at.file,
                at: call.method_range.start,
                line: Some(call.at.line),
                name: &call.method,
                arguments: &call.arguments,
            };
            let span = Span::new(&call.at.file, call.method_range.clone());
            if call.method == facts.prefix {
                self.nest_prefix(&call, &declaration, &span, &mut settings);
            } else if call.method == facts.versioning {
                let kind = option(&call.arguments, &facts.version_type).map_or("", |kind| kind.text.as_str());
                let of_headers = facts.in_headers.iter().any(|known| kind.rsplit('.').next() == Some(known));
                if !of_headers {
                    settings.below =
                        settings.below.iter().map(|below| self.unknown(below, &declaration, &span)).collect();
                }
            } else if facts.below.contains(&call.method) {
                self.fall_back(below, &declaration, span);
            } else if call.method == facts.cors {
                self.nest_preflights(&declaration, below);
            }
        }
        settings
    }

    fn nest_prefix(&mut self, call: &Call, declaration: &Declaration<'_>, span: &Span, settings: &mut Settings) {
        let facts = &self.context.catalog.nest().application;
        let root = settings.root.clone();
        let texts = call
            .arguments
            .first()
            .and_then(|first| self.definitions.texts(&call.at.file, &first.value, call.method_range.start));
        settings.below = match texts {
            Some(texts) => {
                texts.into_iter().flatten().map(|text| self.nest_below(&root, &text, declaration, span)).collect()
            }
            None => vec![self.unknown(&root, declaration, span)],
        };
        let Some(list) = option(call.arguments.get(1..).unwrap_or_default(), &facts.exclude) else { return };
        for item in self.definitions.items(&call.at.file, &list.value, call.method_range.start) {
            match item.and_then(|(file, at, item)| self.nest_excluded(&file, at, &item)) {
                Some(excluded) => settings.excluded.push(excluded),
                None => self.fall_back(&root, declaration, span.clone()),
            }
        }
    }

    /// The place below a path.
    fn nest_below(&mut self, below: &Below, text: &str, declaration: &Declaration<'_>, span: &Span) -> Below {
        match read(PathSyntax::Colons, text.trim_matches('/')) {
            WrittenPath::Known(path) => Below { path: joined(&below.path, &path), ..below.clone() },
            WrittenPath::KnownUpTo(path) => {
                let below = Below { path: joined(&below.path, &path), ..below.clone() };
                self.unknown(&below, declaration, span)
            }
        }
    }

    /// `"health"`, or `{ path: "health", method: RequestMethod.GET }`.
    fn nest_excluded(
        &self,
        file: &crate::source::ProjectPath,
        at: usize,
        item: &Expression,
    ) -> Option<(RoutePath, Option<Method>)> {
        let facts = &self.context.catalog.nest().application;
        let (path, method) = if let Expression::Object(parts) = item {
            let method = option_of(parts, &facts.exclude_method);
            let method = method.map(|method| method.text.rsplit('.').next().unwrap_or_default());
            let named = |method| if method == facts.any_method { Some(Method::Any) } else { Method::named(method) };
            (
                &option_of(parts, &facts.exclude_path)?.value,
                method.map_or(Some(None), |method| named(method).map(Some))?,
            )
        } else {
            (item, None)
        };
        let texts = self.definitions.texts(file, path, at)?;
        let [Some(text)] = &texts[..] else { return None };
        match read(PathSyntax::Colons, text.trim_matches('/')) {
            WrittenPath::Known(path) => Some((shape(&path), method)),
            WrittenPath::KnownUpTo(_) => None,
        }
    }

    fn nest_preflights(&mut self, declaration: &Declaration<'_>, below: &Below) {
        let at = self.line(declaration);
        for path in catch_all(RoutePath::default()) {
            self.add(below, &path, Method::Options, false, &at);
        }
    }
}

/// An option of the first argument that has it.
fn option<'o>(arguments: &'o [CallArgument], name: &str) -> Option<&'o CallArgument> {
    arguments.iter().find_map(|argument| option_of(argument.value.parts(), name))
}

/// The part of an object that has a name.
pub(super) fn option_of<'o>(parts: &'o [CallArgument], name: &str) -> Option<&'o CallArgument> {
    parts.iter().rev().find(|part| part.keyword.as_deref() == Some(name))
}
