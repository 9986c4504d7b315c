use crate::terraform::{Address, Body, Mode, list, number, text};

/// A load balancer for HTTP.
#[derive(Debug, Clone, PartialEq)]
pub struct Lb {
    /// Its name.
    pub name: String,
    /// Subnets in different zones.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
    /// Who reaches it.
    pub reach: LbReach,
}

/// Who reaches a load balancer.
#[derive(Debug, Clone, PartialEq)]
pub enum LbReach {
    /// What is in its VPC.
    Internal,
    /// The internet.
    Public {
        /// Seconds without a byte after which it ends a connection.
        idle_timeout_s: u32,
        /// Whether AWS refuses to delete it.
        deletion_protection: bool,
        /// What ties its subnets to the internet.
        ways: Vec<Address>,
    },
}

impl Lb {
    /// The address that it will have under the name `name`.
    #[must_use]
    pub fn at(name: &str) -> Address {
        Address::new(Mode::Managed, "aws_lb", name)
    }

    pub(super) fn body(&self) -> Body {
        let body = Body::new()
            .attribute("name", text(&self.name))
            .attribute("load_balancer_type", text("application"))
            .attribute("internal", matches!(self.reach, LbReach::Internal))
            .attribute("subnets", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_groups", list([self.security_group.attribute("id")]))
            .comment("Two readers of one malformed header may see two requests: a header whose name has other characters than letters, digits and hyphens is dropped.")
            .attribute("drop_invalid_header_fields", true);
        match &self.reach {
            LbReach::Internal => body,
            LbReach::Public { idle_timeout_s, deletion_protection, ways } => {
                let body = body
                    .attribute("idle_timeout", number(*idle_timeout_s))
                    .attribute("enable_deletion_protection", *deletion_protection);
                if ways.is_empty() {
                    return body;
                }
                body.comment("It is refused in a network without a way to the internet.")
                    .attribute("depends_on", list(ways.iter().map(Address::whole)))
            }
        }
    }
}
