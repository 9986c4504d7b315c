use crate::terraform::{Address, Body, Key, Reference, object, text};

/// A subnet.
#[derive(Debug, Clone, PartialEq)]
pub struct Subnet {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
    /// Its addresses.
    pub cidr: String,
    /// The data source of zones.
    pub zones: Address,
    /// Which of the zones.
    pub zone: usize,
    /// What a cluster may put there.
    pub role: SubnetRole,
}

/// Which load balancers a Kubernetes cluster may put into a subnet, by the tag that its controller looks for:
/// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubnetRole {
    /// None: there is no such cluster.
    None,
    /// Those that only the VPC reaches.
    InternalBalancers,
    /// Those that the internet reaches.
    PublicBalancers,
}

impl Subnet {
    pub(super) fn body(&self) -> Body {
        let name = [(Key::Name("Name"), text(&self.name))];
        let role = match self.role {
            SubnetRole::None => None,
            SubnetRole::InternalBalancers => Some("kubernetes.io/role/internal-elb"),
            SubnetRole::PublicBalancers => Some("kubernetes.io/role/elb"),
        };
        let role = role.map(|tag| (Key::Text(tag.to_owned()), text("1")));
        Body::new()
            .attribute("vpc_id", self.vpc.attribute("id"))
            .attribute("cidr_block", text(&self.cidr))
            .attribute("availability_zone", self.zones.attribute("names").element(self.zone))
            .attribute("tags", object(name.into_iter().chain(role)))
            .comment("A zone that is added, or out of order for a day, moves the others in the list; subnets stay where they are.")
            .ignoring_changes([Reference::own("availability_zone")])
    }
}
