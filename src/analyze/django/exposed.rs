//! What a gateway in front of a Django project lets through.

use std::collections::BTreeMap;

use super::super::expose::{no_route, shape};
use super::super::{Construct, Context};
use super::urls::routes;
use crate::app::{Method, Route, RoutePath};
use crate::diag::Diagnostics;

/// The routes of a project, sorted, each once, and what else is to be said of it.
pub(in super::super) fn exposed(
    context: &Context<'_>,
    construct: &Construct<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Route> {
    let origin = &construct.annotation.origin;
    let Some(project) = context.django.started_by(&origin.at.file) else { return Vec::new() };
    for problem in &project.problems {
        let problem = problem.clone();
        diagnostics.push(match problem.primary {
            Some(_) => problem,
            None => problem.at(origin.span.clone(), "exposed by this directive"),
        });
    }
    let mut found: BTreeMap<(RoutePath, Method), Route> = BTreeMap::new();
    for route in routes(context, project, diagnostics) {
        found.entry((shape(&route.path), route.method)).or_insert(route);
    }
    if found.is_empty() && project.urls.is_some() {
        diagnostics.push(no_route(construct, "add a pattern to `urlpatterns` in the module that `ROOT_URLCONF` names"));
    }
    let mut routes: Vec<_> = found.into_values().collect();
    routes.sort();
    routes
}
