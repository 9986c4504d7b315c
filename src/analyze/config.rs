use super::units::Units;
use super::{Accesses, Construct};
use crate::annotation::Request;
use crate::app::{ConstructRef, Operation, Parameter};
use crate::catalog::Config;

/// The value, and the units whose code reads it.
pub(super) fn parameter(
    units: &Units,
    construct: &Construct<'_>,
    facts: &Config,
    accesses: &mut Accesses,
) -> Parameter {
    let origin = &construct.annotation.origin;
    let target = ConstructRef::Parameter(origin.id.clone());
    for unit in units.including(&origin.at.file) {
        accesses.add(unit, &target, Operation::Read, &origin.at);
    }
    let secret = matches!(construct.annotation.request, Request::Config { secret: true, .. });
    let default = construct.client.arguments.get(1).and_then(|argument| argument.literal.clone());
    let wiring = if secret { &facts.secret_wiring } else { &facts.wiring };
    Parameter {
        id: origin.id.clone(),
        origin: origin.clone(),
        secret,
        default: default.or_else(|| construct.client.fallback.clone()),
        client: construct.client.client(construct.annotation, wiring),
    }
}
