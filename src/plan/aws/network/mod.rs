mod egress;
mod endpoint;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Draft;
use super::store::port;
use crate::app::{Id, Origin, StoreKind};
use crate::config::{FsBacking, RedisClusterBacking, RedisNodeBacking};
use crate::diag::Diagnostics;
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{AvailabilityZones, DefaultSecurityGroup, SecurityGroup, Subnet, SubnetRole, Vpc};
use crate::terraform::Address;

/// The private network that stores and containers live in, and the units that reach them.
#[derive(Clone)]
pub(super) struct Network {
    pub vpc: Address,
    pub subnets: Vec<Address>,
    /// The routes of each private subnet; empty where no subnet has any but the VPC's own.
    pub route_tables: Vec<Address>,
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

impl Draft<'_> {
    /// What serves clients of Redis, as people say it.
    fn caches(&self) -> &'static str {
        let nodes = self.settings.redis_nodes.values().map(|it| it.backing.value == RedisNodeBacking::Memorydb);
        let clusters =
            self.settings.redis_clusters.values().map(|it| it.backing.value == RedisClusterBacking::Memorydb);
        let of_memorydb: Vec<_> = nodes.chain(clusters).collect();
        if !of_memorydb.is_empty() && of_memorydb.iter().all(|is_it| *is_it) { "MemoryDB" } else { "ElastiCache" }
    }

    /// Whether files are in file systems, which are in the network.
    fn has_file_systems(&self) -> bool {
        self.settings.file_stores.values().any(|store| store.backing.value == FsBacking::Efs)
    }

    /// Why there is a network with file systems in it.
    fn who_is_inside(&self, containers: bool) -> String {
        let inside = |kinds: &[StoreKind]| {
            let mut stores = self.application.stores.values();
            stores.any(|store| kinds.contains(&store.kind) && port(store, self.settings).is_some())
        };
        let mut all = vec!["EFS"];
        all.extend(inside(&[StoreKind::RedisNode, StoreKind::RedisCluster, StoreKind::Kv]).then(|| self.caches()));
        all.extend(inside(&[StoreKind::Orm]).then_some("RDS"));
        let stores = match all.as_slice() {
            [first, second, third] => format!("{first}, {second} and {third}"),
            few => few.join(" and "),
        };
        if containers {
            return format!(
                "Containers live in a VPC, and so do the stores in {stores}. What is in its private subnets is not reached from the \
                 internet."
            );
        }
        format!(
            "Stores in {stores} are only reachable inside a VPC. This one has no gateway: nothing in it reaches the internet, or is \
             reached."
        )
    }

    /// The network, where a store or a container needs one: `ElastiCache` and pods have no other way to be reached.
    pub(super) fn network(&mut self, diagnostics: &mut Diagnostics) -> Option<Network> {
        let containers = self.has_containers();
        let stores = self.application.stores.values().filter(|store| port(store, self.settings).is_some());
        let stores: Vec<_> = stores.map(|store| &store.origin).collect();
        if stores.is_empty() && !containers {
            return None;
        }
        let units = self.application.units.values().filter(|unit| self.compute(&unit.id).is_container());
        let origins: Vec<&Origin> = stores.into_iter().chain(units.map(|unit| unit.origin.origin())).collect();
        let because = |rule: &str| Provenance::new(origins.iter().copied(), rule);
        let settings = &self.settings.network;
        let concern = Concern::Network;

        let zones = because("One subnet in each of the first zones of the region.");
        let zones = self.graph.add(&concern, "available", AvailabilityZones, zones);
        let vpc = Vpc { name: self.names.tag(&[]), cidr: settings.cidr.value.to_string() };
        let databases = self.application.stores.values().any(|store| store.kind == StoreKind::Orm);
        let caches = self.caches();
        let why = because(&match (containers, databases) {
            _ if self.has_file_systems() => self.who_is_inside(containers),
            (true, false) => format!(
                "Containers and {caches} live in a VPC. What is in its private subnets is not reached from the internet."
            ),
            (true, true) => format!(
                "Containers, {caches} and RDS live in a VPC. What is in its private subnets is not reached from the internet."
            ),
            (false, false) => format!(
                "{caches} is only reachable inside a VPC. This one has no gateway: nothing in it reaches the internet, or is reached."
            ),
            (false, true) => format!(
                "{caches} and RDS are only reachable inside a VPC. This one has no gateway: nothing in it reaches the internet, or is reached."
            ),
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
        let egress =
            if containers { self.egress(&vpc, &zones, &subnets, diagnostics) } else { egress::Egress::default() };
        let unit_groups = self.unit_groups(&vpc);
        Some(Network { vpc, subnets, route_tables: egress.tables, egress: egress.ties, unit_groups })
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
}
