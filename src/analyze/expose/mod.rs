//! What an exposed web application answers: its routes, followed through routers, lists and factories.

mod argument;
mod below;
mod constructed;
mod export;
mod extended;
mod field;
mod handed;
mod make;
mod mount;
mod mounted;
mod nest;
mod object;
mod plugin;
mod recognise;
mod refusal;
mod route;
mod script;
mod several;
mod sockets;
mod table;
mod uses;
mod view;
mod walk;

use std::collections::BTreeMap;

use super::calls::Usage;
use super::definitions::{DEFAULT, Definitions, Meaning, functions_around, result_of};
use super::expression::{Expression, MAX_DEPTH, expression};
use super::listen::listens;
use super::units::Units;
use super::{Construct, Context, django};
use crate::annotation::Request;
use crate::app::{Backend, Gateway, Route, RoutePath, RouteSegment, WebApplication};
use crate::catalog::{Expose, RoutesFrom};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, ProjectPath, Span};

use make::made;
use object::{Binding, Made, Mounted, Object};
use walk::{Below, Walk};

pub(super) use object::frameworks;
pub(super) use recognise::recognise;
pub(super) use sockets::Sockets;

/// The gateway of an exposed application, as far as it alone makes it up, with the routes that its unit's code declares.
pub(super) fn gateway<'a>(
    context: &Context<'a>,
    units: &Units,
    construct: &Construct<'a>,
    facts: &Expose,
    usage: &BTreeMap<ProjectPath, Usage>,
    diagnostics: &mut Diagnostics,
) -> Option<Gateway> {
    let origin = &construct.annotation.origin;
    let unit = units.of_gateway(origin)?;
    let Request::Expose { visibility, .. } = construct.annotation.request else { return None };
    let definitions = Definitions::new(context);
    let applications = applications(context, &definitions, construct);
    let interface = applications.first().map_or(facts.interface, |application| application.interface);
    let (mut problems, mut sockets) = (Diagnostics::default(), Sockets::default());
    let routes = match facts.routes_from {
        RoutesFrom::Calls | RoutesFrom::NestModules => {
            let walk = Walk::new(context, &definitions, units, unit);
            let found;
            (found, sockets) = routes(walk, applications, construct, usage, &mut problems);
            found
        }
        RoutesFrom::DjangoSettings => django::exposed(context, construct, &mut problems),
    };
    let reached = export::export(context, construct, &sockets, diagnostics)?;
    diagnostics.extend(problems);
    let application = WebApplication {
        file: origin.at.file.clone(),
        export: reached.name,
        factory: reached.factory,
        part: reached.part,
        prepared_by: facts.prepared_by.clone(),
        interface,
        listens: listens(context, construct, facts, &sockets),
    };
    let backend = Backend {
        origin: origin.clone(),
        unit: unit.clone(),
        library: construct.client.library.to_owned(),
        application,
        routes,
    };
    Some(Gateway { id: origin.id.clone(), origin: origin.clone(), visibility, backends: vec![backend] })
}

fn routes<'w, 'a>(
    mut walk: Walk<'w, '_, 'a>,
    applications: Vec<Object<'a>>,
    construct: &Construct<'a>,
    usage: &'w BTreeMap<ProjectPath, Usage>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Route>, Sockets) {
    let below = Below { path: RoutePath::default(), known: true, slash_optional: false };
    let binding = binding(walk.context, walk.definitions, construct);
    if let Some(binding) = &binding {
        walk.seed(binding.clone(), &construct.references, usage);
    }
    let script = Language::of(&construct.annotation.origin.at.file) == Some(Language::TypeScript);
    for mut object in applications {
        let mut below = below.clone();
        if object.facts.any {
            let made = object.made.declaration(name_of(construct));
            let at = if object.made.file == construct.annotation.origin.at.file {
                construct.client.callee.clone()
            } else {
                object.made.at..object.made.at + 1
            };
            walk.fall_back(&below, &made, Span::new(&object.made.file, at));
            if !script {
                continue;
            }
            // What listens is still looked for.
            below.known = false;
        }
        if let Some(binding) = &binding {
            object.bindings.retain(|other| other != binding);
            object.bindings.insert(0, binding.clone());
        }
        if !script {
            object.bindings.extend(results(walk.context, construct));
        }
        walk.object(&object, &below, true);
    }
    let sockets = walk.sockets();
    let (routes, problems) = walk.finish();
    let wrong = problems.has_errors();
    diagnostics.extend(problems);
    if routes.iter().all(|route| route.by_framework) && !wrong {
        diagnostics.push(no_route(construct, "declare a route on it in a file that the unit loads"));
    }
    (routes, sockets)
}

