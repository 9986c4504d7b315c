use super::Statement;
use crate::terraform::{Address, Body, number, text};

/// What runs one unit, as a load balancer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct LbTargetGroup {
    /// Its name.
    pub name: String,
    /// What is registered in it.
    pub targets: LbTargets,
}

/// What is registered in a target group.
#[derive(Debug, Clone, PartialEq)]
pub enum LbTargets {
    /// Containers.
    Containers {
        /// Their VPC.
        vpc: Address,
        /// The port on which a container says whether it takes requests.
        health_port: u16,
        /// Seconds for which a container that is to be stopped may answer what it has begun.
        drain_s: u32,
    },
    /// A function.
    Function,
}

impl LbTargetGroup {
    /// The path of the shim's answer to whether a container takes requests.
    pub const HEALTH_PATH: &'static str = "/ready";
    /// As long as an HTTP API waits: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>.
    pub const DRAIN_OF_API_S: u32 = 30;

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
        let body = Body::new().attribute("name", text(&self.name));
        match &self.targets {
            LbTargets::Containers { vpc, health_port, drain_s } => containers(body, vpc, *health_port, *drain_s),
            // Without a check of its health, each of which would be an invocation.
            LbTargets::Function => body
                .attribute("target_type", text("lambda"))
                .comment("A header or a parameter that comes several times, such as `Set-Cookie`, is there each time.")
                .attribute("lambda_multi_value_headers_enabled", true),
        }
    }
}

fn containers(body: Body, vpc: &Address, health_port: u16, drain_s: u32) -> Body {
    let check = Body::new()
        .attribute("port", text(health_port.to_string()))
        .attribute("path", text(LbTargetGroup::HEALTH_PATH))
        .attribute("matcher", text("200"))
        .attribute("interval", number(10_u32))
        .attribute("timeout", number(5_u32))
        .attribute("healthy_threshold", number(2_u32))
        .attribute("unhealthy_threshold", number(3_u32));
    body.attribute("target_type", text("ip"))
        .attribute("vpc_id", vpc.attribute("id"))
        .attribute("protocol", text("HTTP"))
        .comment(
            "Each container is registered with its own port. This one is only the default, and always the same, because a \
             group that a listener uses cannot be replaced.",
        )
        .attribute("port", number(80_u32))
        .attribute("deregistration_delay", number(drain_s))
        .block("health_check", check)
}
