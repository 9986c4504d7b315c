//! What one declaration of a route or a mount comes to.

use super::argument::{Declaration, Given};
use super::object::Object;
use super::view::{Answers, answers};
use super::walk::{Below, Walk, joined};
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definition, Meaning, Texts};
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, read_all};
use crate::app::{Method, RoutePath, RouteSegment};
use crate::catalog::{Expose, ListedRoute, PathSyntax, RouteCall};
use crate::source::Span;

/// A path and whether it is all of it.
pub(super) struct Path {
    pub(super) path: RoutePath,
    pub(super) known: bool,
}

impl Path {
    pub(super) fn of(written: WrittenPath) -> Self {
        match written {
            WrittenPath::Known(path) => Self { path, known: true },
            WrittenPath::KnownUpTo(path) => Self { path, known: false },
        }
    }
}

impl<'a> Walk<'_, '_, 'a> {
    /// A call that declares a route.
    pub(super) fn route(
        &mut self,
        facts: &'a Expose,
        route: &RouteCall,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
    ) {
        let listed = match route {
            RouteCall::Fixed(_) => None,
            RouteCall::Listed(listed) => Some(listed),
        };
        let named = [facts.path_parameter.clone()];
        let parameters = listed.map_or(&named[..], |listed| &listed.parameters);
        let first = listed.and_then(|listed| listed.path.as_ref()).or(parameters.first());
        let path = first.map_or("path", String::as_str);
        let unnamed = if listed.is_none() { self.without_name(facts, declaration) } else { *declaration };
        let given = self.given_options(&unnamed);
        let declaration = &Declaration { arguments: given.as_deref().unwrap_or(unnamed.arguments), ..unnamed };
        let paths = self.paths(declaration, parameters, path, facts.path_syntax, &below.path);
        let Some(paths) = paths.filter(|paths| !paths.is_empty()) else {
            return self.fall_back(below, declaration, span.clone());
        };
        let mut methods = match (route, listed) {
            (RouteCall::Fixed(method), _) => vec![*method],
            (RouteCall::Listed(_), Some(listed)) => self.methods(listed, declaration, span),
            (RouteCall::Listed(_), None) => Vec::new(),
        };
        let implies = listed.and_then(|listed| listed.implies.as_ref()).unwrap_or(&facts.implies);
        let more: Vec<_> = methods.iter().filter_map(|method| implies.get(method)).flatten().copied().collect();
        let declared = methods.len();
        methods.extend(more);
        let at = self.line(declaration);
        let slash_optional = slash_optional(object, below.slash_optional, declaration.arguments);
        for Path { mut path, known } in paths {
            let root = path.0.is_empty() && !below.path.0.is_empty();
            let slash_optional = slash_optional || root && facts.slashes.root;
            if known {
                for (position, method) in methods.iter().enumerate() {
                    let by_itself = position >= declared && object.facts.slashes.declared;
                    self.add(below, &path, *method, slash_optional && !by_itself, &at);
                }
                if facts.rest_optional && matches!(path.0.last(), Some(RouteSegment::Rest(_))) {
                    path.0.pop();
                    for method in &methods {
                        self.add(below, &path, *method, slash_optional, &at);
                    }
                }
            } else {
                let below = Below { path: joined(&below.path, &path), ..below.clone() };
                self.fall_back(&below, declaration, span.clone());
            }
        }
    }

    /// The paths that a parameter is given; `None` where they are not known, one that is empty where there is none.
    pub(super) fn paths(
        &self,
        declaration: &Declaration<'_>,
        parameters: &[String],
        name: &str,
        syntax: PathSyntax,
        below: &RoutePath,
    ) -> Option<Vec<Path>> {
        let texts = match declaration.texts(self.definitions, parameters, name) {
            Given::Texts(texts) => texts,
            Given::Nothing => return Some(Vec::new()),
            Given::Unknown => self.texts_of_items(declaration, &declaration.argument(parameters, name)?.value)?,
        };
        let read = |text: String| {
            let paths = read_all(syntax, &text).into_iter().map(move |written| match written {
                // Below a prefix, `/` is a slash at its end, except where it is the prefix itself.
                WrittenPath::Known(path)
                    if text == "/" && syntax != PathSyntax::Colons && path.0.is_empty() && !below.0.is_empty() =>
                {
                    Path { path: RoutePath(vec![RouteSegment::Literal(String::new())]), known: true }
                }
                written @ (WrittenPath::Known(_) | WrittenPath::KnownUpTo(_)) => Path::of(written),
            });
            paths.collect::<Vec<_>>()
        };
        Some(texts.into_iter().flatten().flat_map(read).collect())
    }

