//! What holds routes: an application or a router, and how code speaks of it.

use std::ops::Range;

use crate::analyze::Context;
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definition, Definitions, MAX_STEPS, Meaning};
use crate::analyze::expression::{Call, Expression};
use crate::app::WebInterface;
use crate::catalog::{self, Constructor, Expose, Use};
use crate::source::{Language, ProjectPath};

/// An application or a router.
#[derive(Debug, Clone)]
pub(in crate::analyze) struct Object<'a> {
    pub(in crate::analyze) library: &'a str,
    pub(in crate::analyze) facts: &'a Expose,
    pub(super) constructor: &'a Constructor,
    /// How it is called, as the outermost of what wraps it is.
    pub(in crate::analyze) interface: WebInterface,
    /// Whether it answers only what an application mounts it for.
    pub(in crate::analyze) router: bool,
    pub(super) made: Made,
    pub(super) bindings: Vec<Binding>,
}

/// Where an object is made, and with which arguments.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) file: ProjectPath,
    pub(super) at: usize,
    pub(super) arguments: Vec<CallArgument>,
}

/// A name by which code speaks of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Binding {
    pub(super) file: ProjectPath,
    pub(super) name: String,
    /// The first and the last byte of the function that it is local to.
    pub(super) local: Option<(usize, usize)>,
}

impl Binding {
    pub(super) fn local(file: &ProjectPath, name: &str, scope: &Range<usize>) -> Self {
        Self { file: file.clone(), name: name.to_owned(), local: Some((scope.start, scope.end)) }
    }

    /// Whether the name means this at a place.
    pub(super) fn holds(&self, file: &ProjectPath, at: usize) -> bool {
        self.local.is_none_or(|(start, end)| *file == self.file && (start..end).contains(&at))
    }
}

/// What an expression makes, as far as routes go.
#[derive(Debug)]
pub(in crate::analyze) enum Mounted<'a> {
    Object(Object<'a>),
    /// Files of a folder.
    Files,
    Unknown,
}

/// Everything that `expression` may make: one for each way through its conditions.
pub(in crate::analyze) fn made<'a>(
    context: &Context<'a>,
    definitions: &Definitions<'_, 'a>,
    file: &ProjectPath,
    expression: &Expression,
    at: usize,
) -> Vec<Mounted<'a>> {
    let mut found = Vec::new();
    Maker { context, definitions }.add(file, expression, at, MAX_STEPS, &mut found);
    found
}

/// The web frameworks of Python.
pub(super) fn frameworks<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a catalog::Client, &'a Expose)> {
    context.catalog.clients(Language::Python).iter().filter_map(|client| match &client.used_for {
        Use::Expose(facts) => Some((client, facts)),
        Use::Persist(_) | Use::Pubsub(_) | Use::Config(_) => None,
    })
}

/// The application that a call wraps.
fn wrapped(call: &Call) -> Option<&CallArgument> {
    let by_keyword = call.arguments.iter().find(|argument| argument.keyword.as_deref() == Some("app"));
    by_keyword.or_else(|| call.arguments.first().filter(|first| first.keyword.is_none()))
}

struct Maker<'m, 'c, 'a> {
    context: &'m Context<'a>,
    definitions: &'m Definitions<'c, 'a>,
}

