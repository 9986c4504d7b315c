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

/// Lets out TCP on one port, to one security group.
#[derive(Debug, Clone, PartialEq)]
pub struct EgressRule {
    /// The group that lets out.
    pub security_group: Address,
    /// Where to.
    pub to: Address,
    /// The port.
    pub port: u16,
    /// What for.
    pub description: String,
}

impl IngressRule {
    pub(super) fn body(&self) -> Body {
        body(&self.security_group, &self.from, self.port, &self.description)
    }
}

impl EgressRule {
    pub(super) fn body(&self) -> Body {
        body(&self.security_group, &self.to, self.port, &self.description)
    }
}

fn body(own: &Address, other: &Address, port: u16, description: &str) -> Body {
    Body::new()
        .attribute("security_group_id", own.attribute("id"))
        .attribute("description", text(description))
        .attribute("ip_protocol", text("tcp"))
        .attribute("from_port", number(port))
        .attribute("to_port", number(port))
        .attribute("referenced_security_group_id", other.attribute("id"))
}
