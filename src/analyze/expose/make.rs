//! What expressions make, as far as routes go: followed through names, factories, wrappers and methods.

use std::cell::RefCell;

use super::object::{Binding, Handler, Made, Mounted, Object, frameworks};
use crate::analyze::Context;
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definition, Definitions, Found, Function, MAX_STEPS, Meaning};
use crate::analyze::expression::{Call, Expression};
use crate::catalog::Expose;
use crate::source::{Language, ProjectPath};

/// Everything that `expression` may make: one for each way through its conditions.
pub(in crate::analyze) fn made<'a>(
    context: &Context<'a>,
    definitions: &Definitions<'_, 'a>,
    file: &ProjectPath,
    expression: &Expression,
    at: usize,
) -> Vec<Mounted<'a>> {
    let mut found = Vec::new();
    Maker { context, definitions, entered: RefCell::default() }.add(file, expression, at, MAX_STEPS, &mut found);
    found
}

/// The application that a call wraps.
fn wrapped(call: &Call) -> Option<&CallArgument> {
    let by_keyword = call.arguments.iter().find(|argument| argument.keyword.as_deref() == Some("app"));
    by_keyword.or_else(|| call.arguments.first().filter(|first| first.keyword.is_none()))
}

/// One more name by which code speaks of what was found.
fn bind(found: &mut [Mounted<'_>], binding: &Binding) {
    for mounted in found {
        match mounted {
            Mounted::Object(object) if !object.derived => object.bindings.push(binding.clone()),
            Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Handler(_) | Mounted::Unknown => {}
        }
    }
}

/// Makes of what was found what a method of it gives.
fn after(mounted: &mut Mounted<'_>, file: &ProjectPath, call: &Call) {
    let Mounted::Object(object) = mounted else {
        *mounted = Mounted::Unknown;
        return;
    };
    let is = |methods: &[String]| methods.contains(&call.callee);
    let facts = object.facts;
    if is(&facts.derives) && !object.bindings.is_empty() {
        object.derived = true;
    } else if is(&facts.chains) || is(&facts.listens) || is(&facts.derives) {
        object.calls.push((file.clone(), call.clone()));
    } else if !is(&facts.forms) {
        *mounted = Mounted::Unknown;
    }
}

/// The argument that a function returns, where it does: `const app = secured(express())`.
fn given<'f>(function: &'f Function, returned: &Expression, call: &'f Call) -> Option<(&'f str, &'f CallArgument)> {
    let Expression::Name(name) = returned else { return None };
    let position = function.parameters.iter().position(|parameter| parameter.name == *name)?;
    let argument = call.arguments.get(position).filter(|argument| argument.keyword.is_none())?;
    Some((&function.parameters[position].name, argument))
}

struct Maker<'m, 'c, 'a> {
    context: &'m Context<'a>,
    definitions: &'m Definitions<'c, 'a>,
    /// The functions whose results are being read: file and position. One that calls itself gives nothing new.
    entered: RefCell<Vec<(ProjectPath, usize)>>,
}

impl<'a> Maker<'_, '_, 'a> {
    fn add(&self, file: &ProjectPath, expression: &Expression, at: usize, steps: usize, found: &mut Vec<Mounted<'a>>) {
        let Some(steps) = steps.checked_sub(1) else { return found.push(Mounted::Unknown) };
        match expression {
            Expression::Name(name) => match self.definitions.meaning(file, name, at) {
                Meaning::Project(defined) => self.add_defined(&defined, steps, found),
                Meaning::External(_) | Meaning::Unknown => found.push(Mounted::Unknown),
            },
            Expression::Function(literal) => found.push(Mounted::Handler(Handler {
                parameters: literal.parameters.clone(),
                file: file.clone(),
                range: literal.range.clone(),
                wrapped: false,
            })),
            Expression::Method(object, call) => self.add_method(file, object, call, at, steps, found),
            Expression::Member(object, name) => self.add_member(file, object, name, at, steps, found),
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
            | Expression::Object(_)
            | Expression::Other => found.push(Mounted::Unknown),
        }
    }

