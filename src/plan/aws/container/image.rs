//! Where a container comes from, and how it gets there.

use super::super::Draft;
use crate::app::Unit;
use crate::plan::naming::label;
use crate::plan::{Concern, Output, Provenance};
use crate::resource::{Destination, EcrLifecyclePolicy, EcrRepository, EgressRule, VpcEndpoint};
use crate::terraform::Address;

impl Draft<'_> {
    /// The repository of the unit's images.
    pub(super) fn repository(&mut self, unit: &Unit) -> Address {
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
            description: format!("{} to AWS", unit.id),
        };
        let why = "To AWS's own APIs, of which a container needs some to be started and to log. Their addresses are many and \
                   change, so it is the port that this rule names.";
        let why = Provenance::new([unit.origin.origin()], why);
        self.graph.add(&Concern::Unit(unit.id.clone()), &way_out(unit), rule, why);
    }

    /// The rule that lets the unit out, once it is made.
    pub(in super::super) fn way_out_of(&self, unit: &Unit) -> Option<Address> {
        let mut addresses = self.graph.iter().map(|(address, _)| address);
        addresses.find(|it| it.kind() == "aws_vpc_security_group_egress_rule" && it.name() == way_out(unit)).cloned()
    }

    /// The unit's security group.
    pub(in super::super) fn unit_group(&self, unit: &Unit) -> Option<Address> {
        self.network.as_ref()?.unit_groups.get(&unit.id).cloned()
    }
}

fn way_out(unit: &Unit) -> String {
    format!("{}_to_aws", label(&unit.id))
}
