use super::Statement;
use crate::terraform::{Address, Body, Part, template, text};

/// A role that a service assumes.
#[derive(Debug, Clone, PartialEq)]
pub struct IamRole {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The policy document that says who may assume it.
    pub trust: Address,
}

impl IamRole {
    /// The trust that lets Lambda, and nobody else, assume a role.
    #[must_use]
    pub fn trust_lambda() -> Statement {
        Statement::assume("LambdaAssumesRole", "lambda.amazonaws.com")
    }

    /// The trust that lets ECS give a role to tasks of this account's, in this region:
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role>.
    #[must_use]
    pub fn trust_tasks(region: &Address, account: &Address) -> Statement {
        let (region, account) = (region.attribute("name"), account.attribute("account_id"));
        let source = [
            Part::Text("arn:*:ecs:".into()),
            Part::Value(region),
            Part::Text(":".into()),
            Part::Value(account.clone()),
            Part::Text(":*".into()),
        ];
        Statement::assume("TasksAssumeRole", "ecs-tasks.amazonaws.com")
            .when("ArnLike", text("aws:SourceArn"), [template(source)])
            .when("StringEquals", text("aws:SourceAccount"), [account.into()])
    }

    /// The trust that lets `EventBridge` Scheduler assume a role for schedules of this account's:
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html>.
    #[must_use]
    pub fn trust_scheduler(account: &Address) -> Statement {
        Statement::assume("SchedulerAssumesRole", "scheduler.amazonaws.com").when(
            "StringEquals",
            text("aws:SourceAccount"),
            [account.attribute("account_id").into()],
        )
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("assume_role_policy", self.trust.attribute("json"))
    }
}
