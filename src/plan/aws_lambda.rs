//! The plan for AWS with a Lambda function per unit.
//!
//! The order below is the order in which things depend on each other: constructs first, each handing its grants and bindings
//! to the units that use it, then the units, then what calls them.

mod access;
mod gateway;
mod network;
mod routes;
mod store;
mod topic;
mod unit;

use indexmap::IndexMap;

use super::naming::Names;
use super::{Binding, Concern, Graph, Output, Plan, PlannedGateway, PlannedStore, PlannedTopic, PlannedUnit, Target};
use crate::app::{Application, Id};
use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::resource::Statement;
use crate::terraform::Address;

use access::Accesses;
use network::Network;

/// What is known so far.
struct Draft<'a> {
    application: &'a Application,
    settings: &'a Settings,
    names: Names<'a>,
    accesses: Accesses<'a>,
    graph: Graph,
    /// What each unit's role may do.
    grants: IndexMap<Id, Vec<Statement>>,
    bindings: IndexMap<Id, IndexMap<String, Binding>>,
    outputs: IndexMap<String, Output>,
    stores: IndexMap<Id, PlannedStore>,
    topics: IndexMap<Id, PlannedTopic>,
    units: IndexMap<Id, PlannedUnit>,
    gateways: IndexMap<Id, PlannedGateway>,
    /// The role of each unit.
    roles: IndexMap<Id, Address>,
    /// The queue of each subscribing unit.
    dead_letters: IndexMap<Id, Address>,
}

pub(super) fn plan(application: &Application, settings: &Settings, diagnostics: &mut Diagnostics) -> Plan {
    let mut draft = Draft {
        application,
        settings,
        names: Names { application: &settings.name.value },
        accesses: Accesses::of(application),
        graph: Graph::default(),
        grants: IndexMap::new(),
        bindings: application.units.keys().map(|id| (id.clone(), IndexMap::new())).collect(),
        outputs: IndexMap::new(),
        stores: IndexMap::new(),
        topics: IndexMap::new(),
        units: IndexMap::new(),
        gateways: IndexMap::new(),
        roles: IndexMap::new(),
        dead_letters: IndexMap::new(),
    };
    let network = draft.network();
    if let Some(network) = &network {
        draft.stores(network);
    }
    draft.topics();
    draft.units(network.as_ref(), diagnostics);
    draft.notification_endpoint(network.as_ref());
    draft.subscriptions();
    draft.gateways(diagnostics);
    draft.finish(diagnostics)
}

impl Draft<'_> {
    fn finish(self, diagnostics: &mut Diagnostics) -> Plan {
        // Where ids collide, names made of them do too; that was said already, with the ids.
        let known = diagnostics.contains(Code::NameCollision);
        for address in self.graph.taken().iter().filter(|_| !known) {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    format!("two things in this application would both be `{address}`"),
                )
                .help("rename one of the ids or events that this name is made of"),
            );
        }
        Plan {
            application: self.settings.name.value.clone(),
            target: Target::AwsLambda,
            units: self.units,
            gateways: self.gateways,
            stores: self.stores,
            topics: self.topics,
            accesses: self.application.accesses.clone(),
            resources: self.graph,
            bindings: self.bindings,
            outputs: self.outputs,
            tags: self.settings.tags.iter().map(|(name, setting)| (name.clone(), setting.value.clone())).collect(),
        }
    }

    fn grant(&mut self, unit: &Id, statement: Statement) {
        self.grants.entry(unit.clone()).or_default().push(statement);
    }

    fn bind(&mut self, unit: &Id, variable: String, binding: Binding) {
        self.bindings.entry(unit.clone()).or_default().insert(variable, binding);
    }

    /// One rule on each side: `unit` may open connections to `port` of what `security_group` guards.
    fn connect(&mut self, network: &Network, unit: &Id, to: &network::Guarded<'_>, provenance: &super::Provenance) {
        let Some(own) = network.unit_groups.get(unit) else { return };
        let unit_label = super::naming::label(unit);
        let description = format!("{unit} to {}", to.title);
        let ingress = crate::resource::IngressRule {
            security_group: to.security_group.clone(),
            from: own.clone(),
            port: to.port,
            description: description.clone(),
        };
        self.graph.add(to.concern, &format!("{}_from_{unit_label}", to.label), ingress, provenance.clone());
        let egress = crate::resource::EgressRule {
            security_group: own.clone(),
            to: to.security_group.clone(),
            port: to.port,
            description,
        };
        self.graph.add(
            &Concern::Unit(unit.clone()),
            &format!("{unit_label}_to_{}", to.label),
            egress,
            provenance.clone(),
        );
    }
}