/// How messages call the application.
fn name_of<'c>(construct: &'c Construct<'_>) -> &'c str {
    match construct.client.name.as_str() {
        "" | DEFAULT => construct.client.library,
        name => name,
    }
}

/// An application of which no route is known.
pub(super) fn no_route(construct: &Construct<'_>, help: &str) -> Diagnostic {
    Diagnostic::new(Code::NoRoute, format!("no route was found on `{}`", name_of(construct)))
        .at(construct.annotation.origin.span.clone(), "a gateway without a route answers nothing")
        .help(help)
}

/// The name that the directive's statement gives the application.
fn binding(context: &Context<'_>, definitions: &Definitions<'_, '_>, construct: &Construct<'_>) -> Option<Binding> {
    let (file, name) = (&construct.annotation.origin.at.file, construct.client.name.clone());
    let at = construct.client.expression.start;
    if Language::of(file) == Some(Language::TypeScript) {
        if name == DEFAULT {
            return Some(Binding { file: file.clone(), name, local: None });
        }
        // What another file makes is found by its own name there.
        let Meaning::Project(found) = definitions.meaning(file, &name, at) else { return None };
        let local = (!found.module).then_some((found.scope.start, found.scope.end));
        return (found.file == *file && !name.is_empty()).then(|| Binding { file: file.clone(), name, local });
    }
    let functions = context.marked.get(file).map(|file| functions_around(file, at));
    let local = functions.into_iter().flatten().next().map(|function| (function.range.start, function.range.end));
    Some(Binding { file: file.clone(), name, local })
}

/// The names that are given to the result of the function that the directive stands in.
fn results(context: &Context<'_>, construct: &Construct<'_>) -> Vec<Binding> {
    let path = &construct.annotation.origin.at.file;
    let functions = context.marked.get(path).map(|file| functions_around(file, construct.client.expression.start));
    let outermost = functions.into_iter().flatten().next_back().filter(|function| function.top_level);
    let Some(function) = outermost else { return Vec::new() };
    let mut found = Vec::new();
    for (path, names) in context.graph.references(path, &function.name) {
        let named = names.iter().filter_map(|name| result_of(context, &path, name));
        found.extend(named.map(|name| Binding { file: path.clone(), name, local: None }));
    }
    found
}

/// The application that the directive's statement makes; several where a condition decides.
fn applications<'a>(
    context: &Context<'a>,
    definitions: &Definitions<'_, 'a>,
    construct: &Construct<'a>,
) -> Vec<Object<'a>> {
    let client = &construct.client;
    let super::client::UsedFor::Expose(facts) = client.used_for else { return Vec::new() };
    let path = &construct.annotation.origin.at.file;
    let script = Language::of(path) == Some(Language::TypeScript);
    let node = context.marked.get(path).and_then(|file| {
        let node = file.root().descendant_for_byte_range(client.expression.start, client.expression.end)?;
        Some(expression(file, node, MAX_DEPTH))
    });
    let found = node
        .filter(|node| *node != Expression::Other)
        .map_or_else(Vec::new, |node| made(context, definitions, path, &node, client.callee.start));
    let known: Vec<_> = found
        .into_iter()
        .filter_map(|mounted| match mounted {
            Mounted::Object(object) if !facts.any || script => Some(object),
            Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Handler(_) | Mounted::Unknown => {
                None
            }
        })
        .collect();
    if !known.is_empty() {
        return known;
    }
    let arguments = client.arguments.clone();
    vec![Object {
        library: client.library,
        facts,
        constructor: &facts.constructor,
        interface: facts.interface,
        router: false,
        made: Made { file: path.clone(), at: client.callee.start, arguments },
        bindings: Vec::new(),
        calls: Vec::new(),
        derived: false,
    }]
}

/// The path with its parameters' names taken out.
pub(super) fn shape(path: &RoutePath) -> RoutePath {
    let segments = path.0.iter().map(|segment| match segment {
        RouteSegment::Literal(text) => RouteSegment::Literal(text.clone()),
        RouteSegment::Parameter(_) => RouteSegment::Parameter(String::new()),
        RouteSegment::Rest(_) => RouteSegment::Rest(String::new()),
    });
    RoutePath(segments.collect())
}
