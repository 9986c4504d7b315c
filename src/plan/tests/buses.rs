//! Events over `EventBridge`.

use pretty_assertions::assert_eq;

use super::*;
use crate::resource::Subscriber;

const ON_A_BUS: &str = "pubsub.backing=eventbridge";

fn on(target: Target, application: &Application, overrides: &[&str]) -> Plan {
    let (plan, diagnostics) = planned_for(application, &[&[ON_A_BUS], overrides].concat(), target);
    assert!(diagnostics.iter().all(|it| it.code == Code::NoInternetEgress), "{diagnostics:?}");
    plan
}

fn document<'a>(plan: &'a Plan, name: &str) -> &'a crate::resource::IamPolicyDocument {
    let mut all = plan.resources.iter();
    let found = all.find(|(address, _)| address.to_string() == format!("data.aws_iam_policy_document.{name}"));
    let Resource::IamPolicyDocument(document) = &found.unwrap().1.resource else { panic!("no document") };
    document
}

/// Who is let in, and on behalf of what, in each statement.
fn let_in(plan: &Plan, name: &str) -> Vec<(String, Vec<String>)> {
    let statements = document(plan, name).statements.iter();
    let of = |statement: &crate::resource::Statement| {
        let Some(crate::resource::Principal::Service(service)) = &statement.principal else { panic!("no service") };
        let values = statement.conditions.iter().flat_map(|one| one.values.iter().map(crate::terraform::inline));
        ((*service).to_owned(), values.collect())
    };
    statements.map(of).collect()
}

#[test]
fn every_reference_has_a_resource_wherever_the_units_run() {
    for target in Target::ALL {
        for application in [pubsub(), both()] {
            let plan = on(target, &application, &["pubsub.eventbridge.kms_key=alias/events"]);
            let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
            for (address, planned) in plan.resources.iter() {
                let mut missing = planned.resource.dependencies();
                missing.retain(|it| !all.contains(it));
                assert!(missing.is_empty(), "{address} refers to {missing:?}");
                assert!(!planned.provenance.origins.is_empty() && !planned.provenance.rule.is_empty(), "{address}");
            }
            assert_eq!(plan.resources.taken().count(), 0);
            assert_eq!(addresses(&plan, "aws_sns_topic"), [""; 0]);
        }
    }
}

