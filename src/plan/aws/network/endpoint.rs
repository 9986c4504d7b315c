//! Ways to the APIs of AWS from inside the private network.

use super::super::Draft;
use super::super::service::{AwsService, Way};
use super::{Guarded, Network};
use crate::app::Id;
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{
    Destination, EgressRule, EndpointWay, IamPolicyDocument, Region, SecurityGroup, Statement, VpcEndpoint,
    VpcIngressRule,
};
use crate::terraform::Address;

/// A unit inside the network that calls a service, and what it may call.
struct Caller {
    unit: Id,
    role: Address,
    statements: Vec<Statement>,
}

impl Draft<'_> {
    /// A way to each service that units inside the network call. The security groups of functions let nothing else out.
    /// Containers have a way to the internet, to be started at all, and call over that where no function needs an endpoint that
    /// is paid for. Where one does, the whole network finds the service there, by its usual name, so containers have to be let
    /// in as well. An endpoint that costs nothing is made for them too: what goes through it, no NAT gateway charges for.
    pub(in super::super) fn endpoints(&mut self) {
        let Some(network) = self.network.clone() else { return };
        if self.has_ways_of_its_own() {
            self.out_to_aws(&network);
            return;
        }
        for service in AwsService::ALL {
            let callers = self.callers(service, &network);
            if callers.is_empty() {
                continue;
            }
            let only_containers = callers.iter().all(|caller| self.compute(&caller.unit).is_container());
            match service.way() {
                Way::Interface if only_containers => {}
                Way::Interface => self.interface_endpoint(service, &network, &callers),
                Way::Gateway => self.gateway_endpoint(service, &callers),
            }
        }
    }

    fn callers(&self, service: AwsService, network: &Network) -> Vec<Caller> {
        let called = self.called.get(&service).into_iter().flatten();
        let inside = called.filter(|(unit, _)| network.unit_groups.contains_key(*unit));
        let callers = inside.filter_map(|(unit, statements)| {
            let role = self.roles.get(unit)?.clone();
            Some(Caller { unit: unit.clone(), role, statements: statements.clone() })
        });
        callers.collect()
    }

    fn interface_endpoint(&mut self, service: AwsService, network: &Network, callers: &[Caller]) {
        let because = self.because(callers);
        let concern = Concern::Network;
        let name = format!("endpoint_{}", service.label());
        let group = SecurityGroup {
            name: self.names.security_group("endpoint", service.label()),
            description: format!("Endpoint of {} for {}", service.title(), self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = because("Lets in the units that call the service, one rule for each.");
        let group = self.graph.add(&concern, &name, group, why);
        let way = EndpointWay::Interface { subnets: network.subnets.clone(), security_group: group.clone() };
        let mut statements = passes(callers);
        if self.adopts_network().is_some() {
            statements.push(pass_others(service, callers));
            let everybody = VpcIngressRule {
                security_group: group.clone(),
                vpc: network.vpc.clone(),
                port: VpcEndpoint::PORT,
                description: format!("Everything in the VPC to {}", service.title()),
            };
            let why =
                because("The service's usual name leads here from now on, for everything in the VPC that is adopted.");
            self.graph.add(&concern, &format!("{name}_from_vpc"), everybody, why);
        }
        self.endpoint(service, network, callers, way, statements);
        for Caller { unit, .. } in callers {
            let to = Guarded {
                concern: &concern,
                label: &name,
                title: service.title(),
                security_group: &group,
                port: VpcEndpoint::PORT,
            };
            let why = because(&format!("Unit {unit} calls {}.", service.title()));
            self.connect(unit, &to, &why);
        }
    }

    fn gateway_endpoint(&mut self, service: AwsService, callers: &[Caller]) {
        self.route_tables(callers);
        let Some(network) = self.network.clone() else { return };
        let mut statements = passes(callers);
        // The routes of a VPC that is adopted are somebody else's, too.
        if self.has_containers() || self.adopts_network().is_some() {
            statements.push(pass_others(service, callers));
        }
        let way = EndpointWay::Gateway { route_tables: network.route_tables.clone() };
        let endpoint = self.endpoint(service, &network, callers, way, statements);
        let because = self.because(callers);
        for Caller { unit, .. } in callers {
            // A container's own rule lets it out to everything.
            let Some(group) = network.unit_groups.get(unit).filter(|_| !self.compute(unit).is_container()) else {
                continue;
            };
            let rule = EgressRule {
                security_group: group.clone(),
                to: Destination::Endpoint(endpoint.clone()),
                port: VpcEndpoint::PORT,
                description: format!("{unit} to {}", service.title()),
            };
            let name = format!("{}_to_endpoint_{}", label(unit), service.label());
            let why = because(&format!("Unit {unit} calls {}.", service.title()));
            self.graph.add(&Concern::Unit(unit.clone()), &name, rule, why);
        }
    }

    /// Makes sure that every private subnet has a table to put routes in.
    fn route_tables(&mut self, callers: &[Caller]) {
        let is_made = self.adopts_network().is_none();
        let lacking = self.network.clone().filter(|network| is_made && network.route_tables.is_empty());
        let Some(mut network) = lacking else { return };
        let because = self.because(callers);
        for (index, subnet) in network.subnets.iter().enumerate() {
            let number = (index + 1).to_string();
            let table = self.private_routes(&number, &network.vpc, &because);
            self.goes_by(&number, subnet, &table, &because);
            network.route_tables.push(table);
        }
        self.network = Some(network);
    }

    fn endpoint(
        &mut self,
        service: AwsService,
        network: &Network,
        callers: &[Caller],
        way: EndpointWay,
        statements: Vec<Statement>,
    ) -> Address {
        let because = self.because(callers);
        let concern = Concern::Network;
        let why = because("The endpoint's service is named after the region.");
        let region = self.read(&concern, Region, why);
        let document = IamPolicyDocument { statements };
        let why = because("Only what the units were granted, and only for the units that were.");
        let document = self.graph.add(&concern, &format!("endpoint_{}", service.label()), document, why);
        let why = because(match way {
            EndpointWay::Interface { .. } => {
                "Functions inside the private network call it, and have no way to the internet."
            }
            EndpointWay::Gateway { .. } => {
                "Units inside the private network call it. Functions there have no other way, and this one costs nothing."
            }
        });
        let endpoint = VpcEndpoint {
            name: self.names.tag(&[service.label()]),
            vpc: network.vpc.clone(),
            region,
            service: service.endpoint(),
            way,
            document,
        };
        self.graph.add(&concern, service.label(), endpoint, why)
    }

    fn because(&self, callers: &[Caller]) -> impl Fn(&str) -> Provenance + use<> {
        let units = callers.iter().filter_map(|caller| self.application.units.get(&caller.unit));
        let origins: Vec<_> = units.map(|unit| unit.origin.origin().clone()).collect();
        move |rule| Provenance::new(&origins, rule)
    }
}

/// Lets through what is none of the units'.
fn pass_others(service: AwsService, callers: &[Caller]) -> Statement {
    let roles: Vec<_> = callers.iter().map(|caller| caller.role.clone()).collect();
    VpcEndpoint::pass_others(service.every_action(), &roles)
}

/// What passes: each statement once, for the roles that have it.
fn passes(callers: &[Caller]) -> Vec<Statement> {
    let mut granted: Vec<(&Statement, Vec<Address>)> = Vec::new();
    for caller in callers {
        for statement in &caller.statements {
            match granted.iter_mut().find(|(known, _)| *known == statement) {
                Some((_, roles)) => roles.push(caller.role.clone()),
                None => granted.push((statement, vec![caller.role.clone()])),
            }
        }
    }
    granted.into_iter().map(|(statement, roles)| VpcEndpoint::pass(statement.clone(), &roles)).collect()
}
