//! Calls that mount any number of things, behind a path or several: `app.use("/api", authenticate, router)`.

use super::argument::Declaration;
use super::object::{Handler, Made, Mounted, Object};
use super::route::Path;
use super::walk::{Below, Walk, joined};
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::word_places;
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, catch_all, read, read_all};
use crate::app::{Method, RoutePath, RouteSegment};
use crate::catalog::{Endpoint, Expose};
use crate::source::Span;

/// Something to mount, and the argument that it is in.
struct Item {
    name: Option<String>,
    value: Expression,
}

/// What is done with requests by what is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Lets others answer.
    Passes,
    /// Answers that there is nothing, as a gateway does where it has no route.
    Misses,
    Answers,
}

impl<'a> Walk<'_, '_, 'a> {
    /// A call that mounts all of its arguments.
    pub(super) fn several(&mut self, declaration: &Declaration<'_>, span: &Span, below: &Below, object: &Object<'a>) {
        let facts = object.facts;
        let (paths, rest) = self.path_first(facts, declaration);
        let items: Vec<Item> = rest.iter().flat_map(|argument| self.items(declaration, argument)).collect();
        // What does something else than middleware, on the way, does nothing of its own where others follow.
        let mut all = Vec::new();
        for item in &items {
            if item.name.as_ref().is_none_or(|name| !self.is_symbol_of(&facts.middleware, declaration, name)) {
                all.extend(self.made(declaration, &item.value));
            }
        }
        let followed = all.iter().any(|one| matches!(one, Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..)));
        let named = paths.is_some();
        let below: Vec<Below> = match paths {
            None => vec![below.clone()],
            Some(paths) => paths.iter().map(|path| self.below_path(below, path, declaration, span)).collect(),
        };
        for below in below {
            self.preflights(facts, declaration, &below);
            for mounted in &all {
                match mounted {
                    Mounted::Handler(handler) => {
                        let does = self.does(facts, handler);
                        if does == Does::Answers && !followed || does == Does::Misses && named {
                            self.fall_back(&below, declaration, span.clone());
                        }
                    }
                    Mounted::Endpoint(endpoint, made) => self.endpoint(endpoint, made, facts, &below, named),
                    Mounted::Object(_) | Mounted::Files | Mounted::Unknown => {
                        self.mounted(mounted, declaration, span, &below, true);
                    }
                }
            }
        }
    }

    fn below_path(&mut self, below: &Below, path: &Path, declaration: &Declaration<'_>, span: &Span) -> Below {
        let mut inner = Below { path: joined(&below.path, &path.path), ..below.clone() };
        inner.path = catch_all(inner.path)[0].clone();
        // `/api/*` is everything below `/api`.
        inner.path.0.pop_if(|last| matches!(last, RouteSegment::Rest(_)));
        if path.known { inner } else { self.unknown(&inner, declaration, span) }
    }

    /// The paths that such a call begins with, and the other arguments.
    fn path_first<'d>(&self, facts: &Expose, declaration: &Declaration<'d>) -> (Option<Vec<Path>>, &'d [CallArgument]) {
        let Some((first, rest)) = declaration.arguments.split_first() else { return (None, &[]) };
        let texts = self.definitions.texts(declaration.file, &first.value, declaration.at);
        let texts = texts.or_else(|| self.texts_of_items(declaration, &first.value));
        let texts = texts.or_else(|| {
            let path = self.path_of_endpoint(declaration, first)?;
            Some(vec![Some(path)])
        });
        let Some(texts) = texts else {
            // `app.use(/^\/api/, router)`: a path all the same, though not one that is known.
            let unread = is_text(&first.value) || first.text.starts_with('/');
            let unknown = || vec![Path { path: RoutePath::default(), known: false }];
            return (unread.then(unknown), if unread { rest } else { declaration.arguments });
        };
        let read = |text: String| read_all(facts.path_syntax, &text).into_iter().map(Path::of);
        (Some(texts.into_iter().flatten().flat_map(read).collect()), rest)
    }

    /// The path of an endpoint that is mounted at what it says itself: `app.use(yoga.graphqlEndpoint, yoga)`.
    fn path_of_endpoint(&self, declaration: &Declaration<'_>, first: &CallArgument) -> Option<String> {
        let Expression::Name(name) = &first.value else { return None };
        let (object, property) = name.rsplit_once('.')?;
        self.made(declaration, &Expression::Name(object.to_owned())).iter().find_map(|mounted| match mounted {
            Mounted::Endpoint(endpoint, made) if endpoint.option.as_deref() == Some(property) => {
                self.own_path(endpoint, made)
            }
            Mounted::Endpoint(..) | Mounted::Object(_) | Mounted::Files | Mounted::Handler(_) | Mounted::Unknown => {
                None
            }
        })
    }

    /// The path that an endpoint is made with.
    fn own_path(&self, endpoint: &Endpoint, made: &Made) -> Option<String> {
        let declaration = made.declaration("endpoint");
        let given = endpoint.option.as_ref().and_then(|option| declaration.argument(&[], option));
        match given {
            Some(given) => {
                let texts = self.definitions.texts(&made.file, &given.value, made.at)?;
                <[Option<String>; 1]>::try_from(texts).ok()?.into_iter().flatten().next()
            }
            None => endpoint.path.clone(),
        }
    }

    pub(super) fn endpoint(&mut self, endpoint: &Endpoint, made: &Made, facts: &Expose, below: &Below, named: bool) {
        let declaration = made.declaration("endpoint");
        let span = Span::new(&made.file, made.at..made.at + 1);
        let path = match self.own_path(endpoint, made) {
            Some(path) if !named => match read(facts.path_syntax, &path) {
                WrittenPath::Known(path) => path,
                WrittenPath::KnownUpTo(_) => return self.fall_back(below, &declaration, span),
            },
            None if !named => return self.fall_back(below, &declaration, span),
            Some(_) | None => RoutePath::default(),
        };
        let at = self.line(&declaration);
        let [itself, all] = catch_all(path);
        self.add(below, &itself, Method::Any, false, &at);
        if endpoint.below {
            self.add(below, &all, Method::Any, false, &at);
        }
    }

    /// What an argument mounts; a list is mounted one by one.
    fn items(&self, declaration: &Declaration<'_>, argument: &CallArgument) -> Vec<Item> {
        let whole = || vec![Item { name: argument.name.clone(), value: argument.value.clone() }];
        let Expression::List(items) = &argument.value else { return whole() };
        let all = self.definitions.items(declaration.file, &argument.value, declaration.at);
        let read = |item: &Expression| Item { name: item.name().map(str::to_owned), value: item.clone() };
        if all.len() == items.len() { items.iter().map(read).collect() } else { whole() }
    }

    /// A call that says what answers where there is no route. A gateway says by itself that there is nothing.
    pub(super) fn unmatched(&mut self, facts: &Expose, declaration: &Declaration<'_>, span: &Span, below: &Below) {
        for argument in declaration.arguments {
            // Options, such as hooks, answer nothing.
            if matches!(argument.value, Expression::Object(_)) {
                continue;
            }
            let answers = self.made(declaration, &argument.value).iter().any(|made| match made {
                Mounted::Handler(handler) => self.does(facts, handler) != Does::Misses,
                Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Unknown => true,
            });
            if answers {
                self.fall_back(below, declaration, span.clone());
            }
        }
    }

    /// What a function does with the requests that it is handed.
    fn does(&self, facts: &Expose, handler: &Handler) -> Does {
        let text = self.context.project.text(&handler.file).and_then(|text| text.get(handler.range.clone()));
        let text = text.unwrap_or_default();
        let next = handler.parameters.get(facts.passes_on_by);
        let misses = facts.misses.iter().any(|word| word_places(text, word).next().is_some());
        // What looks at the path may answer for some, and nobody here knows for which.
        let chooses = facts.path_properties.iter().any(|property| chooses_by(text, property));
        match next {
            // What has one more handles errors.
            Some(_) if handler.parameters.len() > facts.passes_on_by + 1 => Does::Passes,
            Some(next) if !chooses && passes_on(text, &next.name) => Does::Passes,
            Some(_) | None if misses && !chooses => Does::Misses,
            Some(_) | None => Does::Answers,
        }
    }
}

