use super::ecs_cluster_capacity_providers::strategy;
use super::ecs_task_definition::CONTAINER;
use crate::terraform::{Address, Body, keyword, list, number, text};

/// Keeps a number of tasks of one definition running on Fargate.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsService {
    /// Its name.
    pub name: String,
    /// The cluster.
    pub cluster: Address,
    /// What its tasks are.
    pub task_definition: Address,
    /// The number of tasks to begin with.
    pub tasks: u32,
    /// Whether something else changes that number later.
    pub scales: bool,
    /// Where its tasks are.
    pub subnets: Vec<Address>,
    /// Its tasks' own security group.
    pub security_group: Address,
    /// Where its tasks take requests from.
    pub load_balancer: Option<EcsTargets>,
    /// Where its tasks are found by name.
    pub registry: Option<Address>,
    /// What has to be there before the first task can start.
    pub needs: Vec<Address>,
}

/// The tasks of a service behind a load balancer.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsTargets {
    /// The group that they are registered in.
    pub target_group: Address,
    /// The port that they take requests on.
    pub port: u16,
}

impl EcsService {
    /// Seconds in which a task may still be loading before its health counts.
    const LOADING_S: u32 = 60;

    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("name", text(&self.name))
            .attribute("cluster", self.cluster.attribute("id"))
            .attribute("task_definition", self.task_definition.attribute("arn"))
            .attribute("desired_count", number(self.tasks))
            .attribute("availability_zone_rebalancing", text("ENABLED"))
            .attribute("enable_ecs_managed_tags", true)
            .attribute("propagate_tags", text("SERVICE"))
            .comment(
                "No shell into running tasks: whoever may look at the cluster may not read the memory of its tasks.",
            )
            .attribute("enable_execute_command", false)
            .gap()
            .comment("New tasks are started beside the old ones, which stay until the new ones answer.")
            .attribute("deployment_minimum_healthy_percent", number(100_u32))
            .attribute("deployment_maximum_percent", number(200_u32));
        if self.load_balancer.is_some() {
            body = body.attribute("health_check_grace_period_seconds", number(Self::LOADING_S));
        }
        let breaker = Body::new().attribute("enable", true).attribute("rollback", true);
        let network = Body::new()
            .attribute("subnets", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_groups", list([self.security_group.attribute("id")]))
            .attribute("assign_public_ip", false);
        body = body
            .block("capacity_provider_strategy", strategy())
            .block("deployment_circuit_breaker", breaker)
            .block("network_configuration", network);
        if let Some(targets) = &self.load_balancer {
            let block = Body::new()
                .attribute("target_group_arn", targets.target_group.attribute("arn"))
                .attribute("container_name", text(CONTAINER))
                .attribute("container_port", number(targets.port));
            body = body.block("load_balancer", block);
        }
        if let Some(registry) = &self.registry {
            let block = Body::new().attribute("registry_arn", registry.attribute("arn"));
            body = body.block("service_registries", block);
        }
        if self.scales {
            let block = Body::new()
                .comment("The number of tasks is the scaling's to say.")
                .attribute("ignore_changes", list([keyword("desired_count")]));
            body = body.block("lifecycle", block);
        }
        body.comment("A task that starts before these are there fails, and a few of those end the deployment.")
            .attribute("depends_on", list(self.needs.iter().map(Address::whole)))
    }
}
