use super::Statement;
use crate::terraform::{Address, Body, number, text};

/// The containers of one unit, as a load balancer sees them.
#[derive(Debug, Clone, PartialEq)]
pub struct LbTargetGroup {
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc: Address,
    /// The port on which a container says whether it takes requests.
    pub health_port: u16,
}

impl LbTargetGroup {
    /// The path of the shim's answer to whether a container takes requests.
    pub const HEALTH_PATH: &'static str = "/ready";
    /// Seconds for which a container that is to be stopped may answer what it has begun: as long as an HTTP API waits.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
    const DRAIN_S: u32 = 30;

    /// Registering pods in these groups, and reading what it takes. The controller's own documentation has the list for those who
    /// make everything else themselves; changing groups, which is in it, is for those who have it make them:
    /// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/v2.4/deploy/installation/#setup-iam-manually>.
    #[must_use]
    pub fn register(groups: &[Address]) -> [Statement; 2] {
        let actions = vec!["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"];
        let arns = groups.iter().map(|group| group.attribute("arn").into()).collect();
        let read = vec![
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "ec2:DescribeInstances",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeVpcs",
        ];
        let read = Statement {
            reason: Some("Describe actions know no resource."),
            ..Statement::allow("ReadPlaces", read, vec![text("*")])
        };
        [Statement::allow("RegisterPods", actions, arns), read]
    }

    pub(super) fn body(&self) -> Body {
        let check = Body::new()
            .attribute("port", text(self.health_port.to_string()))
            .attribute("path", text(Self::HEALTH_PATH))
            .attribute("matcher", text("200"))
            .attribute("interval", number(10_u32))
            .attribute("timeout", number(5_u32))
            .attribute("healthy_threshold", number(2_u32))
            .attribute("unhealthy_threshold", number(3_u32));
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("target_type", text("ip"))
            .attribute("vpc_id", self.vpc.attribute("id"))
            .attribute("protocol", text("HTTP"))
            .comment(
                "Each container is registered with its own port. This one is only the default, and always the same, because a \
                 group that a listener uses cannot be replaced.",
            )
            .attribute("port", number(80_u32))
            .attribute("deregistration_delay", number(Self::DRAIN_S))
            .block("health_check", check)
    }
}
