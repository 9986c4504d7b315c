//! Units in containers: what they share, and services of ECS.

use pretty_assertions::assert_eq;

use super::*;
use crate::app::Listens;
use crate::resource::{Destination, Integration, Subscriber};
use crate::source::Span;

/// The application, with a second unit behind the gateway of the first.
fn two_behind_one(mut application: Application) -> Application {
    let gateway = &mut application.gateways[0];
    let mut second = gateway.backends[0].clone();
    second.unit = id("worker");
    second.routes =
        vec![Route { path: RoutePath(vec![RouteSegment::Literal("jobs".into())]), ..second.routes[0].clone() }];
    gateway.backends.push(second);
    application
}

fn listening(mut application: Application, port: Option<u16>) -> Application {
    for gateway in application.gateways.values_mut() {
        for backend in &mut gateway.backends {
            let at = line("src/server.ts", 30);
            let span = Span::new(&at.file, 0..0);
            backend.application.listens = Some(Listens { port, late: false, at, span });
        }
    }
    application
}

fn on_ecs(application: &Application, overrides: &[&str]) -> Plan {
    let (plan, diagnostics) = planned_for(application, overrides, Target::Ecs);
    assert_eq!(diagnostics, []);
    plan
}

/// The statements of a policy document.
fn statements(plan: &Plan, name: &str) -> Vec<(Vec<&'static str>, Vec<String>)> {
    let mut all = plan.resources.iter();
    let document = all.find(|(address, _)| address.to_string() == format!("data.aws_iam_policy_document.{name}"));
    let Resource::IamPolicyDocument(document) = &document.unwrap().1.resource else { panic!("no document") };
    let text = |value: &Expression| crate::terraform::inline(value);
    document.statements.iter().map(|it| (it.actions.clone(), it.resources.iter().map(text).collect())).collect()
}

#[test]
fn every_reference_of_a_container_has_a_resource() {
    for application in [redis(), pubsub(), both(), two_behind_one(both())] {
        for overrides in [&[][..], &["execution_unit.by_id.worker.compute=lambda"], &["network.nat_gateways=single"]] {
            let overrides = if application.units.contains_key("worker") { overrides } else { &[] };
            let (plan, _) = planned_for(&application, overrides, Target::Ecs);
            let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
            for (address, planned) in plan.resources.iter() {
                let mut missing = planned.resource.dependencies();
                missing.retain(|it| !all.contains(it));
                assert!(missing.is_empty(), "{address} refers to {missing:?}");
                assert!(!planned.provenance.origins.is_empty() && !planned.provenance.rule.is_empty(), "{address}");
            }
            assert_eq!(plan.resources.taken().count(), 0);
            let again = planned_for(&application, overrides, Target::Ecs).0;
            assert_eq!(crate::emit::terraform::emit(&plan), crate::emit::terraform::emit(&again));
        }
    }
}