    fn add_defined(&self, defined: &Found, steps: usize, found: &mut Vec<Mounted<'a>>) {
        match &defined.definition {
            Definition::Value(value) => {
                let before = found.len();
                self.add(&defined.file, value, defined.at, steps, found);
                let local = (!defined.module).then_some((defined.scope.start, defined.scope.end));
                let binding = Binding { file: defined.file.clone(), name: defined.name.clone(), local };
                if !binding.name.is_empty() {
                    bind(&mut found[before..], &binding);
                }
            }
            Definition::Function(function) if Language::of(&defined.file) == Some(Language::TypeScript) => {
                found.push(Mounted::Handler(Handler {
                    parameters: function.parameters.clone(),
                    file: defined.file.clone(),
                    range: function.range.clone(),
                    wrapped: false,
                }));
            }
            Definition::Function(_) | Definition::Class(_) | Definition::Variable => found.push(Mounted::Unknown),
        }
    }

    /// What a method gives that is called on `object`, which may be the end of a long chain of such calls.
    fn add_method(
        &self,
        file: &ProjectPath,
        object: &Expression,
        call: &Call,
        at: usize,
        steps: usize,
        found: &mut Vec<Mounted<'a>>,
    ) {
        let before = found.len();
        let (mut start, mut calls) = (object, vec![call]);
        while let Expression::Method(object, call) = start {
            calls.push(call);
            start = object;
        }
        self.add(file, start, at, steps, found);
        for mounted in &mut found[before..] {
            for call in calls.iter().rev() {
                after(mounted, file, call);
            }
        }
    }

    /// What `object` has under a name: a part of what a function returns, a field of a class's object.
    fn add_member(
        &self,
        file: &ProjectPath,
        object: &Expression,
        name: &str,
        at: usize,
        steps: usize,
        found: &mut Vec<Mounted<'a>>,
    ) {
        let Some(steps) = steps.checked_sub(1) else { return found.push(Mounted::Unknown) };
        match object {
            Expression::Object(parts) => match parts.iter().rev().find(|part| part.keyword.as_deref() == Some(name)) {
                Some(part) => self.add(file, &part.value, at, steps, found),
                None => found.push(Mounted::Unknown),
            },
            Expression::List(items) => match name.parse().ok().and_then(|position: usize| items.get(position)) {
                Some(item) => self.add(file, item, at, steps, found),
                None => found.push(Mounted::Unknown),
            },
            Expression::Name(object) => {
                self.add(file, &Expression::Name(format!("{object}.{name}")), at, steps, found);
            }
            Expression::Either(one, other) => {
                self.add_member(file, one, name, at, steps, found);
                self.add_member(file, other, name, at, steps, found);
            }
            Expression::Call(call) => match self.definitions.meaning(file, &call.callee, at) {
                Meaning::Project(defined) => match &defined.definition {
                    Definition::Function(function) if !function.returns.is_empty() => {
                        self.each_result(&defined.file, function, found, |value, at, found| {
                            self.add_member(&defined.file, value, name, at, steps, found);
                        });
                    }
                    Definition::Class(_) => match self.definitions.inside(*defined, name) {
                        Meaning::Project(field) => self.add_defined(&field, steps, found),
                        Meaning::External(_) | Meaning::Unknown => found.push(Mounted::Unknown),
                    },
                    Definition::Function(_) | Definition::Value(_) | Definition::Variable => {
                        found.push(Mounted::Unknown);
                    }
                },
                Meaning::External(_) | Meaning::Unknown => found.push(Mounted::Unknown),
            },
            Expression::Text(_)
            | Expression::None
            | Expression::Bool(_)
            | Expression::Join(_)
            | Expression::Spread(_)
            | Expression::Function(_)
            | Expression::Method(..)
            | Expression::Member(..)
            | Expression::Other => found.push(Mounted::Unknown),
        }
    }

