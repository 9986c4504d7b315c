//! Follows what an application and its routers declare, to a table of routes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::argument::Declaration;
use super::object::{Binding, Made, Mounted, Object, frameworks};
use super::route::slash_optional;
use super::uses::{Known, Read};
use crate::analyze::Context;
use crate::analyze::calls::{Call, CallArgument, HandedOn, Link, Usage};
use crate::analyze::definitions::{Definitions, Meaning};
use crate::analyze::expression::Expression;
use crate::analyze::units::Units;
use crate::app::{Id, Method, Route, RoutePath, RouteSegment};
use crate::catalog::{Expose, RoutesFrom};
use crate::diag::Diagnostics;
use crate::source::{ProjectPath, Span};

/// Objects visited for one application: nobody mounts so many, and routers that mount each other twice would have no end.
const MAX_VISITS: usize = 4096;

/// What everything that is declared stands below.
#[derive(Debug, Clone)]
pub(super) struct Below {
    pub(super) path: RoutePath,
    /// Whether the path is all of it. Otherwise everything below it is caught already.
    pub(super) known: bool,
    /// Whether a slash at the end of a path makes no difference.
    pub(super) slash_optional: bool,
}

/// What is found of one application.
pub(super) struct Walk<'w, 'c, 'a> {
    pub(super) context: &'w Context<'a>,
    pub(super) definitions: &'w Definitions<'c, 'a>,
    pub(super) units: &'w Units,
    pub(super) unit: &'w Id,
    /// By shape: to a gateway `/users/{id}` and `/users/{name}` are one route, and the application tells them apart as ever.
    pub(super) routes: BTreeMap<(RoutePath, Method), Route>,
    /// Whether the routes that are being added are the framework's own.
    pub(super) by_framework: bool,
    /// What was said already of a place.
    pub(super) said: BTreeSet<(ProjectPath, usize)>,
    pub(super) visits: usize,
    /// The objects that are being visited, by the place that makes them: a router may mount itself.
    pub(super) visiting: Vec<(ProjectPath, usize)>,
    /// The names that lead from the object being visited to other code.
    pub(super) bound: Vec<Binding>,
    /// The functions whose results are being followed, by place: two may return what the other gives.
    pub(super) returning: Vec<(ProjectPath, usize)>,
    pub(super) read: BTreeMap<Binding, Rc<Vec<Read<'w>>>>,
    pub(super) diagnostics: Diagnostics,
    /// The calls by which the application listens.
    pub(super) listening: Vec<Span>,
    /// Where a server is made of it.
    pub(super) hosted: Vec<Span>,
    /// Where a provider's function is made of it.
    pub(super) functions: Vec<Span>,
}