#[test]
fn a_task_may_do_what_its_code_does_and_ecs_what_starting_it_takes() {
    let plan = on_ecs(&pubsub(), &[]);
    let topic = vec!["aws_sns_topic.greetings_hello.arn".to_owned()];
    assert_eq!(statements(&plan, "policy_sender"), [(vec!["sns:Publish"], topic)]);
    let queue = vec!["aws_sqs_queue.receiver_events.arn".to_owned()];
    let handle = vec!["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
    assert_eq!(statements(&plan, "policy_receiver"), [(handle, queue)]);
    let pull = vec!["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    let start = [
        (vec!["ecr:GetAuthorizationToken"], vec!["\"*\"".to_owned()]),
        (pull, vec!["aws_ecr_repository.sender.arn".to_owned()]),
        (
            vec!["logs:CreateLogStream", "logs:PutLogEvents"],
            vec!["\"${aws_cloudwatch_log_group.tasks_sender.arn}:*\"".to_owned()],
        ),
    ];
    assert_eq!(statements(&plan, "policy_sender_start"), start);
    // A unit that calls nothing has a role without a policy.
    let plan = on_ecs(&redis(), &[]);
    assert_eq!(addresses(&plan, "aws_iam_role_policy"), ["aws_iam_role_policy.main_start"]);
}

#[test]
fn connections_have_a_rule_on_each_side() {
    let plan = on_ecs(&two_behind_one(both()), &[]);
    let (mut from, mut to, mut out) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (_, planned) in plan.resources.iter() {
        if let Resource::IngressRule(rule) = &planned.resource {
            to.insert((rule.from.name().to_owned(), rule.security_group.name().to_owned(), rule.port));
        }
        if let Resource::EgressRule(rule) = &planned.resource {
            let own = rule.security_group.name().to_owned();
            match &rule.to {
                Destination::Group(group) => {
                    from.insert((own, group.name().to_owned(), rule.port));
                }
                Destination::Endpoint(_) => panic!("containers have a way to everywhere: {own}"),
                Destination::Anywhere => out.push((own, rule.port)),
            }
        }
    }
    let expected = [
        ("balancer_shop", "unit_api", 8080),
        ("balancer_shop", "unit_api", 8081),
        ("balancer_shop", "unit_worker", 8080),
        ("balancer_shop", "unit_worker", 8081),
        ("link_shop", "balancer_shop", 80),
        ("unit_api", "store_cache", 6379),
    ];
    let expected: BTreeSet<_> = expected.map(|(from, to, port)| (from.to_owned(), to.to_owned(), port)).into();
    assert_eq!(from, expected);
    assert_eq!(to, expected);
    assert_eq!(out, [("unit_api".to_owned(), 443), ("unit_worker".to_owned(), 443)]);
}

#[test]
fn ports_are_the_settings_or_the_codes_or_the_languages() {
    let ports = |application: &Application, overrides: &[&str], unit: &str| {
        let plan = on_ecs(application, overrides);
        let container = plan.units[unit].container().unwrap();
        let bound = plan.bindings[unit].get(&format!("INFERRA_EXECUTION_UNIT_{}_PORT", unit.to_uppercase()));
        let bound = bound.map(|binding| serde_json::to_string(&binding.value).unwrap());
        assert_eq!(bound, container.port.map(|port| format!("\"{port}\"")));
        (container.port, container.health_port)
    };
    assert_eq!(ports(&redis(), &[], "main"), (Some(8000), 8081));
    assert_eq!(ports(&pubsub(), &[], "sender"), (Some(8080), 8081));
    assert_eq!(ports(&pubsub(), &[], "receiver"), (None, 8081));
    let told = listening(pubsub(), Some(8081));
    assert_eq!(ports(&told, &[], "sender"), (Some(8081), 8082));
    assert_eq!(ports(&told, &["execution_unit.port=3000"], "sender"), (Some(3000), 8081));
    let untold = listening(pubsub(), None);
    assert_eq!(ports(&untold, &["execution_unit.by_id.sender.port=3000"], "sender"), (Some(3000), 8081));
    let (_, diagnostics) = planned_for(&untold, &[], Target::Ecs);
    assert_eq!(codes(&diagnostics), [Code::PortUnknown]);
    assert_eq!(codes(&planned(&untold, &[]).1), []);
}

#[test]
fn events_wait_in_a_queue_of_the_unit() {
    let plan = on_ecs(&both(), &[]);
    let queues = ["aws_sqs_queue.worker_dead_letters", "aws_sqs_queue.worker_events"];
    assert_eq!(addresses(&plan, "aws_sqs_queue"), queues);
    let subscribed = plan.resources.iter().filter_map(|(_, planned)| {
        let Resource::SnsSubscription(subscription) = &planned.resource else { return None };
        Some(&subscription.subscriber)
    });
    let subscribed: Vec<_> = subscribed.collect();
    assert_eq!(subscribed.len(), 2);
    for subscriber in subscribed {
        let Subscriber::Queue { queue, policy } = subscriber else { panic!("{subscriber:?}") };
        assert_eq!((queue.name(), policy.name()), ("worker_events", "worker_events"));
    }
    let variables: Vec<_> = plan.bindings["worker"].keys().map(String::as_str).collect();
    let expected = [
        "INFERRA_PUBSUB_ORDERS_V2_TOPICS",
        "INFERRA_PUBSUB_ORDERS_V2_QUEUE",
        "INFERRA_PUBSUB_ORDERS_V2_VISIBILITY_S",
        "INFERRA_EXECUTION_UNIT_WORKER_HEALTH_PORT",
        "INFERRA_EXECUTION_UNIT_WORKER_GRACE_S",
    ];
    assert_eq!(variables.iter().collect::<BTreeSet<_>>(), expected.iter().collect());
    let file = &crate::emit::terraform::emit(&plan)["unit_worker.tf"];
    assert!(file.contains("maxReceiveCount     = 3") && file.contains("redrivePermission = \"byQueue\""), "{file}");
}

#[test]
fn computes_mix_within_an_application() {
    let (plan, diagnostics) =
        planned_for(&two_behind_one(both()), &["execution_unit.by_id.worker.compute=ecs"], Target::AwsLambda);
    assert_eq!(codes(&diagnostics), [Code::NoInternetEgress]);
    assert_eq!(plan.units["api"].backing(), Backing::Lambda);
    assert_eq!(plan.units["worker"].backing(), Backing::Ecs);
    assert_eq!(addresses(&plan, "aws_lambda_function"), ["aws_lambda_function.api"]);
    assert_eq!(addresses(&plan, "aws_ecs_service"), ["aws_ecs_service.worker"]);
    assert_eq!(addresses(&plan, "aws_lambda_permission"), ["aws_lambda_permission.shop_post_orders"]);
    assert_eq!(addresses(&plan, "aws_apigatewayv2_vpc_link"), ["aws_apigatewayv2_vpc_link.shop"]);
    // One unit needs no rule to be told from others.
    assert_eq!(addresses(&plan, "aws_lb_listener_rule"), [""; 0]);
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.sns"]);
}

#[test]
fn a_container_that_publishes_is_let_into_the_endpoint_of_a_function() {
    let mut application = both();
    let publishes = Access {
        unit: id("worker"),
        construct: ConstructRef::Topic(id("orders:v2")),
        operations: [(Operation::Publish("placed".into()), BTreeSet::from([line("main", 30)]))].into(),
    };
    application.accesses.push(publishes);
    let (mixed, _) = planned_for(&application, &["execution_unit.by_id.worker.compute=ecs"], Target::AwsLambda);
    let from = |plan: &Plan| {
        let rules = addresses(plan, "aws_vpc_security_group_ingress_rule").into_iter();
        rules.filter(|rule| rule.contains("endpoint_sns_from")).collect::<Vec<_>>()
    };
    let rule = |unit: &str| format!("aws_vpc_security_group_ingress_rule.endpoint_sns_from_{unit}");
    assert_eq!(from(&mixed), [rule("api"), rule("worker")]);
    // Without a function that needs it there is none: containers have a way to the internet.
    assert_eq!(addresses(&on_ecs(&application, &[]), "aws_vpc_endpoint"), [""; 0]);
}

#[test]
fn units_behind_one_load_balancer_are_told_apart() {
    let plan = on_ecs(&two_behind_one(both()), &[]);
    assert_eq!(addresses(&plan, "aws_lb"), ["aws_lb.shop"]);
    let rules = ["aws_lb_listener_rule.api", "aws_lb_listener_rule.worker"];
    assert_eq!(addresses(&plan, "aws_lb_listener_rule"), rules);
    let named = plan.resources.iter().filter_map(|(_, planned)| {
        let Resource::ApiIntegration(integration) = &planned.resource else { return None };
        Some(&integration.integration)
    });
    let named: Vec<_> = named
        .map(|integration| {
            let Integration::Private { rule: Some((unit, rule)), .. } = integration else { panic!("{integration:?}") };
            (unit.as_str(), rule.to_string())
        })
        .collect();
    assert_eq!(named, [("api", rules[0].to_owned()), ("worker", rules[1].to_owned())]);
}

#[test]
fn a_move_keeps_what_others_know() {
    let (before, _) = planned(&both(), &[]);
    let after = on_ecs(&both(), &[]);
    let kept = [
        "aws_apigatewayv2_api",
        "aws_apigatewayv2_route",
        "aws_elasticache_replication_group",
        "aws_iam_role",
        "aws_security_group",
        "aws_sns_topic",
        "aws_sqs_queue",
        "aws_subnet",
        "aws_vpc",
    ];
    for kind in kept {
        let after: BTreeSet<_> = addresses(&after, kind).into_iter().collect();
        for address in addresses(&before, kind).into_iter().filter(|it| !it.contains("endpoint_sns")) {
            assert!(after.contains(&address), "{address}");
        }
    }
    for subnet in addresses(&before, "aws_subnet") {
        let find = |plan: &Plan| {
            let found = plan.resources.iter().find(|(address, _)| address.to_string() == subnet);
            found.unwrap().1.resource.clone()
        };
        assert_eq!(find(&before), find(&after));
    }
}

#[test]
fn the_number_of_tasks_is_scaled_or_fixed() {
    let file = |overrides: &[&str]| crate::emit::terraform::emit(&on_ecs(&redis(), overrides))["unit_main.tf"].clone();
    let scaled = file(&[]);
    assert!(scaled.contains("ignore_changes = [desired_count]") && scaled.contains("max_capacity       = 10"));
    let fixed = file(&["execution_unit.max_replicas=2"]);
    assert!(!fixed.contains("ignore_changes") && !fixed.contains("aws_appautoscaling"), "{fixed}");
}

#[test]
fn a_task_ends_before_fargate_ends_it() {
    let grace = |timeout: u32| {
        let plan = on_ecs(&redis(), &[&format!("execution_unit.timeout_s={timeout}")]);
        let file = crate::emit::terraform::emit(&plan)["unit_main.tf"].clone();
        let stop = file.lines().find_map(|line| line.trim().strip_prefix("stopTimeout = ").map(str::to_owned));
        (plan.units["main"].container().unwrap().grace_s, stop.unwrap())
    };
    assert_eq!(grace(30), (30, "40".to_owned()));
    assert_eq!(grace(900), (110, "120".to_owned()));
}

#[test]
fn zones_share_a_way_out_or_have_their_own() {
    let plan = on_ecs(&redis(), &["network.zones=3"]);
    let subnets = ["private_1", "private_2", "private_3", "public_1", "public_2", "public_3"];
    assert_eq!(addresses(&plan, "aws_subnet"), subnets.map(|name| format!("aws_subnet.{name}")));
    assert_eq!(addresses(&plan, "aws_nat_gateway").len(), 3);
    assert_eq!(addresses(&plan, "aws_route").len(), 4);
    let plan = on_ecs(&redis(), &["network.nat_gateways=single"]);
    assert_eq!(addresses(&plan, "aws_nat_gateway"), ["aws_nat_gateway.nat_1"]);
    assert_eq!(addresses(&plan, "aws_eip"), ["aws_eip.nat_1"]);
    assert_eq!(addresses(&plan, "aws_route").len(), 3);
    assert_eq!(addresses(&planned(&redis(), &[]).0, "aws_nat_gateway"), [""; 0]);
}

#[test]
fn what_containers_cannot_do_is_reported() {
    let problems = |overrides: &[&str]| planned_for(&redis(), overrides, Target::Ecs).1;
    let small = problems(&["network.cidr=10.0.0.0/21"]);
    assert_eq!(codes(&small), [Code::NetworkTooSmall]);
    assert_eq!(
        small[0].message,
        "`network.cidr` is 10.0.0.0/21 (command line), which has too few addresses for containers"
    );
    assert_eq!(codes(&problems(&["network.cidr=10.0.0.0/20"])), []);
    let odd = problems(&["execution_unit.memory_mb=3072"]);
    assert_eq!(codes(&odd), [Code::TargetCannotRun]);
    assert_eq!(
        odd[0].help.as_deref(),
        Some(
            "set `execution_unit.memory_mb` (3072, command line) to one of 512, 1024, 2048; or set \
             `execution_unit.cpu_units` (256, built-in default) to 512"
        )
    );
    assert_eq!(codes(&planned(&redis(), &["network.cidr=10.0.0.0/24"]).1), [Code::NoInternetEgress]);
}
