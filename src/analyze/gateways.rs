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