impl<'w, 'c, 'a> Walk<'w, 'c, 'a> {
    pub(super) fn new(
        context: &'w Context<'a>,
        definitions: &'w Definitions<'c, 'a>,
        units: &'w Units,
        unit: &'w Id,
    ) -> Self {
        Self {
            context,
            definitions,
            units,
            unit,
            routes: BTreeMap::new(),
            by_framework: false,
            said: BTreeSet::new(),
            visits: 0,
            visiting: Vec::new(),
            bound: Vec::new(),
            returning: Vec::new(),
            read: BTreeMap::new(),
            diagnostics: Diagnostics::default(),
            listening: Vec::new(),
            hosted: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Makes known what was read of the application itself.
    pub(super) fn seed(
        &mut self,
        binding: Binding,
        references: &BTreeMap<ProjectPath, BTreeSet<String>>,
        usage: &'w BTreeMap<ProjectPath, Usage>,
    ) {
        let included = references.iter().filter(|(path, _)| self.units.includes(self.unit, path));
        let read = included.filter_map(|(path, objects)| {
            Some(Read { objects: objects.clone(), usage: Known::Shared(usage.get(path)?) })
        });
        let read = Rc::new(read.collect());
        self.read.insert(binding, read);
    }

    /// The routes, sorted, and what is to be said of them.
    pub(super) fn finish(self) -> (Vec<Route>, Diagnostics) {
        let mut routes: Vec<_> = self.routes.into_values().collect();
        routes.sort();
        (routes, self.diagnostics)
    }

    /// Everything that an object declares.
    pub(super) fn object(&mut self, object: &Object<'a>, below: &Below, own_prefix: bool) {
        let place = (object.made.file.clone(), object.made.at);
        if self.visiting.contains(&place) {
            return;
        }
        self.visits += 1;
        if self.visits > MAX_VISITS {
            let span = Span::new(&object.made.file, object.made.at..object.made.at);
            return self.fall_back(below, &object.made.declaration(object.library), span);
        }
        self.visiting.push(place);
        let mut below = below.clone();
        let slashes = &object.facts.slashes;
        if !object.router || slashes.own {
            let optional = slash_optional(object, slashes.optional, &object.made.arguments);
            below.slash_optional = optional && !self.is_strict(object);
        }
        for below in self.prefixed(object, &below, own_prefix) {
            self.serves(object, &below);
            self.wrapped(object, &below);
            self.lists(object, &below);
            let below = self.construction(object, &below);
            let below = self.prefixed_later(object, &below);
            for binding in &object.bindings {
                self.binding(object, binding, &below);
            }
            match object.facts.routes_from {
                RoutesFrom::NestModules => self.nest(object, &below),
                RoutesFrom::Calls | RoutesFrom::DjangoSettings => {}
            }
        }
        self.visiting.pop();
    }

    /// Everything that is declared on an object by one of its names.
    pub(super) fn binding(&mut self, object: &Object<'a>, binding: &Binding, below: &Below) {
        let read = self.known(object.facts, binding);
        for read in read.iter() {
            let usage = read.usage.usage();
            let of_object = |call: &&Call| {
                let own = read.objects.contains(&call.object);
                own && self.means(binding, &call.object, &call.at.file, call.method_range.start)
            };
            let calls: Vec<&Call> = usage.calls.iter().filter(of_object).collect();
            for call in calls {
                if let Some(below) = self.derived_by_chain(object, call, below) {
                    self.call(object, call, &below);
                    continue;
                }
                self.chained(object, call, below);
            }
            let of_object = |handed: &&HandedOn| {
                let own = read.objects.contains(&handed.name);
                own && self.means(binding, &handed.name, &handed.span.file, handed.span.start)
            };
            let handed_on: Vec<&HandedOn> = usage.handed_on.iter().filter(of_object).collect();
            for handed in handed_on {
                self.handed_on(object, handed, below);
            }
        }
        if let Some(field) = binding.name.strip_prefix("this.") {
            self.field(object, binding, field, below);
        }
    }

    /// A call at the end of a chain: on the object itself, on what it gives for a path, or on what nobody here knows.
    fn chained(&mut self, object: &Object<'a>, call: &Call, below: &Below) {
        let facts = object.facts;
        let chains = |link: &Link| facts.chains.contains(&link.method);
        let routes = |link: &Link| facts.routes.contains_key(&link.method);
        if call.chain.iter().all(chains) {
            return self.call(object, call, below);
        }
        // `app.route("/users").get(list).post(add)`
        if let Some(position) = call.chain.iter().position(|link| facts.routes_at.contains(&link.method)) {
            let (after, before) = call.chain.split_at(position);
            if after.iter().all(routes) && before[1..].iter().all(chains) {
                return self.call_at(object, call, before[0].arguments.first(), below);
            }
        }
        // `app.listen(3000).on("error", report)` is no route of a server.
        let declares = [facts.routes.contains_key(&call.method), facts.follows.contains_key(&call.method)];
        let listens = call.chain.iter().any(|link| facts.listens.contains(&link.method));
        if declares.contains(&true) && !listens && !call.arguments.is_empty() {
            let span = Span::new(&call.at.file, call.method_range.clone());
            self.fall_back(below, &super::below::declaration(call), span);
        }
    }

    /// One method call on what an object gives for a path.
    fn call_at(&mut self, object: &Object<'a>, call: &Call, path: Option<&CallArgument>, below: &Below) {
        let arguments: Vec<_> = path.into_iter().chain(&call.arguments).cloned().collect();
        let declaration = Declaration {
            file: &call.at.file,
            at: call.method_range.start,
            line: Some(call.at.line),
            name: &call.method,
            arguments: &arguments,
        };
        let span = Span::new(&call.at.file, call.method_range.clone());
        if let Some(route) = object.facts.routes.get(&call.method) {
            self.route(object.facts, route, &declaration, &span, below, object);
        }
    }

    /// The methods that are called on an object before it has a name.
    fn construction(&mut self, object: &Object<'a>, below: &Below) -> Below {
        let mut below = below.clone();
        for (file, call) in &object.calls {
            if object.facts.listens.contains(&call.callee) {
                self.listening.push(Span::new(file, call.callee_range.clone()));
                continue;
            }
            let declaration = Declaration {
                file,
                at: call.callee_range.start,
                line: None,
                name: &call.callee,
                arguments: &call.arguments,
            };
            let span = Span::new(file, call.callee_range.clone());
            if object.facts.unmatched.contains(&call.callee) {
                self.unmatched(object.facts, &declaration, &span, &below);
            } else if object.facts.derives.contains(&call.callee) {
                below = self.below_first(object, &declaration, &span, &below);
            } else if !self.declared(object.facts, &call.callee, &declaration, &span, &below, object) {
                self.other(object.facts, &declaration, &span, &below);
            }
        }
        below
    }

    /// One method call on an object.
    pub(super) fn call(&mut self, object: &Object<'a>, call: &Call, below: &Below) {
        let facts = object.facts;
        let declaration = Declaration {
            file: &call.at.file,
            at: call.method_range.start,
            line: Some(call.at.line),
            name: &call.method,
            arguments: &call.arguments,
        };
        let span = Span::new(&call.at.file, call.method_range.clone());
        if facts.listens.contains(&call.method) {
            self.listening.push(span);
        } else if facts.forms.contains(&call.method) {
            self.hosted_form(call);
        } else if facts.unmatched.contains(&call.method) {
            self.unmatched(facts, &declaration, &span, below);
        } else if facts.derives.contains(&call.method) {
            self.derived(object, call, &declaration, below);
        } else if call.method.starts_with('[') {
            // Which method it is, only the running program knows.
            let declaration = Declaration { name: &call.object, ..declaration };
            self.fall_back(below, &declaration, span);
        } else if facts.routes_at.contains(&call.method) {
            if !call.continued {
                self.named_route(facts, &declaration, &span, below);
            }
        } else if !self.declared(facts, &call.method, &declaration, &span, below, object) {
            self.other(facts, &declaration, &span, below);
        }
    }

    /// What a list of routes holds, or an application is made with.
    pub(super) fn list(
        &mut self,
        object: &Object<'a>,
        list: &Expression,
        file: &ProjectPath,
        at: usize,
        below: &Below,
    ) {
        for item in self.definitions.items(file, list, at) {
            let whole = Declaration { file, at, line: None, name: "routes", arguments: &[] };
            let Some((file, at, Expression::Call(call))) = item else {
                self.fall_back(below, &whole, Span::new(file, at..at));
                continue;
            };
            let declaration = Declaration {
                file: &file,
                at: call.callee_range.start,
                line: None,
                name: call.callee.rsplit('.').next().unwrap_or_default(),
                arguments: &call.arguments,
            };
            let span = Span::new(&file, call.callee_range.clone());
            let known = match self.definitions.meaning(&file, &call.callee, at) {
                Meaning::External(symbol) => frameworks(self.context, &file)
                    .any(|(_, facts)| self.declared(facts, &symbol, &declaration, &span, below, object)),
                Meaning::Project(_) | Meaning::Unknown => false,
            };
            if !known {
                self.fall_back(below, &declaration, span);
            }
        }
    }

    /// Reads a declaration that `facts` know as `known_as`; false where they do not know it.
    #[allow(clippy::too_many_arguments, reason = "one declaration and everything that its meaning depends on")]
    fn declared(
        &mut self,
        facts: &'a Expose,
        known_as: &str,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
    ) -> bool {
        let socket = facts.socket_option.as_ref().and_then(|option| declaration.argument(&[], option));
        let routes_socket = socket.is_some_and(|socket| socket.value == Expression::Bool(true));
        if routes_socket || facts.refuses.iter().any(|refused| refused == known_as) {
            self.refuse(declaration, span);
        } else if let Some(route) = facts.routes.get(known_as) {
            if !facts.routes_need_handler || declaration.arguments.len() >= 2 {
                self.route(facts, route, declaration, span, below, object);
            }
        } else if let Some(mount) = facts.follows.get(known_as) {
            self.mount(mount, declaration, span, below, object);
        } else {
            return false;
        }
        true
    }

    fn refuse(&mut self, declaration: &Declaration<'_>, span: &Span) {
        if self.said.insert((span.file.clone(), span.start)) {
            self.diagnostics.push(super::refusal::of_web_socket(declaration.name, span.clone()));
        }
    }

    /// What `expression` makes in the place of a declaration.
    pub(super) fn made(&self, declaration: &Declaration<'_>, expression: &Expression) -> Vec<Mounted<'a>> {
        super::make::made(self.context, self.definitions, declaration.file, expression, declaration.at)
    }
}

impl Made {
    pub(super) fn declaration<'d>(&'d self, name: &'d str) -> Declaration<'d> {
        Declaration { file: &self.file, at: self.at, line: None, name, arguments: &self.arguments }
    }
}

/// `path` below `prefix`, with one slash between them.
pub(super) fn joined(prefix: &RoutePath, path: &RoutePath) -> RoutePath {
    if path.0.is_empty() {
        return prefix.clone();
    }
    let mut all = prefix.clone();
    all.0.pop_if(|last| matches!(last, RouteSegment::Literal(text) if text.is_empty()));
    all.0.extend(path.0.iter().cloned());
    all
}
