//! Gateways that are REST APIs or load balancers.

use pretty_assertions::assert_eq;

use super::*;
use crate::resource::{LbRequests, LbTargets};

const REST: &str = "expose.backing=rest_api";
const ALB: &str = "expose.backing=alb";
const PLAIN: &str = "expose.alb.protocol=http";
const CERTIFIED: [&str; 3] = [
    ALB,
    "expose.alb.certificate_arn=arn:aws:acm:eu-central-1:123456789012:certificate/1",
    "expose.alb.domain_name=shop.example.com",
];

fn body(plan: &Plan, address: &str) -> String {
    let found = plan.resources.iter().find(|(own, _)| own.to_string() == address);
    let (address, planned) = found.unwrap_or_else(|| panic!("no {address}"));
    crate::terraform::print("", &[crate::terraform::Block::at(address, planned.body())])
}

fn whole(plan: &Plan) {
    let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
    for (address, planned) in plan.resources.iter() {
        let mut missing = planned.resource.dependencies();
        missing.retain(|it| !all.contains(it));
        assert!(missing.is_empty(), "{address} refers to {missing:?}");
    }
    assert_eq!(plan.resources.taken().count(), 0);
}

#[test]
fn a_rest_api_serves_each_route_and_is_deployed_when_one_changes() {
    let (plan, diagnostics) = planned(&redis(), &[REST, "expose.rest_api.stage=v1", "expose.rest_api.burst=7"]);
    assert_eq!(codes(&diagnostics), [Code::NoInternetEgress]);
    whole(&plan);
    assert!(addresses(&plan, "aws_apigatewayv2_api").is_empty());
    assert_eq!(plan.gateways["redis-gw"].backing, Backing::RestApi);
    let methods = addresses(&plan, "aws_api_gateway_method").len();
    assert_eq!(methods, addresses(&plan, "aws_api_gateway_integration").len());
    assert_eq!(methods, plan.gateways["redis-gw"].routes.len());
    assert_eq!(methods, addresses(&plan, "aws_lambda_permission").len());
    let deployment = body(&plan, "aws_api_gateway_deployment.redis_gw");
    for key in plan.gateways["redis-gw"].routes.keys() {
        assert!(deployment.contains(&format!("\"{key}\"")), "{key}: {deployment}");
    }
    let [permission, ..] = &addresses(&plan, "aws_lambda_permission")[..] else { panic!("no permission") };
    assert!(body(&plan, permission).contains("/v1/"), "{}", body(&plan, permission));
    assert!(body(&plan, "aws_api_gateway_stage.redis_gw").contains("\"v1\""));
    assert!(body(&plan, "aws_api_gateway_method_settings.redis_gw").contains("= 7"));
    assert!(addresses(&plan, "aws_api_gateway_account").is_empty());
    let (plan, _) = planned(&redis(), &[REST, "expose.rest_api.log_role=made"]);
    whole(&plan);
    assert_eq!(addresses(&plan, "aws_api_gateway_account"), ["aws_api_gateway_account.logs_redis_gw"]);
}

#[test]
fn a_rest_api_is_no_way_to_containers() {
    for target in [Target::Ecs, Target::Eks] {
        let (_, diagnostics) = planned_for(&redis(), &[REST], target);
        assert_eq!(codes(&diagnostics), [Code::BackingNotServed]);
    }
}

