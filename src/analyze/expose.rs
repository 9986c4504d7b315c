use std::collections::BTreeMap;

use super::calls::{Call, CallArgument, HandedOn, Usage};
use super::listen::listens;
use super::path::{WrittenPath, catch_all, read};
use super::units::Units;
use super::{Construct, Context, calls_on, django, method_span};
use crate::annotation::Request;
use crate::app::{Backend, Gateway, Method, Route, RoutePath, RouteSegment, SourceLine, WebApplication};
use crate::catalog::{Expose, RoutesFrom};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, LineIndex, ProjectPath, Span};
use crate::syntax::{ResolvedSymbol, callee, matches};

/// The gateway of an exposed application, as far as it alone makes it up, with the routes that its unit's code declares.
pub(super) fn gateway(
    context: &Context<'_>,
    units: &Units,
    construct: &Construct<'_>,
    facts: &Expose,
    usage: &BTreeMap<ProjectPath, Usage>,
    diagnostics: &mut Diagnostics,
) -> Option<Gateway> {
    let origin = &construct.annotation.origin;
    let unit = units.of_gateway(origin)?;
    let Request::Expose { visibility, .. } = construct.annotation.request else { return None };
    let calls: Vec<&Call> = calls_on(construct, usage, |path| units.includes(unit, path)).collect();
    let handed_to_anyone = || {
        construct.references.iter().filter(|(path, _)| units.includes(unit, path)).flat_map(|(path, objects)| {
            let handed_on = usage.get(path).into_iter().flat_map(|usage| &usage.handed_on);
            handed_on.filter(|handed| objects.contains(&handed.name))
        })
    };
    let application = WebApplication {
        file: origin.at.file.clone(),
        export: export(context, construct, facts, &calls, diagnostics)?,
        interface: facts.interface,
        listens: listens(context, construct, facts, &calls, handed_to_anyone()),
    };
    let handed_on = handed_to_anyone().filter(|handed| adds_routes(context, facts, handed));
    let routes = match facts.routes_from {
        RoutesFrom::Calls => routes(context, construct, facts, &calls, handed_on, diagnostics),
        RoutesFrom::DjangoSettings => routes_of_django(context, construct, diagnostics),
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

/// The name by which the entry point can import the application; `Some(None)` where it has to wait for its `listen`.
#[allow(
    clippy::option_option,
    reason = "the outer option is failure, the inner one the two ways to reach an application"
)]
fn export(
    context: &Context<'_>,
    construct: &Construct<'_>,
    facts: &Expose,
    calls: &[&Call],
    diagnostics: &mut Diagnostics,
) -> Option<Option<String>> {
    let (file, name) = (&construct.annotation.origin.at.file, &construct.client.name);
    let importable = construct.client.top_level
        && match Language::of(file) {
            Some(Language::Python) => true,
            Some(Language::TypeScript) => construct.client.exported,
            None => false,
        };
    if importable {
        return Some(Some(name.clone()));
    }
    if let Some(exported) = context.graph.exported_names(file, name).next() {
        return Some(Some(exported.to_owned()));
    }
    if calls.iter().any(|call| facts.listens.contains(&call.method)) || is_served(context, construct, facts) {
        return Some(None);
    }
    let help = match Language::of(file) {
        Some(Language::TypeScript) => {
            format!(
                "make `{name}` at the top of the module and export it: `export {{ {name} }}` or `module.exports = {{ {name} }}`"
            )
        }
        Some(Language::Python) | None => format!("make `{name}` at the top of the module, outside of any function"),
    };
    diagnostics.push(
        Diagnostic::new(Code::ApplicationUnreachable, format!("the entry point cannot reach `{name}`"))
            .at(Span::new(file, construct.client.expression.clone()), "made here, but other modules cannot import it")
            .also(construct.annotation.origin.span.clone(), "exposed by this directive")
            .help(help),
    );
    None
}

