//! A network that is there already. Units get security groups of their own there, and no more, unless somebody asks for
//! endpoints: through these everything else in the VPC passes, too, as it did before.

use super::super::Draft;
use super::Network;
use crate::config::{Endpoints, NetworkAdoption, Setting, Texts};
use crate::plan::{Concern, Provenance};
use crate::resource::{Destination, EgressRule, ExistingRouteTable, ExistingSubnet, ExistingVpc, VpcEndpoint};
use crate::terraform::Address;

impl Draft<'_> {
    /// Reads the VPC, its subnets and, where routes go into them, their route tables.
    pub(super) fn adopted_network(
        &mut self,
        adopted: &NetworkAdoption,
        because: &impl Fn(&str) -> Provenance,
    ) -> Network {
        let concern = Concern::Network;
        let makes_endpoints = adopted.endpoints.value == Endpoints::Create;
        let vpc = ExistingVpc { id: adopted.vpc.value.clone(), has_names: makes_endpoints || self.has_file_systems() };
        let why = because("The network that is there already. Its routes, gateways and other groups stay as they are.");
        let vpc = self.graph.add(&concern, "main", vpc, why.with(&adopted.vpc));
        let subnets = self.adopted_subnets(&vpc, &adopted.private_subnets, false, because);
        let public = self.adopted_subnets(&vpc, &adopted.public_subnets, true, because);
        let tables = adopted.route_tables.value.0.iter().filter(|_| makes_endpoints).enumerate();
        let tables = tables.map(|(index, id)| {
            let table = ExistingRouteTable { id: id.clone(), vpc: vpc.clone() };
            let why =
                because("Its routes to S3 and DynamoDB are added; no other is changed.").with(&adopted.route_tables);
            self.graph.add(&concern, &format!("private_{}", index + 1), table, why)
        });
        let route_tables = tables.collect();
        let unit_groups = self.unit_groups(&vpc);
        Network { vpc, subnets, route_tables, egress: Vec::new(), public, public_ways: Vec::new(), unit_groups }
    }

    fn adopted_subnets(
        &mut self,
        vpc: &Address,
        ids: &Setting<Texts>,
        public: bool,
        because: &impl Fn(&str) -> Provenance,
    ) -> Vec<Address> {
        let kind = if public { "public" } else { "private" };
        let mut subnets: Vec<Address> = Vec::new();
        for (index, id) in ids.value.0.iter().enumerate() {
            let others = if index + 1 == ids.value.0.len() { subnets.clone() } else { Vec::new() };
            let subnet = ExistingSubnet { id: id.clone(), vpc: vpc.clone(), public, others };
            let why = because(&format!("A {kind} subnet that is there already.")).with(ids);
            subnets.push(self.graph.add(&Concern::Network, &format!("{kind}_{}", index + 1), subnet, why));
        }
        subnets
    }

    /// The network that is adopted, where one is.
    pub(in super::super) fn adopts_network(&self) -> Option<&NetworkAdoption> {
        Some(&self.settings.network.existing).filter(|existing| existing.is_there())
    }

    /// Whether the network's own ways lead to AWS's APIs: those of an adopted network, unless they are to be made.
    pub(in super::super) fn has_ways_of_its_own(&self) -> bool {
        self.adopts_network().is_some_and(|adopted| adopted.endpoints.value == Endpoints::None)
    }

    /// Lets the functions inside, which call AWS's own APIs, out to the adopted network's ways there. Containers are let out
    /// anyway.
    pub(super) fn out_to_aws(&mut self, network: &Network) {
        for unit in self.application.units.values() {
            let calls = self.called.values().any(|callers| callers.contains_key(&unit.id));
            let group = network.unit_groups.get(&unit.id).filter(|_| calls && !self.compute(&unit.id).is_container());
            let Some(group) = group else { continue };
            let rule = EgressRule {
                security_group: group.clone(),
                to: Destination::Anywhere,
                port: VpcEndpoint::PORT,
                description: format!("{} to AWS, over HTTPS", unit.id),
            };
            let why = "To AWS's own APIs, over endpoints or a gateway that the adopted network has. What their addresses are is \
                       not known, so it is the port that this rule names.";
            let why = Provenance::new([unit.origin.origin()], why).with(&self.settings.network.existing.endpoints);
            let name = crate::plan::naming::label(&unit.id);
            self.graph.add(&Concern::Unit(unit.id.clone()), &format!("{name}_to_aws"), rule, why);
        }
    }
}