    /// Reads every result of a function, unless they are being read already.
    fn each_result(
        &self,
        file: &ProjectPath,
        function: &Function,
        found: &mut Vec<Mounted<'a>>,
        read: impl Fn(&Expression, usize, &mut Vec<Mounted<'a>>),
    ) {
        let entered = (file.clone(), function.range.start);
        if self.entered.borrow().contains(&entered) {
            return found.push(Mounted::Unknown);
        }
        self.entered.borrow_mut().push(entered);
        for (value, at) in &function.returns {
            read(value, *at, found);
        }
        self.entered.borrow_mut().pop();
    }

    fn add_call(&self, file: &ProjectPath, call: &Call, at: usize, steps: usize, found: &mut Vec<Mounted<'a>>) {
        match self.definitions.meaning(file, &call.callee, at) {
            Meaning::External(symbol) => self.add_made_by(&symbol, file, call, at, steps, found),
            Meaning::Project(defined) => match &defined.definition {
                Definition::Function(function) if !function.returns.is_empty() => {
                    self.each_result(&defined.file, function, found, |value, returned_at, found| {
                        let Some((parameter, argument)) = given(function, value, call) else {
                            return self.add(&defined.file, value, returned_at, steps, found);
                        };
                        let before = found.len();
                        self.add(file, &argument.value, at, steps, found);
                        bind(&mut found[before..], &Binding::local(&defined.file, parameter, &function.range));
                    });
                }
                Definition::Function(_) | Definition::Value(_) | Definition::Class(_) | Definition::Variable => {
                    self.add_call_of_name(file, call, at, steps, found);
                }
            },
            // `from fastapi import *`
            Meaning::Unknown => {
                let starred = self.context.graph.starred(file, &call.callee);
                let known = starred.iter().find(|symbol| self.object(symbol, file, call).is_some());
                match known {
                    Some(symbol) => self.add_made_by(symbol, file, call, at, steps, found),
                    None => self.add_call_of_name(file, call, at, steps, found),
                }
            }
        }
    }

    /// What a method gives of an object that has a name: `app.callback()`.
    fn add_call_of_name(&self, file: &ProjectPath, call: &Call, at: usize, steps: usize, found: &mut Vec<Mounted<'a>>) {
        match call.callee.rsplit_once('.') {
            Some((object, method)) if Language::of(file) == Some(Language::TypeScript) => {
                let call = Call { callee: method.to_owned(), ..call.clone() };
                self.add_method(file, &Expression::Name(object.to_owned()), &call, at, steps, found);
            }
            Some(_) | None => found.push(Mounted::Unknown),
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
            frameworks(self.context, file).find(|(_, facts)| list(facts).iter().any(|known| known == symbol))
        };
        let script = Language::of(file) == Some(Language::TypeScript);
        if script && of(|facts| &facts.hosts).is_some() && self.add_hosted(file, call, at, steps, found) {
            return;
        }
        let endpoint = || frameworks(self.context, file).find_map(|(_, facts)| facts.endpoints.get(symbol));
        let wrapped = of(|facts| &facts.wrappers).and_then(|(_, facts)| Some((facts, wrapped(call)?)));
        if let Some(object) = self.object(symbol, file, call) {
            found.push(Mounted::Object(object));
        } else if of(|facts| &facts.files).is_some() {
            found.push(Mounted::Files);
        } else if let Some(endpoint) = endpoint() {
            let made = Made { file: file.clone(), at: call.callee_range.start, arguments: call.arguments.clone() };
            found.push(Mounted::Endpoint(endpoint, made));
        } else if let Some((facts, inner)) = wrapped {
            let before = found.len();
            self.add(file, &inner.value, at, steps, found);
            for mounted in &mut found[before..] {
                match mounted {
                    Mounted::Object(object) => object.interface = facts.interface,
                    Mounted::Handler(handler) => handler.wrapped = true,
                    Mounted::Files | Mounted::Endpoint(..) | Mounted::Unknown => {}
                }
            }
        } else {
            self.add_call_of_name(file, call, at, steps, found);
        }
    }

    /// The application that a server is made of; false where its arguments are something else.
    fn add_hosted(
        &self,
        file: &ProjectPath,
        call: &Call,
        at: usize,
        steps: usize,
        found: &mut Vec<Mounted<'a>>,
    ) -> bool {
        let before = found.len();
        for argument in &call.arguments {
            let mut made = Vec::new();
            self.add(file, &argument.value, at, steps, &mut made);
            found.extend(made.into_iter().filter(|made| matches!(made, Mounted::Object(_))));
        }
        found.len() > before
    }

    /// The application or router that a call of `symbol` makes.
    fn object(&self, symbol: &str, file: &ProjectPath, call: &Call) -> Option<Object<'a>> {
        let is = |symbols: &[String]| symbols.iter().any(|known| known == symbol);
        frameworks(self.context, file).find_map(|(client, facts)| {
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
                calls: Vec::new(),
                derived: false,
            })
        })
    }
}