/// Whether the file makes a server of the application: `http.createServer(app)`.
fn is_served(context: &Context<'_>, construct: &Construct<'_>, facts: &Expose) -> bool {
    let Some(file) = context.marked.get(&construct.annotation.origin.at.file) else { return false };
    matches(file, file.root(), "handed_on").into_iter().filter_map(|captures| captures.get("name").copied()).any(
        |name| {
            let call = name.parent().and_then(|arguments| arguments.parent());
            let Some(callee) = call.and_then(callee) else { return false };
            let symbol = context.graph.symbol(&file.path, file.text_of(callee));
            file.text_of(name) == construct.client.name
                && matches!(symbol, ResolvedSymbol::External(symbol) if facts.hosts.contains(&symbol))
        },
    )
}

fn routes<'a>(
    context: &Context<'_>,
    construct: &Construct<'_>,
    facts: &Expose,
    calls: &[&Call],
    handed_on: impl Iterator<Item = &'a HandedOn>,
    diagnostics: &mut Diagnostics,
) -> Vec<Route> {
    let mut routes = Vec::new();
    let mut add = |path: RoutePath, method: Method, at: &SourceLine| routes.push(Route { path, method, at: at.clone() });
    for call in calls {
        if facts.refuses.contains(&call.method) {
            diagnostics.push(
                Diagnostic::new(
                    Code::MethodNotCovered,
                    format!("`{}` needs what an HTTP API cannot serve", call.method),
                )
                .at(method_span(call), "requests of this kind never reach the application")
                .help("keep this part out of the exposed application"),
            );
        } else if let Some(method) = facts.routes.get(&call.method) {
            if facts.routes_need_handler && call.arguments.len() < 2 {
                continue;
            }
            match written_path(call).map(|written| read(facts.path_syntax, written)) {
                Some(WrittenPath::Known(path)) => add(path, *method, &call.at),
                Some(WrittenPath::KnownUpTo(prefix)) => fall_back(prefix, Unknown::of(call), &mut add, diagnostics),
                None => fall_back(RoutePath(Vec::new()), Unknown::of(call), &mut add, diagnostics),
            }
        } else {
            if answers_preflights(context, facts, call) {
                for path in catch_all(RoutePath(Vec::new())) {
                    add(path, Method::Options, &call.at);
                }
            }
            if facts.mounts.contains(&call.method) && mounts_something(context, facts, call) {
                let prefix = match written_path(call).map(|written| read(facts.path_syntax, written)) {
                    Some(WrittenPath::Known(path) | WrittenPath::KnownUpTo(path)) => path,
                    None => RoutePath(Vec::new()),
                };
                fall_back(prefix, Unknown::of(call), &mut add, diagnostics);
            }
        }
    }
    for handed in handed_on {
        let line = context
            .project
            .text(&handed.span.file)
            .map_or(1, |text| LineIndex::new(text).position(handed.span.start).line);
        let at = SourceLine { file: handed.span.file.clone(), line };
        let unknown = Unknown { method: &handed.name, at, span: handed.span.clone() };
        fall_back(RoutePath(Vec::new()), unknown, &mut add, diagnostics);
    }
    if routes.is_empty() {
        diagnostics.push(no_route(construct, "declare a route on it in a file that the unit loads"));
    }
    once(routes)
}

/// The routes of a Django project, and what else is to be said of it.
fn routes_of_django(context: &Context<'_>, construct: &Construct<'_>, diagnostics: &mut Diagnostics) -> Vec<Route> {
    let origin = &construct.annotation.origin;
    let Some(project) = context.django.started_by(&origin.at.file) else { return Vec::new() };
    for problem in &project.problems {
        let problem = problem.clone();
        diagnostics.push(match problem.primary {
            Some(_) => problem,
            None => problem.at(origin.span.clone(), "exposed by this directive"),
        });
    }
    let routes = django::routes(context, project, diagnostics);
    if routes.is_empty() && project.urls.is_some() {
        diagnostics.push(no_route(construct, "add a pattern to `urlpatterns` in the module that `ROOT_URLCONF` names"));
    }
    once(routes)
}

