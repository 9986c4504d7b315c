//! The plan for AWS. What runs a unit is chosen unit by unit; everything else follows from who uses what.
//!
//! The order below is the order in which things depend on each other: constructs first, each handing its grants and bindings
//! to the units that use it, then what containers run on, then the units, then what calls them.

mod access;
mod bucket;
mod bus;
mod container;
mod delivery;
mod ecs;
mod eks;
mod gateway;
mod network;
mod parameter;
mod queue;
mod schedule;
mod service;
mod site;
mod store;
mod topic;
mod unit;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::naming::Names;
use super::{
    Binding, Concern, Graph, Output, Plan, PlannedGateway, PlannedKubernetes, PlannedParameter, PlannedSchedule,
    PlannedSite, PlannedStore, PlannedTopic, PlannedUnit, Subject,
};
use crate::app::{Application, Id, Unit};
use crate::config::{Compute, Settings, Target};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::resource::{Resource, Statement};
use crate::terraform::Address;

use access::Accesses;
use network::Network;

/// What is known so far.
struct Draft<'a> {
    application: &'a Application,
    settings: &'a Settings,
    target: Target,
    names: Names<'a>,
    accesses: Accesses<'a>,
    graph: Graph,
    network: Option<Network>,
    /// What each unit's role may do.
    grants: IndexMap<Id, Vec<Statement>>,
    bindings: IndexMap<Id, IndexMap<String, Binding>>,
    outputs: IndexMap<String, Output>,
    stores: IndexMap<Id, PlannedStore>,
    /// The file systems among the stores.
    file_systems: IndexMap<Id, store::FileSystem>,
    topics: IndexMap<Id, PlannedTopic>,
    sites: IndexMap<Id, PlannedSite>,
    parameters: IndexMap<Id, PlannedParameter>,
    schedules: IndexMap<Id, PlannedSchedule>,
    units: IndexMap<Id, PlannedUnit>,
    gateways: IndexMap<Id, PlannedGateway>,
    kubernetes: Option<PlannedKubernetes>,
    /// What each unit calls of AWS itself.
    called: BTreeMap<service::AwsService, IndexMap<Id, Vec<Statement>>>,
    /// The role of each unit.
    roles: IndexMap<Id, Address>,
    /// What each unit on ECS is started as.
    tasks: IndexMap<Id, schedule::Task>,
    /// The queue for what a unit could not handle, of each that handles events or is called at certain times.
    dead_letters: IndexMap<Id, Address>,
    /// The cluster of EKS, where a unit is on it.
    eks: Option<eks::Cluster>,
    /// The cluster of ECS, where a unit is on it.
    ecs: Option<ecs::Cluster>,
    /// What the load balancer of each unit behind a gateway hands its requests to.
    target_groups: IndexMap<Id, container::Balanced>,
}

pub(super) fn plan(
    application: &Application,
    settings: &Settings,
    target: Target,
    diagnostics: &mut Diagnostics,
) -> Plan {
    let mut draft = Draft {
        application,
        settings,
        target,
        names: Names { application: &settings.name.value },
        accesses: Accesses::of(application, settings),
        graph: Graph::default(),
        network: None,
        grants: IndexMap::new(),
        bindings: application.units.keys().map(|id| (id.clone(), IndexMap::new())).collect(),
        outputs: IndexMap::new(),
        stores: IndexMap::new(),
        file_systems: IndexMap::new(),
        topics: IndexMap::new(),
        sites: IndexMap::new(),
        parameters: IndexMap::new(),
        schedules: IndexMap::new(),
        units: IndexMap::new(),
        gateways: IndexMap::new(),
        kubernetes: None,
        called: BTreeMap::new(),
        roles: IndexMap::new(),
        tasks: IndexMap::new(),
        dead_letters: IndexMap::new(),
        eks: None,
        ecs: None,
        target_groups: IndexMap::new(),
    };
    draft.network = draft.network(diagnostics);
    draft.stores();
    draft.topics();
    draft.parameters();
    draft.eks_cluster(diagnostics);
    draft.ecs_cluster();
    draft.load_balancers();
    draft.gateway_addresses();
    draft.units(diagnostics);
    draft.endpoints();
    draft.migrations();
    draft.subscriptions();
    draft.schedules(diagnostics);
    draft.gateways(diagnostics);
    draft.sites();
    draft.chart_values();
    draft.finish(diagnostics)
}