    /// The arguments with the options that the first one is the name of: `fastify.route(list)`.
    fn given_options(&self, declaration: &Declaration<'_>) -> Option<Vec<CallArgument>> {
        let (first, rest) = declaration.arguments.split_first()?;
        let Expression::Name(name) = &first.value else { return None };
        let Meaning::Project(found) = self.definitions.meaning(declaration.file, name, declaration.at) else {
            return None;
        };
        let options = match &found.definition {
            Definition::Value(options @ Expression::Object(_)) if found.file == *declaration.file => options.clone(),
            Definition::Value(_) | Definition::Function(_) | Definition::Class(_) | Definition::Variable => {
                return None;
            }
        };
        let first = CallArgument { value: options, ..first.clone() };
        Some(std::iter::once(first).chain(rest.iter().cloned()).collect())
    }

    /// The declaration without the name that a route may have before its path: `router.get("user", "/users/:id", show)`.
    fn without_name<'d>(&self, facts: &Expose, declaration: &Declaration<'d>) -> Declaration<'d> {
        let path = declaration.arguments.get(1).filter(|_| facts.names_first && declaration.arguments.len() > 2);
        let named = path.is_some_and(|path| {
            let texts = self.definitions.texts(declaration.file, &path.value, declaration.at);
            texts.or_else(|| self.texts_of_items(declaration, &path.value).filter(|texts| !texts.is_empty())).is_some()
        });
        if named { Declaration { arguments: &declaration.arguments[1..], ..*declaration } } else { *declaration }
    }

    /// The texts of a list of them.
    pub(super) fn texts_of_items(&self, declaration: &Declaration<'_>, list: &Expression) -> Option<Texts> {
        let mut texts = Vec::new();
        for item in self.definitions.items(declaration.file, list, declaration.at) {
            let (file, at, item) = item?;
            texts.extend(self.definitions.texts(&file, &item, at)?);
        }
        Some(texts)
    }

    /// The methods that a route is declared for.
    fn methods(&mut self, listed: &ListedRoute, declaration: &Declaration<'_>, span: &Span) -> Vec<Method> {
        let given = listed.methods.as_ref().and_then(|name| declaration.argument(&listed.parameters, name));
        if let Some(given) = given.filter(|given| given.value != Expression::None) {
            let methods = self.listed_methods(declaration, given);
            return methods.unwrap_or_else(|| {
                self.say_any_method(declaration, span);
                vec![Method::Any]
            });
        }
        let handler = listed.handler.as_ref().and_then(|name| declaration.argument(&listed.parameters, name));
        let Some(handler) = handler else { return listed.default.clone() };
        match answers(self.definitions, declaration, handler) {
            Answers::Function => listed.default.clone(),
            Answers::Methods(methods) if methods.is_empty() => listed.default.clone(),
            Answers::Methods(methods) => methods,
            Answers::Unknown => {
                self.say_any_method(declaration, span);
                vec![Method::Any]
            }
        }
    }

    fn listed_methods(&self, declaration: &Declaration<'_>, given: &CallArgument) -> Option<Vec<Method>> {
        let one = self.definitions.texts(declaration.file, &given.value, declaration.at);
        if let Some(texts) = one.filter(|texts| texts.iter().all(Option::is_some)) {
            return texts.iter().map(|text| Method::named(text.as_ref()?)).collect();
        }
        let items = self.definitions.items(declaration.file, &given.value, declaration.at);
        let mut methods = Vec::new();
        for item in items {
            let (file, at, item) = item?;
            for text in self.definitions.texts(&file, &item, at)? {
                methods.push(Method::named(&text?)?);
            }
        }
        Some(methods)
    }
}

/// Whether a slash at the end of a path makes no difference, where an argument decides it.
pub(super) fn slash_optional(object: &Object<'_>, otherwise: bool, arguments: &[CallArgument]) -> bool {
    let options = arguments.iter().flat_map(|argument| argument.value.parts());
    let decided = arguments.iter().chain(options).find_map(|argument| {
        let with = object.facts.slashes.switches.get(argument.keyword.as_ref()?)?;
        (argument.value == Expression::Bool(*with))
            .then_some(true)
            .or_else(|| (argument.value == Expression::Bool(!with)).then_some(false))
    });
    decided.unwrap_or(otherwise)
}
