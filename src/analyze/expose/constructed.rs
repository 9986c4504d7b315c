//! What making an application or a router says of its routes.

use super::argument::{Declaration, Given};
use super::object::Object;
use super::walk::{Below, Walk, joined};
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, read};
use crate::app::RoutePath;
use crate::catalog::Served;
use crate::source::Span;

impl<'a> Walk<'_, '_, 'a> {
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
            let span = Span::new(made.file, made.at..made.at + 1);
            let Some(paths) = self.served(object, served) else {
                self.fall_back(below, &made, span);
                continue;
            };
            for path in paths {
                match read(object.facts.path_syntax, &path) {
                    WrittenPath::Known(path) => {
                        for method in &served.methods {
                            self.add(below, &path, *method, false, &at);
                        }
                    }
                    WrittenPath::KnownUpTo(path) => {
                        let below = Below { path: joined(&below.path, &path), ..below.clone() };
                        self.fall_back(&below, &made, span.clone());
                    }
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