#[test]
fn a_load_balancer_in_front_of_a_function_needs_a_network_of_public_subnets_alone() {
    let (plan, diagnostics) = planned(&pubsub(), &CERTIFIED);
    assert_eq!(diagnostics, []);
    whole(&plan);
    let subnets = addresses(&plan, "aws_subnet");
    assert_eq!(subnets, ["aws_subnet.public_1", "aws_subnet.public_2"]);
    assert!(addresses(&plan, "aws_nat_gateway").is_empty() && addresses(&plan, "aws_eip").is_empty());
    assert!(addresses(&plan, "aws_apigatewayv2_api").is_empty());
    assert_eq!(addresses(&plan, "aws_lb_target_group_attachment").len(), 1);
    let [(gateway, planned)] = plan.gateways.iter().collect::<Vec<_>>()[..] else { panic!("one gateway") };
    assert_eq!(planned.backing, Backing::Alb);
    let url = &plan.outputs[&planned.output].value;
    assert_eq!(crate::terraform::inline(url), "\"https://shop.example.com\"");
    let label = naming::label(gateway);
    assert!(plan.outputs.contains_key(&format!("{label}_balancer")));
    assert!(body(&plan, &format!("aws_lb_listener.{label}")).contains("ELBSecurityPolicy-TLS13-1-2-2021-06"));
    assert!(body(&plan, &format!("aws_lb_listener.{label}_plain")).contains("HTTP_301"));
    let (_, diagnostics) = planned_for(&pubsub(), &[ALB, PLAIN, "network.cidr=10.0.0.0/24"], Target::AwsLambda);
    assert_eq!(codes(&diagnostics), [Code::NetworkTooSmall, Code::PlainHttp]);
}

#[test]
fn a_load_balancer_without_tls_is_an_error_or_a_warning() {
    let (_, diagnostics) = planned(&pubsub(), &[ALB]);
    assert_eq!(codes(&diagnostics), [Code::BalancerWithoutTls]);
    let (plan, diagnostics) = planned(&pubsub(), &[ALB, PLAIN]);
    assert_eq!(codes(&diagnostics), [Code::PlainHttp]);
    assert_eq!(addresses(&plan, "aws_lb_listener").len(), 1);
}

#[test]
fn containers_are_told_what_stands_before_them() {
    for target in [Target::Ecs, Target::Eks] {
        let set = [&CERTIFIED[..], &["expose.alb.idle_timeout_s=600", "execution_unit.timeout_s=45"]].concat();
        let (plan, diagnostics) = planned_for(&redis(), &set, target);
        assert_eq!(diagnostics, []);
        whole(&plan);
        assert!(addresses(&plan, "aws_apigatewayv2_vpc_link").is_empty());
        let bindings = &plan.bindings["main"];
        assert_eq!(bindings["INFERRA_EXECUTION_UNIT_MAIN_FRONT_IDLE_S"].value, BindingValue::Text("600".into()));
        let groups = plan.resources.iter().filter_map(|(_, planned)| {
            let Resource::LbTargetGroup(group) = &planned.resource else { return None };
            Some(&group.targets)
        });
        let [LbTargets::Containers { drain_s: 45, .. }] = groups.collect::<Vec<_>>()[..] else { panic!("{target}") };
        let (plan, _) = planned_for(&redis(), &[], target);
        assert!(!plan.bindings["main"].contains_key("INFERRA_EXECUTION_UNIT_MAIN_FRONT_IDLE_S"));
    }
}

#[test]
fn a_function_and_a_container_share_a_load_balancer_by_their_paths() {
    let mut application = both();
    let gateway = &mut application.gateways[0];
    let mut second = gateway.backends[0].clone();
    second.unit = id("worker");
    second.routes =
        vec![Route { path: RoutePath(vec![RouteSegment::Literal("jobs".into())]), ..second.routes[0].clone() }];
    gateway.backends.push(second);
    let set = [&CERTIFIED[..], &["execution_unit.by_id.worker.compute=ecs"]].concat();
    let (plan, diagnostics) = planned(&application, &set);
    assert!(!codes(&diagnostics).iter().any(|code| code.severity() == crate::diag::Severity::Error), "{diagnostics:?}");
    whole(&plan);
    let rules: Vec<_> = plan
        .resources
        .iter()
        .filter_map(|(_, planned)| {
            let Resource::LbListenerRule(rule) = &planned.resource else { return None };
            Some((&rule.requests, rule.target_group.to_string()))
        })
        .collect();
    assert!(rules.iter().any(|(requests, group)| {
        matches!(requests, LbRequests::To { paths, .. } if paths.contains(&"/jobs".to_owned()))
            && group == "aws_lb_target_group.worker"
    }));
    assert_eq!(addresses(&plan, "aws_lb_target_group_attachment").len(), 1);
    let listener = body(&plan, "aws_lb_listener.shop");
    assert!(listener.contains("404"), "{listener}");
}
