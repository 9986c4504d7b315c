//! Gateways that several units answer together.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::expose::shape;
use crate::app::{Backend, Gateway, Id, Method, Route, RoutePath};
use crate::diag::{Code, Diagnostic, Diagnostics};

/// Adds what one directive makes of a gateway. Directives with one id, in several units, make one gateway.
pub(super) fn join(gateways: &mut IndexMap<Id, Gateway>, gateway: Gateway) {
    match gateways.get_mut(&gateway.id) {
        Some(known) => known.backends.extend(gateway.backends),
        None => _ = gateways.insert(gateway.id.clone(), gateway),
    }
}

/// Puts the backends in order, and reports what cannot be together.
pub(super) fn check(gateways: &mut IndexMap<Id, Gateway>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<Id, Backend> = BTreeMap::new();
    for gateway in gateways.values_mut() {
        for backend in &gateway.backends {
            match first.get(&backend.unit) {
                Some(other) => diagnostics.push(second_in_unit(backend, other)),
                None => _ = first.insert(backend.unit.clone(), backend.clone()),
            }
        }
        gateway.backends.sort_by(|one, other| one.unit.cmp(&other.unit));
        yield_shared_paths(gateway, diagnostics);
        reject_shared_paths(gateway, diagnostics);
    }
}

/// An entry point hands all requests to one application.
fn second_in_unit(backend: &Backend, other: &Backend) -> Diagnostic {
    Diagnostic::new(Code::ManyGatewaysInUnit, format!("the unit `{}` exposes two applications", backend.unit))
        .at(backend.origin.span.clone(), "a second one here")
        .also(other.origin.span.clone(), "the first one")
        .help("put each application in a unit of its own with `@klotho::execution_unit`")
}

/// What frameworks add by themselves is no reason to refuse applications of the same framework: the first one answers it.
fn yield_shared_paths(gateway: &mut Gateway, diagnostics: &mut Diagnostics) {
    let key = |route: &Route| (shape(&route.path), route.method);
    let all = |by_framework: bool| {
        let routes =
            gateway.backends.iter().flat_map(move |backend| backend.routes.iter().map(move |route| (backend, route)));
        routes.filter(move |(_, route)| route.by_framework == by_framework)
    };
    let mut answers: BTreeMap<(RoutePath, Method), Id> = BTreeMap::new();
    for (backend, route) in all(false).chain(all(true)) {
        answers.entry(key(route)).or_insert_with(|| backend.unit.clone());
    }
    for backend in &mut gateway.backends {
        let answered = |route: &Route| answers.get(&key(route)).filter(|unit| **unit != backend.unit);
        let mut yielded: BTreeMap<&Id, Vec<String>> = BTreeMap::new();
        for route in backend.routes.iter().filter(|route| route.by_framework) {
            if let Some(unit) = answered(route) {
                yielded.entry(unit).or_default().push(format!("`{}`", route.path));
            }
        }
        for (unit, paths) in yielded {
            let message = format!(
                "the unit `{unit}` answers {} of gateway `{}`, and not `{}`",
                paths.join(", "),
                gateway.id,
                backend.unit
            );
            diagnostics.push(
                Diagnostic::new(Code::FrameworkRouteYields, message)
                    .at(backend.origin.span.clone(), format!("{} would add these routes by itself", backend.library))
                    .help("give the framework's own routes other paths, or the applications different gateways"),
            );
        }
        backend.routes.retain(|route| {
            let elsewhere = answers.get(&key(route)).is_some_and(|unit| *unit != backend.unit);
            !(route.by_framework && elsewhere)
        });
    }
}

/// A request goes to one unit, so no two may claim one path.
fn reject_shared_paths(gateway: &Gateway, diagnostics: &mut Diagnostics) {
    let mut claimed: BTreeMap<(RoutePath, Method), (&Backend, &Route)> = BTreeMap::new();
    for backend in &gateway.backends {
        for route in &backend.routes {
            let Some((other, first)) = claimed.insert((shape(&route.path), route.method), (backend, route)) else {
                continue;
            };
            if other.unit == backend.unit {
                continue;
            }
            let message = format!(
                "the units `{}` and `{}` both claim `{} {}` of gateway `{}`",
                other.unit, backend.unit, route.method, route.path, gateway.id
            );
            diagnostics.push(
                Diagnostic::new(Code::PathClaimedTwice, message)
                    .at(backend.origin.span.clone(), format!("`{}` declares it at {}", backend.unit, route.at))
                    .also(other.origin.span.clone(), format!("`{}` declares it at {}", other.unit, first.at))
                    .help("give the routes different paths, or the applications different gateways, each with its own `id`"),
            );
        }
    }
}
