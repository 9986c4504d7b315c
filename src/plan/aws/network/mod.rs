mod egress;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Draft;
use crate::app::{Id, Origin};
use crate::diag::Diagnostics;
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{
    AvailabilityZones, DefaultSecurityGroup, IamPolicyDocument, Region, SecurityGroup, SnsTopic, Subnet, SubnetRole,
    Vpc, VpcEndpoint,
};
use crate::terraform::Address;

/// The private network that stores and containers live in, and the units that reach them.
#[derive(Clone)]
pub(super) struct Network {
    pub vpc: Address,
    pub subnets: Vec<Address>,
    /// What ties the private subnets to the internet, where they are.
    pub egress: Vec<Address>,
    /// The security group of each unit inside.
    pub unit_groups: IndexMap<Id, Address>,
}

/// Something inside the network that units connect to.
pub(super) struct Guarded<'a> {
    pub concern: &'a Concern,
    /// Its part of Terraform names.
    pub label: &'a str,
    /// Its name for people.
    pub title: &'a str,
    pub security_group: &'a Address,
    pub port: u16,
}

/// Something inside the network that opens connections.
pub(super) struct End<'a> {
    pub concern: &'a Concern,
    /// Its part of Terraform names.
    pub label: &'a str,
    pub security_group: &'a Address,
}

impl<'a> Draft<'a> {
    /// The network, where a store or a container needs one: `ElastiCache` and pods have no other way to be reached.
    pub(super) fn network(&mut self, diagnostics: &mut Diagnostics) -> Option<Network> {
        let containers = self.has_containers();
        if self.application.stores.is_empty() && !containers {
            return None;
        }
        let stores = self.application.stores.values().map(|store| &store.origin);
        let units = self.application.units.values().filter(|unit| self.compute(&unit.id).is_container());
        let origins: Vec<&Origin> = stores.chain(units.map(|unit| unit.origin.origin())).collect();
        let because = |rule: &str| Provenance::new(origins.iter().copied(), rule);
        let settings = &self.settings.network;
        let concern = Concern::Network;

        let zones = because("One subnet in each of the first zones of the region.");
        let zones = self.graph.add(&concern, "available", AvailabilityZones, zones);
        let vpc = Vpc { name: self.names.tag(&[]), cidr: settings.cidr.value.to_string() };
        let why = because(if containers {
            "Containers, and stores that are servers, live in a VPC. What is in its private subnets is not reached from the internet."
        } else {
            "Stores that are servers are only reachable inside a VPC. This one has no gateway: nothing in it reaches the internet, or is reached."
        });
        let vpc = self.graph.add(&concern, "main", vpc, why.with(&settings.cidr));
        let default = DefaultSecurityGroup { name: self.names.tag(&["unused"]), vpc: vpc.clone() };
        self.graph.add(
            &concern,
            "unused",
            default,
            because("Taken over to be empty: whatever lands in it by mistake reaches nothing."),
        );
        let subnets: Vec<Address> = (0..settings.zones.value)
            .map(|index| {
                let number = (index + 1).to_string();
                let subnet = Subnet {
                    name: self.names.tag(&["private", &number]),
                    vpc: vpc.clone(),
                    cidr: settings.cidr.value.sixteenth(index).to_string(),
                    zones: zones.clone(),
                    zone: index as usize,
                    role: if self.eks_units().next().is_some() {
                        SubnetRole::InternalBalancers
                    } else {
                        SubnetRole::None
                    },
                };
                let why = because(if containers {
                    "Private: it reaches the internet through a NAT gateway, and nothing reaches it from there."
                } else {
                    "Private: it has no route but the VPC's own."
                });
                let why = why.with(&settings.cidr).with(&settings.zones);
                self.graph.add(&concern, &format!("private_{number}"), subnet, why)
            })
            .collect();
        let egress = if containers { self.egress(&vpc, &zones, &subnets, diagnostics) } else { Vec::new() };
        let unit_groups = self.unit_groups(&vpc);
        Some(Network { vpc, subnets, egress, unit_groups })
    }

