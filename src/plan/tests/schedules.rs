//! Functions that run at certain times.

use pretty_assertions::assert_eq;

use super::*;
use crate::app::{Schedule, When};

/// A unit of two functions that run at certain times, and nothing else.
fn jobs(minutes: u32) -> Application {
    let mut application = Builder::new().unit("jobs", "app/jobs.py", Language::Python).0;
    for name in ["clean-up", "report"] {
        let schedule = Schedule {
            id: id(name),
            origin: origin("app/jobs.py", 4, Capability::Schedule, name),
            unit: id("jobs"),
            file: path("app/jobs.py"),
            function: name.replace('-', "_"),
            when: When::EveryMinutes(minutes),
        };
        application.schedules.insert(id(name), schedule);
    }
    application
}

fn kinds(plan: &Plan, kind: &str) -> usize {
    plan.resources.iter().filter(|(address, _)| address.kind() == kind).count()
}

fn text(plan: &Plan, address: &str) -> String {
    let mut all = plan.resources.iter();
    let (_, planned) = all.find(|(it, _)| it.to_string() == address).unwrap();
    crate::terraform::print("", &[crate::terraform::Block::new("x", &[], planned.resource.body())])
}

#[test]
fn every_target_runs_them_and_every_reference_has_a_resource() {
    for target in Target::ALL {
        let mut application = jobs(10);
        application.units[0].keep_warm = true;
        let (plan, diagnostics) = planned_for(&application, &[], target);
        assert_eq!(diagnostics, [], "{target}");
        assert_eq!(plan.schedules.len(), 2);
        assert_eq!(plan.resources.taken().count(), 0);
        let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
        for (address, planned) in plan.resources.iter() {
            let mut missing = planned.resource.dependencies();
            missing.retain(|it| !all.contains(it));
            assert!(missing.is_empty(), "{address} refers to {missing:?}");
        }
    }
}

#[test]
fn a_function_is_called_by_exactly_its_schedules() {
    let (plan, _) = planned_for(&jobs(10), &["schedule.by_id.report.max_retries=0"], Target::AwsLambda);
    assert_eq!(kinds(&plan, "aws_scheduler_schedule"), 2);
    let report = text(&plan, "aws_scheduler_schedule.report");
    for part in [
        "rate(10 minutes)",
        "job = \"report\"",
        "maximum_retry_attempts       = 0",
        "aws_sqs_queue.jobs_dead_letters.arn",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    // The function has one number for all its schedules: the highest.
    assert!(text(&plan, "aws_lambda_function_event_invoke_config.jobs").contains("maximum_retry_attempts = 2"));
    // No topic writes to the queue.
    assert_eq!(kinds(&plan, "aws_sqs_queue_policy"), 0);
}

#[test]
fn a_unit_for_its_schedules_alone_has_no_container_that_stands() {
    let (ecs, _) = planned_for(&jobs(10), &[], Target::Ecs);
    assert_eq!((kinds(&ecs, "aws_ecs_service"), kinds(&ecs, "aws_ecs_task_definition")), (0, 1));
    let call = text(&ecs, "aws_scheduler_schedule.report");
    assert!(call.contains(r#"command = ["python", "inferra_entry.py", "job", "report"]"#), "{call}");
    assert!(text(&ecs, "data.aws_iam_policy_document.policy_schedule_report").contains("iam:PassedToService"));
    let (eks, _) = planned_for(&jobs(10), &[], Target::Eks);
    assert_eq!(eks.units[0].container().map(|it| (it.min_replicas, it.max_replicas)), Some((0, 0)));
    assert_eq!(eks.schedules[0].when, "*/10 * * * *");
    assert_eq!(kinds(&eks, "aws_sqs_queue"), 0);

    // A file beside the functions' own has a program.
    let mut application = jobs(10);
    application.units[0].entries.push(path("app/worker.py"));
    let (ecs, _) = planned_for(&application, &[], Target::Ecs);
    assert_eq!(kinds(&ecs, "aws_ecs_service"), 1);
}

#[test]
fn kubernetes_knows_even_rates_only() {
    let (_, diagnostics) = planned_for(&jobs(7), &[], Target::Eks);
    assert_eq!(diagnostics.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::TargetCannotRun; 2]);
    for target in [Target::AwsLambda, Target::Ecs] {
        assert_eq!(planned_for(&jobs(7), &[], target).1, []);
    }
}

#[test]
fn a_function_is_kept_warm_and_a_container_is_anyway() {
    let mut application = redis();
    application.units[0].keep_warm = true;
    let (plan, _) = planned_for(&application, &[], Target::AwsLambda);
    let warm = text(&plan, "aws_scheduler_schedule.main_warm");
    assert!(warm.contains("warm = true") && warm.contains("rate(5 minutes)"), "{warm}");
    for target in [Target::Eks, Target::Ecs] {
        let (plan, diagnostics) = planned_for(&application, &[], target);
        assert_eq!((kinds(&plan, "aws_scheduler_schedule"), diagnostics), (0, Vec::new()));
    }
}
