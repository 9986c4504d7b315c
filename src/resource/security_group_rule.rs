use crate::terraform::{Address, Body, number, text};

/// Lets in TCP on one port, from one security group.
#[derive(Debug, Clone, PartialEq)]
pub struct IngressRule {
    /// The group that lets in.
    pub security_group: Address,
    /// Whom it lets in.
    pub from: Address,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

/// Lets in TCP on one port, from anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicIngressRule {
    /// The group that lets in.
    pub security_group: Address,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

/// Lets out TCP on one port, to one destination.
#[derive(Debug, Clone, PartialEq)]
pub struct EgressRule {
    /// The group that lets out.
    pub security_group: Address,
    /// Where to.
    pub to: Destination,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

/// Where a rule lets out to.
#[derive(Debug, Clone, PartialEq)]
pub enum Destination {
    /// A security group.
    Group(Address),
    /// The addresses of the service behind a gateway endpoint.
    Endpoint(Address),
    /// Anywhere, the internet included. It takes a route there as well.
    Anywhere,
}

impl IngressRule {
    pub(super) fn body(&self) -> Body {
        body(&self.security_group, self.port, &self.description)
            .attribute("referenced_security_group_id", self.from.attribute("id"))
    }
}

/// What lets in whatever is in a VPC.
#[derive(Debug, Clone, PartialEq)]
pub struct VpcIngressRule {
    /// The group that lets in.
    pub security_group: Address,
    /// The VPC.
    pub vpc: Address,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

impl VpcIngressRule {
    pub(super) fn body(&self) -> Body {
        body(&self.security_group, self.port, &self.description)
            .attribute("cidr_ipv4", self.vpc.attribute("cidr_block"))
    }
}

impl PublicIngressRule {
    pub(super) fn body(&self) -> Body {
        body(&self.security_group, self.port, &self.description).attribute("cidr_ipv4", text("0.0.0.0/0"))
    }
}

impl EgressRule {
    pub(super) fn body(&self) -> Body {
        let body = body(&self.security_group, self.port, &self.description);
        match &self.to {
            Destination::Group(group) => body.attribute("referenced_security_group_id", group.attribute("id")),
            Destination::Endpoint(endpoint) => body.attribute("prefix_list_id", endpoint.attribute("prefix_list_id")),
            Destination::Anywhere => body.attribute("cidr_ipv4", text("0.0.0.0/0")),
        }
    }
}

fn body(own: &Address, port: u16, description: &str) -> Body {
    Body::new()
        .attribute("security_group_id", own.attribute("id"))
        .attribute("description", text(description))
        .attribute("ip_protocol", text("tcp"))
        .attribute("from_port", number(port))
        .attribute("to_port", number(port))
}
