//! `plan.json`: the plan for programs, `inferra build` among them.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use crate::app::{Access, Id};
use crate::config::Target;
use crate::plan::{
    Binding, Concern, Output, OutsideTheModel, Plan, PlannedGateway, PlannedKubernetes, PlannedParameter,
    PlannedSchedule, PlannedSite, PlannedState, PlannedStore, PlannedTopic, PlannedUnit, Provenance, naming,
};
use crate::terraform::Address;

/// The version of the format; it changes when a reader has to.
pub const VERSION: u32 = 2;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    application: &'a str,
    target: Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    units: IndexMap<&'a Id, Unit<'a>>,
    gateways: &'a IndexMap<Id, PlannedGateway>,
    stores: &'a IndexMap<Id, PlannedStore>,
    topics: &'a IndexMap<Id, PlannedTopic>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    sites: &'a IndexMap<Id, PlannedSite>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: &'a IndexMap<Id, PlannedParameter>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    schedules: &'a IndexMap<Id, PlannedSchedule>,
    accesses: &'a [Access],
    #[serde(skip_serializing_if = "Option::is_none")]
    kubernetes: &'a Option<PlannedKubernetes>,
    bindings: &'a IndexMap<Id, IndexMap<String, Binding>>,
    outputs: &'a IndexMap<String, Output>,
    tags: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: &'a Option<PlannedState>,
    resources: IndexMap<&'a Address, Resource<'a>>,
}

#[derive(Serialize)]
struct Unit<'a> {
    #[serde(flatten)]
    unit: &'a PlannedUnit,
    resources: Vec<&'a Address>,
}

#[derive(Serialize)]
struct Resource<'a> {
    file: String,
    #[serde(flatten)]
    provenance: &'a Provenance,
    depends_on: BTreeSet<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    outside_the_model: &'a [OutsideTheModel],
}

/// The text of `plan.json`.
pub fn emit(plan: &Plan) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&document(plan))? + "\n")
}

/// The plans of several environments, by name.
pub fn emit_all(plans: &[(String, Plan)]) -> Result<String, serde_json::Error> {
    let all: IndexMap<_, _> = plans.iter().map(|(name, plan)| (name, document(plan))).collect();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn document(plan: &Plan) -> Document<'_> {
    let resources = plan.resources.iter().map(|(address, planned)| {
        let resource = Resource {
            file: format!("terraform/{}", naming::terraform_file(&planned.concern)),
            provenance: &planned.provenance,
            depends_on: planned.body().dependencies(),
            outside_the_model: planned.outside_the_model(),
        };
        (address, resource)
    });
    Document {
        version: VERSION,
        application: &plan.application,
        target: plan.target,
        environment: plan.environment.as_deref(),
        units: plan.units.iter().map(|(id, unit)| (id, Unit { unit, resources: own(plan, id) })).collect(),
        gateways: &plan.gateways,
        stores: &plan.stores,
        topics: &plan.topics,
        sites: &plan.sites,
        parameters: &plan.parameters,
        schedules: &plan.schedules,
        accesses: &plan.accesses,
        kubernetes: &plan.kubernetes,
        bindings: &plan.bindings,
        outputs: &plan.outputs,
        tags: &plan.tags,
        state: &plan.state,
        resources: resources.collect(),
    }
}

/// The resources that are there for one unit alone.
fn own<'a>(plan: &'a Plan, unit: &Id) -> Vec<&'a Address> {
    let concern = Concern::Unit(unit.clone());
    plan.resources.iter().filter(|(_, planned)| planned.concern == concern).map(|(address, _)| address).collect()
}
