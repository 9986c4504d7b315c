//! Where a container comes from, and how it gets there.

use super::super::Draft;
use crate::app::Unit;
use crate::plan::naming::label;
use crate::plan::{Concern, Output, Provenance};
use crate::resource::{Destination, EcrLifecyclePolicy, EcrRepository, EgressRule, VpcEndpoint};
use crate::terraform::Address;

impl Draft<'_> {
    /// The repository of the unit's images.
    pub(in super::super) fn repository(&mut self, unit: &Unit) -> Address {
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let repository = EcrRepository { name: self.names.repository(&unit.id) };
        let why = because("Holds the unit's images, each looked through for known holes when it comes in.");
        let repository = self.graph.add(&concern, &name, repository, why);
        let policy = EcrLifecyclePolicy { repository: repository.clone() };
        self.graph.add(&concern, &name, policy, because("Images cost for as long as they are kept."));
        let output = Output {
            description: format!("Where the images of unit {} are pushed to.", unit.id),
            value: repository.attribute("repository_url").into(),
            origins: vec![unit.origin.origin().clone()],
        };
        self.outputs.insert(format!("{name}_repository"), output);
        repository
    }

    /// The unit's way to AWS's own APIs. Their addresses are many and change, so the port is what a rule can name. Names are
    /// resolved by the VPC's own resolver, which no rule of a security group stands before:
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>.
    pub(super) fn way_out(&mut self, unit: &Unit) {
        let Some(group) = self.unit_group(unit) else { return };
        let rule = EgressRule {
            security_group: group,
            to: Destination::Anywhere,
            port: VpcEndpoint::PORT,
            description: format!("{} to AWS, over HTTPS", unit.id),
        };
        let why = "To AWS's own APIs, of which a container needs some to be started and to log. Their addresses are many and \
                   change, so it is the port that this rule names: it lets out HTTPS to anybody, and nothing else.";
        let why = Provenance::new([unit.origin.origin()], why);
        self.graph.add(&Concern::Unit(unit.id.clone()), &way_out(unit), rule, why);
    }

    /// The rules that let the unit's connections through, in and out, on its side and on the others', as far as they are made.
    pub(in super::super) fn rules_of(&self, unit: &Unit) -> Vec<Address> {
        let own = Concern::Unit(unit.id.clone());
        let from = format!("_from_{}", label(&unit.id));
        let is_rule = |address: &Address| {
            matches!(address.kind(), "aws_vpc_security_group_egress_rule" | "aws_vpc_security_group_ingress_rule")
        };
        let concerned = |address: &Address, concern: &Concern| *concern == own || address.name().ends_with(&from);
        let all =
            self.graph.iter().filter(|(address, planned)| is_rule(address) && concerned(address, &planned.concern));
        all.map(|(address, _)| address.clone()).collect()
    }

    /// The unit's security group.
    pub(in super::super) fn unit_group(&self, unit: &Unit) -> Option<Address> {
        self.network.as_ref()?.unit_groups.get(&unit.id).cloned()
    }
}

fn way_out(unit: &Unit) -> String {
    format!("{}_to_aws", label(&unit.id))
}