#[test]
fn an_emitter_is_a_bus_and_each_event_of_a_unit_a_rule() {
    let plan = on(Target::AwsLambda, &pubsub(), &[]);
    assert_eq!(addresses(&plan, "aws_cloudwatch_event_bus"), ["aws_cloudwatch_event_bus.greetings"]);
    let to = "greetings_hello_to_receiver";
    assert_eq!(addresses(&plan, "aws_cloudwatch_event_rule"), [format!("aws_cloudwatch_event_rule.{to}")]);
    assert_eq!(addresses(&plan, "aws_cloudwatch_event_target"), [format!("aws_cloudwatch_event_target.{to}")]);
    assert_eq!(addresses(&plan, "aws_cloudwatch_event_archive"), [""; 0]);
    let variables: Vec<_> = plan.bindings["sender"]
        .iter()
        .map(|(name, one)| (name.as_str(), crate::terraform::inline(&one.text())))
        .collect();
    let own = |name: &str, value: &str| (format!("INFERRA_PUBSUB_GREETINGS_{name}"), value.to_owned());
    assert_eq!(
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>(),
        [
            own("BUS", "aws_cloudwatch_event_bus.greetings.arn"),
            own("SOURCE", r#""shop.greetings""#),
            own("EVENTS", r#""{\"hello\":\"hello\"}""#),
        ]
    );
    let files = crate::emit::terraform::emit(&plan);
    assert!(files["topic_greetings.tf"].contains("\"detail-type\" = [\"hello\"]"));
    assert!(files["topic_greetings.tf"].contains("maximum_event_age_in_seconds = 86400"));
}

#[test]
fn only_who_publishes_may_and_only_what_it_publishes() {
    let plan = on(Target::AwsLambda, &pubsub(), &[]);
    let logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
    assert_eq!(allowed(&plan, "sender"), [&logs[..], &["events:PutEvents"]].concat());
    assert_eq!(allowed(&plan, "receiver"), [&logs[..], &["sqs:SendMessage"]].concat());
    let statement = document(&plan, "policy_sender").statements.iter().find(|it| it.sid == "PublishEvents").unwrap();
    let conditions = statement.conditions.iter().map(|one| {
        let values: Vec<_> = one.values.iter().map(crate::terraform::inline).collect();
        (one.test, crate::terraform::inline(&one.variable), values)
    });
    assert_eq!(
        conditions.collect::<Vec<_>>(),
        [
            ("StringEquals", r#""events:source""#.to_owned(), vec![r#""shop.greetings""#.to_owned()]),
            ("StringEquals", r#""events:detail-type""#.to_owned(), vec![r#""hello""#.to_owned()]),
        ]
    );
    assert_eq!(
        let_in(&plan, "dead_letters_receiver"),
        [(
            "events.amazonaws.com".to_owned(),
            vec!["aws_cloudwatch_event_rule.greetings_hello_to_receiver.arn".to_owned()]
        )]
    );
}

#[test]
fn a_container_takes_events_from_its_queue() {
    for target in [Target::Ecs, Target::Eks] {
        let plan = on(target, &pubsub(), &[]);
        let rule = vec!["aws_cloudwatch_event_rule.greetings_hello_to_receiver.arn".to_owned()];
        let only = [("events.amazonaws.com".to_owned(), rule)];
        assert_eq!(let_in(&plan, "events_receiver"), only);
        assert_eq!(let_in(&plan, "dead_letters_receiver"), only);
        let mut targets = plan.resources.iter().filter_map(|(_, planned)| {
            let Resource::EventTarget(target) = &planned.resource else { return None };
            Some(target)
        });
        let target = targets.next().unwrap();
        assert!(matches!(&target.subscriber, Subscriber::Queue { queue, .. } if queue.name() == "receiver_events"));
        assert!(plan.bindings["receiver"].contains_key("INFERRA_PUBSUB_GREETINGS_QUEUE"));
    }
}

#[test]
fn units_of_one_bus_may_run_in_different_places() {
    for compute in ["ecs", "eks"] {
        let receiver = format!("execution_unit.by_id.receiver.compute={compute}");
        let plan = on(Target::AwsLambda, &pubsub(), &[&receiver]);
        assert_eq!(let_in(&plan, "events_receiver").len(), 1);
        assert_eq!(addresses(&plan, "aws_lambda_permission").len(), 2, "those of the gateway alone");
        let sender = format!("execution_unit.by_id.sender.compute={compute}");
        let plan = on(Target::AwsLambda, &pubsub(), &[&sender]);
        let permission = "aws_lambda_permission.greetings_hello_to_receiver".to_owned();
        assert!(addresses(&plan, "aws_lambda_permission").contains(&permission));
        assert!(allowed(&plan, "sender").contains(&"events:PutEvents"));
        assert_eq!(addresses(&plan, "aws_vpc_endpoint"), [""; 0], "a container has its own way out");
    }
}

#[test]
fn publishing_to_a_bus_from_the_network_goes_through_an_endpoint() {
    let plan = on(Target::AwsLambda, &both(), &[]);
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.events"]);
}

#[test]
fn one_emitter_may_have_a_bus_where_the_others_have_topics() {
    let letters = ConstructRef::Topic(id("letters"));
    let mut application = pubsub();
    let more = Builder(application)
        .topic("letters", "src/receiver.ts", &["sent"])
        .access("receiver", letters.clone(), &[Operation::Subscribe("sent".into())])
        .access("sender", letters, &[Operation::Publish("sent".into())]);
    application = more.0;
    let (plan, _) = planned_for(&application, &["pubsub.by_id.letters.backing=eventbridge"], Target::Ecs);
    assert_eq!(plan.topics["greetings"].backing, Backing::Sns);
    assert_eq!(plan.topics["letters"].backing, Backing::Eventbridge);
    let senders: Vec<_> = let_in(&plan, "events_receiver").into_iter().map(|(service, _)| service).collect();
    assert_eq!(senders, ["sns.amazonaws.com", "events.amazonaws.com"]);
    let publishes: Vec<_> = allowed(&plan, "sender").into_iter().filter(|it| !it.starts_with("ec2")).collect();
    assert_eq!(publishes, ["sns:Publish", "events:PutEvents"]);
}

#[test]
fn settings_of_a_bus_reach_it() {
    let overrides = [
        "pubsub.eventbridge.delivery_max_retries=3",
        "pubsub.by_id.greetings.eventbridge.delivery_max_age_s=600",
        "pubsub.eventbridge.archive_days=30",
        "pubsub.eventbridge.kms_key=alias/events",
        "pubsub.dead_letter_retention_days=5",
    ];
    let text = &crate::emit::terraform::emit(&on(Target::AwsLambda, &pubsub(), &overrides))["topic_greetings.tf"];
    for wanted in [
        "maximum_retry_attempts       = 3",
        "maximum_event_age_in_seconds = 600",
        "retention_days   = 30",
        "kms_key_identifier = \"alias/events\"",
        "arn = aws_sqs_queue.greetings_bus_dead_letters.arn",
        "message_retention_seconds = 432000",
        "# Set by command line: pubsub.eventbridge.delivery_max_retries = 3; command line:",
        "# pubsub.by_id.greetings.eventbridge.delivery_max_age_s = 600.",
        "# Set by command line: pubsub.eventbridge.archive_days = 30.",
        "# Set by command line: pubsub.eventbridge.kms_key = alias/events.",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[test]
fn a_type_is_the_events_name_unless_a_policy_would_read_it_otherwise() {
    let plan = on(Target::AwsLambda, &both(), &[]);
    let events = crate::terraform::inline(&plan.bindings["api"]["INFERRA_PUBSUB_ORDERS_V2_EVENTS"].text());
    assert!(events.contains(r#"\"placed\":\"placed\""#), "{events}");
    let files = crate::emit::terraform::emit(&plan);
    assert!(!files["unit_api.tf"].contains("values   = [\"placed\", \"went $"), "{}", files["unit_api.tf"]);
}
