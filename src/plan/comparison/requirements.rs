//! What a move asks of people, and when.

use std::collections::BTreeSet;

use crate::app::Id;
use crate::plan::{Backing, Plan, PlannedUnit};
use crate::terraform::Address;

/// What has to be done for a move between two plans, in the order in which it is done.
pub(super) fn of(from: &Plan, to: &Plan) -> Vec<String> {
    let mut needed = before(from, to);
    needed.extend(during(from, to));
    needed.extend(afterwards(to));
    needed.extend(lost(from, to));
    needed
}

/// The units that `backing` serves.
fn units(plan: &Plan, backing: Backing) -> BTreeSet<&Id> {
    plan.units.iter().filter(|(_, unit)| unit.backing() == backing).map(|(id, _)| id).collect()
}

/// The units whose images have to be built.
fn built(plan: &Plan) -> BTreeSet<&Id> {
    plan.units.iter().filter(|(_, unit)| unit.repository().is_some()).map(|(id, _)| id).collect()
}

/// The units that run as containers.
fn images(plan: &Plan) -> BTreeSet<&Id> {
    plan.units.iter().filter(|(_, unit)| unit.container().is_some()).map(|(id, _)| id).collect()
}

fn joined<'a>(ids: impl IntoIterator<Item = &'a Id>) -> String {
    ids.into_iter().map(Id::as_str).collect::<Vec<_>>().join(", ")
}

fn before(from: &Plan, to: &Plan) -> Vec<String> {
    let mut needed = Vec::new();
    let functions: Vec<_> = units(to, Backing::Lambda).into_iter().filter(|id| !built(to).contains(id)).collect();
    if !functions.is_empty() {
        needed.push(format!("before `terraform apply`: `inferra build` makes the zips of {}", joined(functions)));
    }
    let (pods_before, pods) = (units(from, Backing::Eks), units(to, Backing::Eks));
    let leaving: Vec<_> = pods_before.difference(&pods).copied().collect();
    if !leaving.is_empty() {
        let how = if pods.is_empty() { "`helm uninstall`" } else { "`kubectl delete deployment`" };
        let who = joined(leaving);
        needed.push(format!("before `terraform apply`: {how} for {who}, whose pods hold network interfaces that go"));
    }
    let built = built(to);
    if !built.is_empty() {
        let who = joined(built);
        needed.push(format!(
            "an image of {who}, built from its Dockerfile and pushed to its repository, which Terraform makes"
        ));
    }
    if to.units.values().any(PlannedUnit::takes_image_tag) {
        let what = "`image_tag`, a variable of the Terraform module: the tag under which the images were pushed";
        needed.push(what.to_owned());
    }
    needed
}

fn during(from: &Plan, to: &Plan) -> Vec<String> {
    let mut needed = Vec::new();
    let moves =
        |id: &Id| from.units.get(id).zip(to.units.get(id)).is_some_and(|(old, new)| old.backing() != new.backing());
    let moving: Vec<_> = to.units.keys().filter(|id| moves(id)).collect();
    if !moving.is_empty() {
        let who = joined(moving);
        needed.push(format!(
            "a window without {who}: from `terraform apply` until what runs there anew says that it is ready"
        ));
    }
    // Only a function outside of the network can open any connection that it likes.
    let was_open = |id: &&Id| from.units.get(*id).is_some_and(|unit| !unit.private_network);
    let closed: Vec<_> = images(to).into_iter().filter(was_open).collect();
    if !closed.is_empty() {
        let who = joined(closed);
        needed.push(format!("no connections of {who} to the internet but HTTPS, on port 443: nothing else is let out"));
    }
    if !images(to).is_empty() && images(from).is_empty() {
        let what = "a budget for what is billed by the hour: NAT gateways, load balancers, containers, the cluster";
        needed.push(what.to_owned());
    }
    needed
}

fn afterwards(to: &Plan) -> Vec<String> {
    let pods = units(to, Backing::Eks);
    let mut needed = Vec::new();
    if !pods.is_empty() {
        let what = "after `terraform apply`: Helm installs the chart, from where the cluster's endpoint is reached \
                    (`eks.private_access`)";
        needed.push(what.to_owned());
    }
    let mut routes = to.gateways.values().flat_map(|gateway| gateway.routes.values());
    if routes.any(|route| pods.contains(&route.unit)) {
        let what = "the AWS Load Balancer Controller in the cluster: it registers pods with the load balancers";
        needed.push(what.to_owned());
    }
    needed
}

fn lost(from: &Plan, to: &Plan) -> Vec<String> {
    let mut needed = Vec::new();
    let gone = |address: &Address| to.resources.get(address).is_none();
    let repositories = from.units.values().filter_map(PlannedUnit::repository);
    let repositories: Vec<_> = repositories.filter(|address| gone(address)).map(ToString::to_string).collect();
    if !repositories.is_empty() {
        let which = repositories.join(", ");
        needed.push(format!("no more use for the images in {which}: they go with it"));
    }
    for (address, planned) in
        from.resources.iter().filter(|(address, _)| address.kind() == "aws_sqs_queue" && gone(address))
    {
        // What cannot be handled is kept in a queue of the same name everywhere; only the queue in front of a container goes.
        let origin = planned.provenance.origins.first().map(ToString::to_string).unwrap_or_default();
        needed.push(format!("an empty {address} ({origin}) before it is deleted: events that wait in it go with it"));
    }
    needed
}