impl<'a> Draft<'a> {
    fn finish(self, diagnostics: &mut Diagnostics) -> Plan {
        // Where ids collide, names made of them do too; that was said already, with the ids.
        let known = diagnostics.contains(Code::NameCollision);
        for (address, [first, last]) in self.graph.taken().filter(|_| !known) {
            let mut problem = Diagnostic::new(
                Code::NameCollision,
                format!("two things in this application would both be `{address}`"),
            )
            .help("rename one of the ids or events that this name is made of");
            if let Some(origin) = last.first() {
                problem = problem.at(origin.span.clone(), "one of them is for this");
            }
            if let Some(origin) = first.iter().find(|origin| Some(*origin) != last.first()) {
                problem = problem.also(origin.span.clone(), "the other one for this");
            }
            diagnostics.push(problem);
        }
        Plan {
            application: self.settings.name.value.clone(),
            target: self.target,
            environment: self.settings.environment.clone(),
            units: self.units,
            gateways: self.gateways,
            stores: self.stores,
            topics: self.topics,
            sites: self.sites,
            schedules: self.schedules,
            parameters: self.parameters,
            accesses: self.application.accesses.clone(),
            resources: self.graph,
            bindings: self.bindings,
            kubernetes: self.kubernetes,
            outputs: self.outputs,
            state: super::state::state(self.settings),
            tags: self.settings.tags.iter().map(|(name, setting)| (name.clone(), setting.value.clone())).collect(),
        }
    }

    /// What runs `unit`.
    fn compute(&self, unit: &Id) -> Compute {
        self.settings.units.get(unit).map_or(self.target.compute(), |settings| settings.compute.value)
    }

    /// The units that `compute` runs.
    fn units_on(&self, compute: Compute) -> impl Iterator<Item = &'a Unit> {
        let units = self.application.units.values();
        units.filter(move |unit| self.compute(&unit.id) == compute)
    }

    /// Whether any unit runs as a container.
    fn has_containers(&self) -> bool {
        self.application.units.keys().any(|unit| self.compute(unit).is_container())
    }

    /// Adds a data source of which there is one, called `current`, unless it is there already.
    fn read(&mut self, concern: &Concern, source: impl Into<Resource>, why: super::Provenance) -> Address {
        let source = source.into();
        let address = source.address("current");
        if self.graph.get(&address).is_none() {
            self.graph.add(concern, "current", source, why);
        }
        address
    }

    fn grant(&mut self, unit: &Id, statement: Statement) {
        self.grants.entry(unit.clone()).or_default().push(statement);
    }

    fn bind(
        &mut self,
        unit: &Id,
        variable: String,
        subject: Subject,
        property: &'static str,
        value: super::BindingValue,
    ) {
        let binding = Binding { subject, property, value };
        self.bindings.entry(unit.clone()).or_default().insert(variable, binding);
    }

    /// One rule on each side: `unit` may open connections to `port` of what `security_group` guards.
    fn connect(&mut self, unit: &Id, to: &network::Guarded<'_>, provenance: &super::Provenance) {
        let own = self.network.as_ref().and_then(|network| network.unit_groups.get(unit)).cloned();
        let Some(own) = own else { return };
        let unit_label = super::naming::label(unit);
        let from = network::End { concern: &Concern::Unit(unit.clone()), label: &unit_label, security_group: &own };
        self.allow(&from, to, &format!("{unit} to {}", to.title), provenance);
    }

    /// One rule on each side of a connection from one security group to another.
    fn allow(
        &mut self,
        from: &network::End<'_>,
        to: &network::Guarded<'_>,
        description: &str,
        provenance: &super::Provenance,
    ) {
        let ingress = crate::resource::IngressRule {
            security_group: to.security_group.clone(),
            from: from.security_group.clone(),
            port: to.port,
            description: description.to_owned(),
        };
        self.graph.add(to.concern, &format!("{}_from_{}", to.label, from.label), ingress, provenance.clone());
        let egress = crate::resource::EgressRule {
            security_group: from.security_group.clone(),
            to: crate::resource::Destination::Group(to.security_group.clone()),
            port: to.port,
            description: description.to_owned(),
        };
        self.graph.add(from.concern, &format!("{}_to_{}", from.label, to.label), egress, provenance.clone());
    }
}