/// Whether a function calls `next` to let others answer, or hands it on. With an argument it reports an error: `next(error)`;
/// `next("route")` does not.
fn passes_on(text: &str, next: &str) -> bool {
    // The first is the parameter.
    word_places(text, next).skip(1).any(|place| {
        let at = place.start;
        let (before, after) = (text[..at].trim_end(), text[at + next.len()..].trim_start());
        match after.strip_prefix('(').map(str::trim_start) {
            Some(given) => given.starts_with([')', '"', '\'', '`']),
            None => !before.ends_with("catch("),
        }
    })
}

/// Whether a function compares the property of a request, or decides by it.
fn chooses_by(text: &str, property: &str) -> bool {
    const COMPARED: [&str; 7] = ["==", "!=", ".startsWith(", ".endsWith(", ".includes(", ".match(", "in "];
    word_places(text, property).any(|place| {
        let at = place.start;
        let Some(before) = text[..at].strip_suffix('.') else { return false };
        let object = before.trim_end_matches(|c: char| c.is_alphanumeric() || "_$.".contains(c));
        let after = text[at + property.len()..].trim_start();
        COMPARED.iter().any(|compared| after.starts_with(compared))
            || object.ends_with(".test(")
            || object.trim_end().strip_suffix('(').is_some_and(|before| before.trim_end().ends_with("switch"))
    })
}

/// Whether an expression gives a text, known or not.
fn is_text(expression: &Expression) -> bool {
    match expression {
        Expression::Text(_) | Expression::Join(_) => true,
        Expression::Either(one, other) => is_text(one) || is_text(other),
        Expression::None
        | Expression::Bool(_)
        | Expression::Name(_)
        | Expression::List(_)
        | Expression::Spread(_)
        | Expression::Call(_)
        | Expression::Object(_)
        | Expression::Function(_)
        | Expression::Method(..)
        | Expression::Member(..)
        | Expression::Other => false,
    }
}
