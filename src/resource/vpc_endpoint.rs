use super::{Condition, Principal, Statement, name_tag};
use crate::terraform::{Address, Body, Part, list, template, text};

/// A way from private subnets to one AWS service, under the service's usual name.
#[derive(Debug, Clone, PartialEq)]
pub struct VpcEndpoint {
    /// The value of its `Name` tag.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
    /// The data source of the region.
    pub region: Address,
    /// The service, such as `sns`.
    pub service: &'static str,
    /// Where its network interfaces are.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
    /// The policy document that says what may pass.
    pub document: Address,
}

impl VpcEndpoint {
    /// The port of AWS's services.
    pub const PORT: u16 = 443;

    /// Lets `statement` pass for these roles, whose own policies have to allow it as well.
    #[must_use]
    pub fn pass(statement: Statement, roles: &[Address]) -> Statement {
        Statement {
            principal: Some(Principal::Anyone),
            conditions: vec![Condition {
                test: "ArnEquals",
                variable: text("aws:PrincipalArn"),
                values: roles.iter().map(|role| role.attribute("arn").into()).collect(),
            }],
            reason: Some("What may pass, and for whom. Who may act is up to the roles: they have to allow it as well."),
            ..statement
        }
    }

    pub(super) fn body(&self) -> Body {
        let service = [
            Part::Text("com.amazonaws.".into()),
            Part::Value(self.region.attribute("name")),
            Part::Text(format!(".{}", self.service)),
        ];
        Body::new()
            .attribute("vpc_id", self.vpc.attribute("id"))
            .attribute("service_name", template(service))
            .attribute("vpc_endpoint_type", text("Interface"))
            .attribute("private_dns_enabled", true)
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
            .attribute("policy", self.document.attribute("json"))
            .attribute("tags", name_tag(&self.name))
    }
}
