use crate::terraform::{Address, Body, Expression, Key, call, list, number, object, text};

/// Calls a target at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerSchedule {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When, in UTC: `cron(…)` or `rate(…)`.
    pub expression: String,
    /// What is called.
    pub target: SchedulerTarget,
    /// The role by which it is called.
    pub role: Address,
    /// What lets the role do that.
    pub policy: Address,
    /// Tries of a call after the first.
    pub max_retries: u32,
    /// Seconds after which a call that did not succeed is given up.
    pub max_delay_s: u32,
    /// The queue that takes what could not be called.
    pub dead_letters: Option<Address>,
}

/// What a schedule calls.
#[derive(Debug, Clone, PartialEq)]
pub enum SchedulerTarget {
    /// A function, with an event.
    Function {
        /// The function.
        function: Address,
        /// The event.
        event: Expression,
    },
    /// One task, with a command of its own.
    Task {
        /// The cluster.
        cluster: Address,
        /// What the task is.
        definition: Address,
        /// Where it runs.
        subnets: Vec<Address>,
        /// Its security group.
        security_group: Address,
        /// What its container runs.
        command: Vec<String>,
    },
}

impl SchedulerTarget {
    fn arn(&self) -> Expression {
        match self {
            Self::Function { function: target, .. } | Self::Task { cluster: target, .. } => {
                target.attribute("arn").into()
            }
        }
    }

    fn input(&self) -> Expression {
        match self {
            Self::Function { event, .. } => event.clone(),
            Self::Task { command, .. } => {
                let container = object([
                    (Key::Name("name"), text(super::ecs_task_definition::CONTAINER)),
                    (Key::Name("command"), list(command.iter().map(text))),
                ]);
                object([(Key::Name("containerOverrides"), list([container]))])
            }
        }
    }
}

impl SchedulerSchedule {
    pub(super) fn body(&self) -> Body {
        let mut target = Body::new()
            .attribute("arn", self.target.arn())
            .attribute("role_arn", self.role.attribute("arn"))
            .attribute("input", call("jsonencode", self.target.input()));
        if let SchedulerTarget::Task { definition, subnets, security_group, .. } = &self.target {
            let network = Body::new()
                .attribute("subnets", list(subnets.iter().map(|subnet| subnet.attribute("id"))))
                .attribute("security_groups", list([security_group.attribute("id")]))
                .attribute("assign_public_ip", false);
            let task = Body::new()
                .attribute("task_definition_arn", definition.attribute("arn"))
                .attribute("launch_type", text(super::ecs_cluster_capacity_providers::FARGATE))
                .block("network_configuration", network);
            target = target.block("ecs_parameters", task);
        }
        let retries = Body::new()
            .attribute("maximum_retry_attempts", number(self.max_retries))
            .attribute("maximum_event_age_in_seconds", number(self.max_delay_s));
        target = target.block("retry_policy", retries);
        if let Some(queue) = &self.dead_letters {
            target = target.block("dead_letter_config", Body::new().attribute("arn", queue.attribute("arn")));
        }
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("schedule_expression", text(&self.expression))
            .attribute("schedule_expression_timezone", text("UTC"))
            .block("flexible_time_window", Body::new().attribute("mode", text("OFF")))
            .block("target", target)
            .comment("Without its policy the role can call nothing.")
            .attribute("depends_on", list([self.policy.whole()]))
    }
}