fn no_route(construct: &Construct<'_>, help: &str) -> Diagnostic {
    Diagnostic::new(Code::NoRoute, format!("no route was found on `{}`", construct.client.name))
        .at(construct.annotation.origin.span.clone(), "a gateway without a route answers nothing")
        .help(help)
}

/// The routes, sorted, each once, by shape: to a gateway `/users/{id}` and `/users/{name}` are one route, and the application
/// tells them apart as ever.
fn once(routes: Vec<Route>) -> Vec<Route> {
    let mut found: BTreeMap<(RoutePath, Method), Route> = BTreeMap::new();
    for route in routes {
        found.entry((shape(&route.path), route.method)).or_insert(route);
    }
    let mut routes: Vec<_> = found.into_values().collect();
    routes.sort();
    routes
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

/// Something that declares routes with paths that the code does not say.
pub(super) struct Unknown<'a> {
    pub(super) method: &'a str,
    pub(super) at: SourceLine,
    pub(super) span: Span,
}

impl<'a> Unknown<'a> {
    fn of(call: &'a Call) -> Self {
        Self { method: &call.method, at: call.at.clone(), span: method_span(call) }
    }
}

pub(super) fn fall_back(
    prefix: RoutePath,
    unknown: Unknown<'_>,
    add: &mut impl FnMut(RoutePath, Method, &SourceLine),
    diagnostics: &mut Diagnostics,
) {
    let [itself, below] = catch_all(prefix);
    diagnostics.push(
        Diagnostic::new(
            Code::CatchAllRoute,
            format!("the paths behind this `{}` became `{itself}` and `{below}`", unknown.method),
        )
        .at(unknown.span, "its paths are not known from the code")
        .help("the application still decides what it answers; only the gateway is less exact"),
    );
    add(itself, Method::Any, &unknown.at);
    add(below, Method::Any, &unknown.at);
}

/// Whether code that is given the application may declare routes on it. Its own methods are read, and a server declares none.
fn adds_routes(context: &Context<'_>, facts: &Expose, handed: &HandedOn) -> bool {
    handed.argument
        && !handed.to.as_ref().is_some_and(|to| match context.graph.symbol(&handed.span.file, to) {
            ResolvedSymbol::External(symbol) => facts.hosts.contains(&symbol),
            ResolvedSymbol::Project { .. } => false,
        })
}

/// The path of a call as a literal: by keyword, else the first positional argument.
fn written_path(call: &Call) -> Option<&str> {
    let keyword = |argument: &&CallArgument| matches!(argument.keyword.as_deref(), Some("path" | "prefix"));
    let argument =
        call.arguments.iter().find(keyword).or_else(|| call.arguments.first().filter(|first| first.keyword.is_none()));
    argument?.literal.as_deref()
}

/// Whether anything that is mounted may answer a path of its own.
fn mounts_something(context: &Context<'_>, facts: &Expose, call: &Call) -> bool {
    let prefixed = written_path(call).is_some();
    prefixed
        || call
            .arguments
            .iter()
            .any(|argument| !(argument.function || is_one_of(context, &facts.middleware, call, argument)))
}

/// Whether the call adds what answers OPTIONS requests on every path; below a prefix it is a mount like any other.
fn answers_preflights(context: &Context<'_>, facts: &Expose, call: &Call) -> bool {
    let everywhere = written_path(call).is_none();
    everywhere && call.arguments.iter().any(|argument| is_one_of(context, &facts.preflights, call, argument))
}

/// Whether the argument is, or is made by, something of those canonical names.
fn is_one_of(context: &Context<'_>, symbols: &[String], call: &Call, argument: &CallArgument) -> bool {
    argument.name.as_ref().is_some_and(|name| match context.graph.symbol(&call.at.file, name) {
        ResolvedSymbol::External(symbol) => symbols.contains(&symbol),
        ResolvedSymbol::Project { .. } => false,
    })
}