impl<'a> Maker<'_, '_, 'a> {
    fn add(&self, file: &ProjectPath, expression: &Expression, at: usize, steps: usize, found: &mut Vec<Mounted<'a>>) {
        let Some(steps) = steps.checked_sub(1) else { return found.push(Mounted::Unknown) };
        match expression {
            Expression::Name(name) => match self.definitions.meaning(file, name, at) {
                Meaning::Project(defined) => match &defined.definition {
                    Definition::Value(value) => {
                        let before = found.len();
                        self.add(&defined.file, value, defined.at, steps, found);
                        let local = (!defined.module).then_some((defined.scope.start, defined.scope.end));
                        let binding = Binding { file: defined.file.clone(), name: defined.name.clone(), local };
                        for mounted in &mut found[before..] {
                            if let Mounted::Object(object) = mounted {
                                object.bindings.push(binding.clone());
                            }
                        }
                    }
                    Definition::Function(_) | Definition::Class(_) | Definition::Variable => {
                        found.push(Mounted::Unknown);
                    }
                },
                Meaning::External(_) | Meaning::Unknown => found.push(Mounted::Unknown),
            },
            Expression::Call(call) => self.add_call(file, call, at, steps, found),
            Expression::Either(one, other) => {
                self.add(file, one, at, steps, found);
                self.add(file, other, at, steps, found);
            }
            Expression::Text(_)
            | Expression::None
            | Expression::Bool(_)
            | Expression::Join(_)
            | Expression::List(_)
            | Expression::Spread(_)
            | Expression::Other => found.push(Mounted::Unknown),
        }
    }

    fn add_call(&self, file: &ProjectPath, call: &Call, at: usize, steps: usize, found: &mut Vec<Mounted<'a>>) {
        match self.definitions.meaning(file, &call.callee, at) {
            Meaning::External(symbol) => self.add_made_by(&symbol, file, call, at, steps, found),
            Meaning::Project(defined) => match &defined.definition {
                Definition::Function(function) if !function.returns.is_empty() => {
                    for (value, at) in &function.returns {
                        self.add(&defined.file, value, *at, steps, found);
                    }
                }
                Definition::Function(_) | Definition::Value(_) | Definition::Class(_) | Definition::Variable => {
                    found.push(Mounted::Unknown);
                }
            },
            // `from fastapi import *`
            Meaning::Unknown => {
                let starred = self.context.graph.starred(file, &call.callee);
                let known = starred.iter().find(|symbol| self.object(symbol, file, call).is_some());
                match known {
                    Some(symbol) => self.add_made_by(symbol, file, call, at, steps, found),
                    None => found.push(Mounted::Unknown),
                }
            }
        }
    }

    fn add_made_by(
        &self,
        symbol: &str,
        file: &ProjectPath,
        call: &Call,
        at: usize,
        steps: usize,
        found: &mut Vec<Mounted<'a>>,
    ) {
        let of = |list: fn(&Expose) -> &Vec<String>| {
            frameworks(self.context).find(|(_, facts)| list(facts).iter().any(|known| known == symbol))
        };
        let wrapped = of(|facts| &facts.wrappers).and_then(|(_, facts)| Some((facts, wrapped(call)?)));
        if let Some(object) = self.object(symbol, file, call) {
            found.push(Mounted::Object(object));
        } else if of(|facts| &facts.files).is_some() {
            found.push(Mounted::Files);
        } else if let Some((facts, inner)) = wrapped {
            let before = found.len();
            self.add(file, &inner.value, at, steps, found);
            for mounted in &mut found[before..] {
                if let Mounted::Object(object) = mounted {
                    object.interface = facts.interface;
                }
            }
        } else {
            found.push(Mounted::Unknown);
        }
    }

    /// The application or router that a call of `symbol` makes.
    fn object(&self, symbol: &str, file: &ProjectPath, call: &Call) -> Option<Object<'a>> {
        let is = |symbols: &[String]| symbols.iter().any(|known| known == symbol);
        frameworks(self.context).find_map(|(client, facts)| {
            let router = facts.routers.iter().find(|router| is(&router.symbols));
            let constructor = match router {
                Some(router) => &router.constructor,
                None if is(&client.symbols) => &facts.constructor,
                None => return None,
            };
            Some(Object {
                library: &client.library,
                facts,
                constructor,
                interface: facts.interface,
                router: router.is_some(),
                made: Made { file: file.clone(), at: call.callee_range.start, arguments: call.arguments.clone() },
                bindings: Vec::new(),
            })
        })
    }
}
