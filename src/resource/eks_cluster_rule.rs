//! Rules between the security group of a unit's pods and the one that EKS makes for a cluster:
//! <https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html>.

use super::EksCluster;
use crate::terraform::{Address, Body, Reference, number, text};

/// The port of name servers.
const DNS: u16 = 53;

/// What carries a query for a name: UDP, and TCP where the answer is long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsProtocol {
    /// The usual way.
    Udp,
    /// For long answers.
    Tcp,
}

impl DnsProtocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Udp, Self::Tcp];

    /// The name that security groups use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

/// Lets pods ask the cluster's name servers.
#[derive(Debug, Clone, PartialEq)]
pub struct DnsEgressRule {
    /// The pods' group.
    pub security_group: Address,
    /// The cluster.
    pub cluster: Address,
    /// What carries the query.
    pub protocol: DnsProtocol,
    /// What for.
    pub description: String,
}

/// Lets the cluster's name servers be asked by pods.
#[derive(Debug, Clone, PartialEq)]
pub struct DnsIngressRule {
    /// The cluster.
    pub cluster: Address,
    /// The pods' group.
    pub from: Address,
    /// What carries the query.
    pub protocol: DnsProtocol,
    /// What for.
    pub description: String,
}

/// Lets the cluster's machines ask pods how they are.
#[derive(Debug, Clone, PartialEq)]
pub struct KubeletIngressRule {
    /// The pods' group.
    pub security_group: Address,
    /// The cluster.
    pub cluster: Address,
    /// The port on which a pod answers.
    pub port: u16,
    /// What for.
    pub description: String,
}

/// Lets the cluster's machines reach something for the pods on them.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineIngressRule {
    /// The group of what they reach.
    pub security_group: Address,
    /// The cluster.
    pub cluster: Address,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

/// Lets a network that is connected to the private one reach the cluster's API.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterApiIngressRule {
    /// The cluster.
    pub cluster: Address,
    /// The network.
    pub network: String,
    /// What for.
    pub description: String,
}

impl ClusterApiIngressRule {
    /// The port of the API.
    const PORT: u16 = 443;

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("security_group_id", EksCluster::security_group(&self.cluster))
            .attribute("description", text(&self.description))
            .attribute("ip_protocol", text("tcp"))
            .attribute("from_port", number(Self::PORT))
            .attribute("to_port", number(Self::PORT))
            .attribute("cidr_ipv4", text(&self.network))
    }
}

impl DnsEgressRule {
    pub(super) fn body(&self) -> Body {
        let own = self.security_group.attribute("id");
        body(own, EksCluster::security_group(&self.cluster), self.protocol.name(), DNS, &self.description)
    }
}

impl DnsIngressRule {
    pub(super) fn body(&self) -> Body {
        let own = EksCluster::security_group(&self.cluster);
        body(own, self.from.attribute("id"), self.protocol.name(), DNS, &self.description)
    }
}

impl MachineIngressRule {
    pub(super) fn body(&self) -> Body {
        let own = self.security_group.attribute("id");
        body(own, EksCluster::security_group(&self.cluster), "tcp", self.port, &self.description)
    }
}

impl KubeletIngressRule {
    pub(super) fn body(&self) -> Body {
        let own = self.security_group.attribute("id");
        body(own, EksCluster::security_group(&self.cluster), "tcp", self.port, &self.description)
    }
}

fn body(own: Reference, other: Reference, protocol: &'static str, port: u16, description: &str) -> Body {
    Body::new()
        .attribute("security_group_id", own)
        .attribute("description", text(description))
        .attribute("ip_protocol", text(protocol))
        .attribute("from_port", number(port))
        .attribute("to_port", number(port))
        .attribute("referenced_security_group_id", other)
}
