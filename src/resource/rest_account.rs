use super::Statement;
use crate::terraform::{Address, Body};

/// The role by which API Gateway writes the logs of all REST APIs of an account in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct RestAccount {
    /// The role.
    pub role: Address,
    /// The policy without which API Gateway refuses the role.
    pub policy: Address,
}

impl RestAccount {
    /// AWS keeps what the role has to be able to do:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>.
    pub const POLICY: &'static str = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";

    /// The trust that lets API Gateway, and nobody else, assume the role.
    #[must_use]
    pub fn trust() -> Statement {
        Statement::assume("ApiGatewayAssumesRole", "apigateway.amazonaws.com")
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("cloudwatch_role_arn", self.role.attribute("arn"))
            .comment("API Gateway tries the role when it is set.")
            .attribute("depends_on", crate::terraform::list([self.policy.whole()]))
    }
}
