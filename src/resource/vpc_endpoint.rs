use super::{Principal, Statement, name_tag};
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
    /// How the subnets reach it.
    pub way: EndpointWay,
    /// The policy document that says what may pass.
    pub document: Address,
}

/// How subnets reach an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointWay {
    /// Over network interfaces, which are paid by the hour.
    Interface {
        /// Where they are.
        subnets: Vec<Address>,
        /// Their security group.
        security_group: Address,
    },
    /// Over routes, which cost nothing; S3 and `DynamoDB` have such endpoints.
    Gateway {
        /// The tables that get the routes.
        route_tables: Vec<Address>,
    },
}

impl VpcEndpoint {
    /// The port of AWS's services.
    pub const PORT: u16 = 443;

    /// Lets `statement` pass for these roles, whose own policies have to allow it as well.
    #[must_use]
    pub fn pass(statement: Statement, roles: &[Address]) -> Statement {
        let passed = Statement {
            principal: Some(Principal::Anyone),
            reason: Some("What may pass, and for whom. Who may act is up to the roles: they have to allow it as well."),
            ..statement
        };
        passed.when("ArnEquals", text("aws:PrincipalArn"), roles.iter().map(|role| role.attribute("arn").into()))
    }

    /// Lets everyone but these roles through, as far as their own policies say.
    #[must_use]
    pub fn pass_others(actions: &'static str, roles: &[Address]) -> Statement {
        Statement {
            principal: Some(Principal::Anyone),
            reason: Some(
                "The way is everybody's here: layers of images, for one, come from S3. What is none of the units' passes as it \
                 would without this endpoint.",
            ),
            ..Statement::allow("PassOthers", vec![actions], vec![text("*")])
        }
        .when("ArnNotEquals", text("aws:PrincipalArn"), roles.iter().map(|role| role.attribute("arn").into()))
    }

    pub(super) fn body(&self) -> Body {
        let service = [
            Part::Text("com.amazonaws.".into()),
            Part::Value(self.region.attribute("name")),
            Part::Text(format!(".{}", self.service)),
        ];
        let body =
            Body::new().attribute("vpc_id", self.vpc.attribute("id")).attribute("service_name", template(service));
        let body = match &self.way {
            EndpointWay::Interface { subnets, security_group } => body
                .attribute("vpc_endpoint_type", text("Interface"))
                .attribute("private_dns_enabled", true)
                .attribute("subnet_ids", list(subnets.iter().map(|subnet| subnet.attribute("id"))))
                .attribute("security_group_ids", list([security_group.attribute("id")])),
            EndpointWay::Gateway { route_tables } => body
                .attribute("vpc_endpoint_type", text("Gateway"))
                .attribute("route_table_ids", list(route_tables.iter().map(|table| table.attribute("id")))),
        };
        body.attribute("policy", self.document.attribute("json")).attribute("tags", name_tag(&self.name))
    }
}
