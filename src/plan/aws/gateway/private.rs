//! The way of an API's requests to containers: a link into the VPC.

use super::super::{Draft, network};
use crate::app::{Backend, Gateway};
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{Integration, LbListener, SecurityGroup, VpcLink};
use crate::terraform::Address;

impl Draft<'_> {
    /// The API's link to the load balancer of its units in containers, where there is one.
    pub(super) fn vpc_link(&mut self, gateway: &Gateway) -> Option<Address> {
        let balanced = gateway.backends.iter().find_map(|backend| self.target_groups.get(&backend.unit))?.clone();
        let network = self.network.clone()?;
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));

        let group = SecurityGroup {
            name: self.names.security_group("link", gateway.id.as_str()),
            description: format!("Link of gateway {} of {}", gateway.id, self.settings.name.value),
            vpc: network.vpc,
        };
        let why = because("The link's own: it lets out requests to the load balancer, and nothing in.");
        let link_label = format!("link_{name}");
        let group = self.graph.add(&concern, &link_label, group, why);
        let from = network::End { concern: &concern, label: &link_label, security_group: &group };
        let to = network::Guarded {
            concern: &concern,
            label: &format!("balancer_{name}"),
            title: "the load balancer",
            security_group: &balanced.security_group,
            port: LbListener::PORT,
        };
        let why =
            because("Requests go from the API over the link to the load balancer, and reach that in no other way.");
        self.allow(&from, &to, &format!("{} to its load balancer", gateway.id), &why);

        let link = VpcLink { name: self.names.vpc_link(&gateway.id), subnets: network.subnets, security_group: group };
        let why = because("How the API reaches into the private network: its network interfaces are there.");
        Some(self.graph.add(&concern, &name, link, why))
    }

    /// What the API hands the requests for `backend` to, a unit in containers.
    pub(super) fn private_integration(&self, backend: &Backend, link: &Address) -> Option<Integration> {
        let balanced = self.target_groups.get(&backend.unit)?;
        Some(Integration::Private {
            link: link.clone(),
            listener: balanced.listener.clone(),
            rule: balanced.rule.clone().map(|rule| (backend.unit.to_string(), rule)),
        })
    }
}
