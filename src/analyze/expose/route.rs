//! What one declaration of a route or a mount comes to.

use super::argument::{Declaration, Given};
use super::object::{Mounted, Object};
use super::view::{Answers, answers};
use super::walk::{Below, Walk, joined};
use crate::analyze::calls::CallArgument;
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, catch_all, read};
use crate::app::{Method, RoutePath, RouteSegment};
use crate::catalog::{Expose, ListedRoute, MountCall, PathSyntax, RouteCall, Served};
use crate::source::Span;

/// A path and whether it is all of it.
struct Path {
    path: RoutePath,
    known: bool,
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
        let path = parameters.first().map_or("path", String::as_str);
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
        let implied: Vec<_> = methods.iter().filter_map(|method| implies.get(method)).flatten().copied().collect();
        methods.extend(implied);
        let at = self.line(declaration);
        let slash_optional = self.slash_optional(object, below.slash_optional, declaration.arguments);
        for Path { path, known } in paths {
            if known {
                for method in &methods {
                    self.add(below, &path, *method, slash_optional, &at);
                }
            } else {
                let below = Below { path: joined(&below.path, &path), ..below.clone() };
                self.fall_back(&below, declaration, span.clone());
            }
        }
    }

    /// The paths that a parameter is given; `None` where they are not known, one that is empty where there is none.
    fn paths(
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
            Given::Unknown => return None,
        };
        let read = |text: String| match read(syntax, &text) {
            // Below a prefix, `/` is a slash at its end.
            WrittenPath::Known(path) if text == "/" && path.0.is_empty() && !below.0.is_empty() => {
                Path { path: RoutePath(vec![RouteSegment::Literal(String::new())]), known: true }
            }
            WrittenPath::Known(path) => Path { path, known: true },
            WrittenPath::KnownUpTo(path) => Path { path, known: false },
        };
        Some(texts.into_iter().flatten().map(read).collect())
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

    /// Whether a slash at the end of a path makes no difference, where an argument decides it.
    pub(super) fn slash_optional(&self, object: &Object<'a>, otherwise: bool, arguments: &[CallArgument]) -> bool {
        let switches = &object.facts.slashes.switches;
        let switched = arguments.iter().find_map(|argument| {
            let with = switches.get(argument.keyword.as_ref()?)?;
            match &argument.value {
                Expression::Bool(value) => Some(value == with),
                _ => None,
            }
        });
        switched.unwrap_or(otherwise)
    }

    /// A call that mounts something.
    pub(super) fn mount(
        &mut self,
        mount: &MountCall,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
    ) {
        let syntax = object.facts.path_syntax;
        let given = mount.prefix.as_ref();
        let given = given.map(|name| self.paths(declaration, &mount.parameters, name, syntax, &RoutePath::default()));
        let (below, replaced) = match given {
            Some(None) => (self.unknown(below, declaration, span), true),
            Some(Some(paths)) if !paths.is_empty() => {
                for path in paths {
                    let mut inner = Below { path: joined(&below.path, &path.path), ..below.clone() };
                    if !path.known {
                        inner = self.unknown(&inner, declaration, span);
                    }
                    self.mount_at(mount, declaration, span, &inner, object, mount.replaces);
                }
                return;
            }
            Some(Some(_)) | None => (below.clone(), false),
        };
        let below = if mount.anywhere { self.unknown(&below, declaration, span) } else { below };
        self.mount_at(mount, declaration, span, &below, object, replaced && mount.replaces);
    }

    /// What is below everything that is caught now.
    fn unknown(&mut self, below: &Below, declaration: &Declaration<'_>, span: &Span) -> Below {
        self.fall_back(below, declaration, span.clone());
        Below { known: false, ..below.clone() }
    }

    fn mount_at(
        &mut self,
        mount: &MountCall,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
        replaced: bool,
    ) {
        // What is mounted brings the slash that its prefix may end with.
        let mut below = below.clone();
        below.path.0.pop_if(|last| matches!(last, RouteSegment::Literal(text) if text.is_empty()));
        let lists = mount.lists.as_ref().and_then(|name| declaration.argument(&mount.parameters, name));
        if let Some(list) = lists {
            self.list(object, &list.value, declaration.file, declaration.at, &below);
        }
        let Some(mounted) = declaration.argument(&mount.parameters, &mount.mounted) else {
            if lists.is_none() {
                self.fall_back(&below, declaration, span.clone());
            }
            return;
        };
        for mounted in self.made(declaration, &mounted.value) {
            match mounted {
                Mounted::Object(object) => self.object(&object, &below, !replaced),
                Mounted::Files => {
                    let at = self.line(declaration);
                    for path in catch_all(RoutePath::default()) {
                        for method in [Method::Get, Method::Head] {
                            self.add(&below, &path, method, false, &at);
                        }
                    }
                }
                Mounted::Unknown => self.fall_back(&below, declaration, span.clone()),
            }
        }
    }

    /// The paths that everything declared on an object is below: its own prefix after the one that it is mounted at.
    pub(super) fn prefixed(&mut self, object: &Object<'a>, below: &Below, own: bool) -> Vec<Below> {
        let constructor = object.constructor;
        let made = object.made.declaration(object.library);
        let span = Span::new(&object.made.file, object.made.at..object.made.at + 1);
        let mut all = Vec::new();
        let of = |walk: &Self, name: Option<&String>| {
            name.map(|name| {
                walk.paths(&made, &constructor.parameters, name, object.facts.path_syntax, &RoutePath::default())
            })
        };
        match of(self, constructor.prefix.as_ref()).filter(|_| own) {
            Some(None) => all.push(self.unknown(below, &made, &span)),
            Some(Some(paths)) if !paths.is_empty() => {
                for path in paths {
                    let inner = Below { path: joined(&below.path, &path.path), ..below.clone() };
                    all.push(if path.known { inner } else { self.unknown(&inner, &made, &span) });
                }
            }
            Some(Some(_)) | None => all.push(below.clone()),
        }
        match of(self, constructor.also_below.as_ref()) {
            Some(None) => all.push(self.unknown(below, &made, &span)),
            Some(Some(paths)) => {
                let others = paths.into_iter().filter(|path| !path.path.0.is_empty());
                all.extend(others.map(|path| Below { path: joined(&below.path, &path.path), ..below.clone() }));
            }
            None => {}
        }
        all
    }

    /// The routes in the list that an object is made with.
    pub(super) fn lists(&mut self, object: &Object<'a>, below: &Below) {
        let made = object.made.declaration(object.library);
        let Some(name) = &object.constructor.lists else { return };
        if let Some(list) = made.argument(&object.constructor.parameters, name) {
            self.list(object, &list.value, made.file, made.at, below);
        }
    }

    /// What the middleware that an object is made with answers.
    pub(super) fn wrapped(&mut self, object: &Object<'a>, below: &Below) {
        let made = object.made.declaration(object.library);
        let Some(name) = &object.constructor.middleware else { return };
        let Some(list) = made.argument(&object.constructor.parameters, name) else { return };
        for (file, at, item) in self.definitions.items(made.file, &list.value, made.at).into_iter().flatten() {
            if let Expression::Call(call) = item {
                let name = call.callee.as_str();
                let declaration = Declaration { file: &file, at, line: None, name, arguments: &call.arguments };
                self.preflights(object.facts, &declaration, below);
            }
        }
    }

    /// The routes that an object has by itself.
    pub(super) fn serves(&mut self, object: &Object<'a>, below: &Below) {
        let made = object.made.declaration(object.library);
        self.by_framework = true;
        for served in &object.constructor.serves {
            let at = self.line(&made);
            match self.served(object, served) {
                Some(paths) => {
                    for path in paths {
                        match read(object.facts.path_syntax, &path) {
                            WrittenPath::Known(path) => {
                                for method in &served.methods {
                                    self.add(below, &path, *method, false, &at);
                                }
                            }
                            WrittenPath::KnownUpTo(path) => {
                                let below = Below { path: joined(&below.path, &path), ..below.clone() };
                                let span = Span::new(made.file, made.at..made.at + 1);
                                self.fall_back(&below, &made, span);
                            }
                        }
                    }
                }
                None => {
                    let span = Span::new(made.file, made.at..made.at + 1);
                    self.fall_back(below, &made, span);
                }
            }
        }
        self.by_framework = false;
    }

    /// The paths of a route that an object has by itself: none where its arguments take it away, `None` where they are not
    /// known.
    fn served(&self, object: &Object<'a>, served: &Served) -> Option<Vec<String>> {
        let made = object.made.declaration(object.library);
        let texts = |name: &String| made.texts(self.definitions, &object.constructor.parameters, name);
        for needed in &served.needs {
            match texts(needed) {
                Given::Texts(texts) if texts.iter().all(Option::is_none) => return Some(Vec::new()),
                Given::Nothing if served.needs_given => return Some(Vec::new()),
                Given::Texts(_) | Given::Nothing | Given::Unknown => {}
            }
        }
        for name in &served.named_by {
            match texts(name) {
                Given::Nothing => {}
                Given::Unknown => return None,
                Given::Texts(texts) => {
                    let with = |text: String| format!("{}{}", text.trim_end_matches('/'), served.suffix);
                    return Some(texts.into_iter().flatten().map(with).collect());
                }
            }
        }
        match served.folder.as_ref().map(texts) {
            None | Some(Given::Nothing) => Some(vec![served.path.clone()]),
            Some(Given::Unknown) => None,
            Some(Given::Texts(texts)) => {
                let last = |text: String| {
                    let name = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
                    format!("/{name}{}", served.suffix)
                };
                Some(texts.into_iter().flatten().map(last).collect())
            }
        }
    }
}