    fn unit_groups(&mut self, vpc: &Address) -> IndexMap<Id, Address> {
        let mut inside: BTreeSet<&Id> = self.accesses.connected_units();
        inside.extend(self.application.units.keys().filter(|unit| self.compute(unit).is_container()));
        let units: Vec<_> = self.application.units.values().filter(|unit| inside.contains(&unit.id)).collect();
        units
            .into_iter()
            .map(|unit| {
                let group = SecurityGroup {
                    name: self.names.security_group("unit", unit.id.as_str()),
                    description: format!("Unit {} of {}", unit.id, self.settings.name.value),
                    vpc: vpc.clone(),
                };
                let rule = if self.compute(&unit.id).is_container() {
                    "The unit's own: nothing passes, in or out, but what a rule of its own says."
                } else {
                    "The unit's own: it lets out one connection per access, and nothing in."
                };
                let why = Provenance::new([unit.origin.origin()], rule);
                let address =
                    self.graph.add(&Concern::Unit(unit.id.clone()), &format!("unit_{}", label(&unit.id)), group, why);
                (unit.id.clone(), address)
            })
            .collect()
    }

    /// A way to SNS for the functions that publish from inside the network: their security groups let nothing else out.
    /// Containers have a way to the internet, to be started at all, and publish over that where no function needs the endpoint.
    /// Where one does, the whole network finds SNS there, by its usual name, so containers have to be let in as well.
    pub(super) fn notification_endpoint(&mut self) {
        let Some(network) = self.network.clone() else { return };
        let accesses = &self.accesses;
        let publishing: Vec<&'a Id> = self
            .application
            .units
            .keys()
            .filter(|id| network.unit_groups.contains_key(*id) && !accesses.published_by(id).is_empty())
            .collect();
        if publishing.iter().all(|unit| self.compute(unit).is_container()) {
            return;
        }
        let events: Vec<_> = publishing.iter().flat_map(|unit| accesses.published_by(unit)).collect();
        let mut topics: Vec<Address> = events.iter().filter_map(|(topic, event)| self.event(topic, event)).collect();
        topics.sort();
        topics.dedup();
        let origins: Vec<&Origin> =
            events.iter().filter_map(|(topic, _)| Some(&self.application.topics.get(*topic)?.origin)).collect();
        let because = |rule: &str| Provenance::new(origins.iter().copied(), rule);
        let roles: Vec<Address> = publishing.iter().filter_map(|unit| self.roles.get(*unit).cloned()).collect();
        let concern = Concern::Network;

        let group = SecurityGroup {
            name: self.names.security_group("endpoint", "sns"),
            description: format!("Endpoint of SNS for {}", self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let group = self.graph.add(
            &concern,
            "endpoint_sns",
            group,
            because("Lets in the units that publish, one rule for each."),
        );
        let region = self.read(&concern, Region, because("The endpoint's service is named after the region."));
        let document = IamPolicyDocument { statements: vec![VpcEndpoint::pass(SnsTopic::publish(&topics), &roles)] };
        let document = self.graph.add(
            &concern,
            "endpoint_sns",
            document,
            because("Only publishing, only to these topics, only for the units that do."),
        );
        let endpoint = VpcEndpoint {
            name: self.names.tag(&["sns"]),
            vpc: network.vpc.clone(),
            region,
            service: "sns",
            subnets: network.subnets.clone(),
            security_group: group.clone(),
            document,
        };
        let why = because("Functions inside the private network publish, and have no way to the internet.");
        self.graph.add(&concern, "sns", endpoint, why);
        for unit in publishing {
            let to = Guarded {
                concern: &concern,
                label: "endpoint_sns",
                title: "SNS",
                security_group: &group,
                port: VpcEndpoint::PORT,
            };
            let why = because(&format!("Unit {unit} publishes."));
            self.connect(unit, &to, &why);
        }
    }
}
