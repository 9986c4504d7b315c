mod buses;
mod containers;
mod databases;
mod eks;
mod files;
mod schedules;
mod stores;

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;

use super::*;
use crate::app::{
    Access, Backend, Capability, Client, ConstructRef, Gateway, Method, Operation, RoutePath, RouteSegment, SourceLine,
    Store, StoreClient, Topic, TopicEmitter, Unit, UnitOrigin, Visibility, WebApplication, WebInterface, Wiring,
};
use crate::config::{Resolved, Sources, resolve};
use crate::diag::{Code, Diagnostic};
use crate::resource::{Effect, Resource};

fn path(text: &str) -> ProjectPath {
    ProjectPath::new(std::path::Path::new(text)).unwrap()
}

fn line(file: &str, line: usize) -> SourceLine {
    SourceLine { file: path(file), line }
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn origin(file: &str, at: usize, capability: Capability, name: &str) -> Origin {
    Origin { at: line(file, at), capability, id: id(name), span: crate::source::Span::new(&line(file, at).file, 0..0) }
}

fn client(library: &str, file: &str, wiring: Wiring) -> Client {
    Client { library: library.into(), file: path(file), expression: 0..1, callee: 0..1, name: String::new(), wiring }
}

struct Builder(Application);

impl Builder {
    fn new() -> Self {
        Self(Application::default())
    }

    fn unit(mut self, name: &str, file: &str, language: Language) -> Self {
        let unit = Unit {
            id: id(name),
            origin: UnitOrigin::Declared(vec![origin(file, 1, Capability::ExecutionUnit, name)]),
            language,
            runs: true,
            keep_warm: false,
            entries: vec![path(file)],
            import_roots: vec![String::new()],
            files: vec![path(file)],
            assets: Vec::new(),
            manifest: Some(path(if language == Language::Python { "requirements.txt" } else { "package.json" })),
            packages: None,
            variables: BTreeMap::new(),
            migration: None,
        };
        self.0.units.insert(id(name), unit);
        self
    }

    fn gateway(mut self, name: &str, unit: &str, file: &str, routes: &[(Method, &str)]) -> Self {
        let routes = routes.iter().map(|(method, text)| {
            let parts = text.split('/').filter(|part| !part.is_empty());
            let segments = parts.map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => RouteSegment::Parameter(name.into()),
                None => RouteSegment::Literal(part.into()),
            });
            Route {
                path: RoutePath(segments.collect()),
                method: *method,
                slash_optional: false,
                by_framework: false,
                at: line(file, 20),
            }
        });
        let gateway = Gateway {
            id: id(name),
            origin: origin(file, 5, Capability::Expose, name),
            visibility: Visibility::Public,
            backends: vec![Backend {
                origin: origin(file, 5, Capability::Expose, name),
                unit: id(unit),
                library: "FastAPI".into(),
                application: WebApplication {
                    file: path(file),
                    export: Some("app".into()),
                    factory: false,
                    part: None,
                    prepared_by: None,
                    interface: WebInterface::Asgi,
                    listens: None,
                },
                routes: routes.collect(),
            }],
        };
        self.0.gateways.insert(id(name), gateway);
        self
    }

    fn store(self, name: &str, file: &str) -> Self {
        self.store_of(name, file, StoreKind::RedisNode)
    }

    fn store_of(mut self, name: &str, file: &str, kind: StoreKind) -> Self {
        let wiring = Wiring::Callee { function: "keywords".into(), arguments: BTreeMap::new() };
        let origin = origin(file, 8, Capability::Persist, name);
        let store = Store {
            id: id(name),
            origin: origin.clone(),
            kind,
            clients: vec![StoreClient { origin, client: Some(client("redis-py", file, wiring)) }],
            variables: BTreeMap::new(),
        };
        self.0.stores.insert(id(name), store);
        self
    }

    fn topic(mut self, name: &str, file: &str, events: &[&str]) -> Self {
        let topic = Topic {
            id: id(name),
            origin: origin(file, 3, Capability::Pubsub, name),
            emitters: vec![TopicEmitter {
                origin: origin(file, 3, Capability::Pubsub, name),
                client: client(
                    "events",
                    file,
                    Wiring::Value { function: "emitter.bind".into(), items: crate::app::ItemCalls::default() },
                ),
            }],
            events: events.iter().map(|&event| (event.to_owned(), line(file, 9))).collect(),
        };
        self.0.topics.insert(id(name), topic);
        self
    }

    fn access(mut self, unit: &str, construct: ConstructRef, operations: &[Operation]) -> Self {
        let lines = || BTreeSet::from([line("main", 12)]);
        let operations = operations.iter().map(|operation| (operation.clone(), lines())).collect();
        self.0.accesses.push(Access { unit: id(unit), construct, operations });
        self
    }
}

fn redis() -> Application {
    Builder::new()
        .unit("main", "app/main.py", Language::Python)
        .store("redis", "app/main.py")
        .gateway("redis-gw", "main", "app/main.py", &[(Method::Get, "/users/{name}"), (Method::Post, "/users")])
        .access("main", ConstructRef::Store(id("redis")), &[Operation::Connect, Operation::Read, Operation::Write])
        .0
}

fn pubsub() -> Application {
    let topic = ConstructRef::Topic(id("greetings"));
    Builder::new()
        .unit("receiver", "src/receiver.ts", Language::TypeScript)
        .unit("sender", "src/sender.ts", Language::TypeScript)
        .topic("greetings", "src/receiver.ts", &["hello"])
        .gateway("sender-gw", "sender", "src/sender.ts", &[(Method::Post, "/hello/{name}"), (Method::Any, "/")])
        .access("receiver", topic.clone(), &[Operation::Subscribe("hello".into())])
        .access("sender", topic, &[Operation::Publish("hello".into())])
        .0
}

fn both() -> Application {
    let topic = ConstructRef::Topic(id("orders:v2"));
    Builder::new()
        .unit("api", "src/api.ts", Language::TypeScript)
        .unit("worker", "src/worker.ts", Language::TypeScript)
        .store("cache", "src/api.ts")
        .topic("orders:v2", "src/api.ts", &["placed", "went ${bad} \"è\""])
        .gateway("shop", "api", "src/api.ts", &[(Method::Post, "/orders")])
        .access("api", ConstructRef::Store(id("cache")), &[Operation::Connect])
        .access(
            "api",
            topic.clone(),
            &[Operation::Publish("placed".into()), Operation::Publish("went ${bad} \"è\"".into())],
        )
        .access(
            "worker",
            topic,
            &[Operation::Subscribe("placed".into()), Operation::Subscribe("went ${bad} \"è\"".into())],
        )
        .0
}

fn planned(application: &Application, overrides: &[&str]) -> (Plan, Vec<Diagnostic>) {
    planned_for(application, overrides, Target::AwsLambda)
}

fn planned_for(application: &Application, overrides: &[&str], target: Target) -> (Plan, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let overrides: Vec<_> = overrides.iter().map(|&text| text.to_owned()).collect();
    let sources = Sources { name: "shop", files: &[], environment: None, overrides: &overrides, target };
    let Resolved { settings, .. } = resolve(&sources, application, &mut diagnostics);
    let plan = plan(application, &settings, target, &mut diagnostics);
    (plan, diagnostics.into_sorted())
}

fn addresses(plan: &Plan, kind: &str) -> Vec<String> {
    plan.resources.iter().map(|(address, _)| address).filter(|it| it.kind() == kind).map(Address::to_string).collect()
}

/// The actions that the role of `unit` is allowed.
fn allowed(plan: &Plan, unit: &str) -> Vec<&'static str> {
    let document = plan
        .resources
        .iter()
        .find(|(address, _)| address.to_string() == format!("data.aws_iam_policy_document.policy_{unit}"));
    let Resource::IamPolicyDocument(document) = &document.unwrap().1.resource else { panic!("no document") };
    document.statements.iter().filter(|it| it.effect == Effect::Allow).flat_map(|it| it.actions.clone()).collect()
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<Code> {
    diagnostics.iter().map(|it| it.code).collect()
}

#[test]
fn every_reference_has_a_resource_and_every_resource_a_reason() {
    for application in [redis(), pubsub(), both()] {
        let (plan, _) = planned(&application, &[]);
        let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
        for (address, planned) in plan.resources.iter() {
            let missing: Vec<_> = planned.resource.dependencies().into_iter().filter(|it| !all.contains(it)).collect();
            assert!(missing.is_empty(), "{address} refers to {missing:?}");
            assert!(!planned.provenance.origins.is_empty() && !planned.provenance.rule.is_empty(), "{address}");
        }
    }
}

#[test]
fn redis_brings_a_private_network_with_one_rule_per_access() {
    let (plan, diagnostics) = planned(&redis(), &[]);
    assert_eq!(codes(&diagnostics), [Code::NoInternetEgress]);
    assert_eq!(addresses(&plan, "aws_subnet"), ["aws_subnet.private_1", "aws_subnet.private_2"]);
    assert_eq!(
        addresses(&plan, "aws_vpc_security_group_ingress_rule"),
        ["aws_vpc_security_group_ingress_rule.store_redis_from_main"]
    );
    assert_eq!(
        addresses(&plan, "aws_vpc_security_group_egress_rule"),
        ["aws_vpc_security_group_egress_rule.main_to_store_redis"]
    );
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), [""; 0]);
    assert_eq!(
        allowed(&plan, "main"),
        [
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses"
        ]
    );
    let variables: Vec<_> = plan.bindings["main"].keys().map(String::as_str).collect();
    assert_eq!(variables, ["INFERRA_PERSIST_REDIS_HOST", "INFERRA_PERSIST_REDIS_PORT", "INFERRA_PERSIST_REDIS_TLS"]);
    let routes: Vec<_> = plan.gateways["redis-gw"].routes.keys().map(String::as_str).collect();
    assert_eq!(routes, ["GET /users/{name}", "POST /users"]);
    assert_eq!(addresses(&plan, "aws_lambda_permission").len(), 2);
    assert_eq!(plan.outputs.keys().collect::<Vec<_>>(), ["redis_gw_url"]);
}

#[test]
fn events_bring_no_network_and_each_unit_may_do_its_part_only() {
    let (plan, diagnostics) = planned(&pubsub(), &[]);
    assert_eq!(diagnostics, []);
    assert!(plan.resources.iter().all(|(_, planned)| planned.concern != Concern::Network));
    let logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
    assert_eq!(allowed(&plan, "sender"), [&logs[..], &["sns:Publish"]].concat());
    assert_eq!(allowed(&plan, "receiver"), [&logs[..], &["sqs:SendMessage"]].concat());
    assert_eq!(addresses(&plan, "aws_sns_topic"), ["aws_sns_topic.greetings_hello"]);
    assert_eq!(
        addresses(&plan, "aws_sns_topic_subscription"),
        ["aws_sns_topic_subscription.greetings_hello_to_receiver"]
    );
    for unit in ["sender", "receiver"] {
        let binding = &plan.bindings[unit]["INFERRA_PUBSUB_GREETINGS_TOPICS"];
        assert_eq!(serde_json::to_string(&binding.value).unwrap(), r#"{"hello":"aws_sns_topic.greetings_hello.arn"}"#);
    }
}

#[test]
fn publishing_from_the_network_goes_through_an_endpoint() {
    let (plan, _) = planned(&both(), &[]);
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.sns"]);
    assert_eq!(
        addresses(&plan, "aws_vpc_security_group_egress_rule"),
        [
            "aws_vpc_security_group_egress_rule.api_to_store_cache",
            "aws_vpc_security_group_egress_rule.api_to_endpoint_sns"
        ]
    );
    assert!(plan.units["api"].private_network && !plan.units["worker"].private_network);
}

#[test]
fn many_routes_share_a_permission() {
    let paths: Vec<_> = (0..41).map(|number| format!("/r{number}")).collect();
    let routes: Vec<_> = paths.iter().map(|path| (Method::Get, path.as_str())).collect();
    let application = Builder::new().unit("main", "a.py", Language::Python).gateway("gw", "main", "a.py", &routes).0;
    let (plan, _) = planned(&application, &[]);
    assert_eq!(addresses(&plan, "aws_apigatewayv2_route").len(), 41);
    assert_eq!(addresses(&plan, "aws_lambda_permission"), ["aws_lambda_permission.gw_main"]);
}

#[test]
fn problems_of_the_target_are_reported() {
    let idle = Builder::new().unit("main", "a.py", Language::Python).0;
    assert_eq!(codes(&planned(&idle, &[]).1), [Code::UnitWithoutTrigger]);
    let gateway = |routes: &[(Method, &str)]| {
        Builder::new().unit("main", "a.py", Language::Python).gateway("gw", "main", "a.py", routes)
    };
    assert_eq!(codes(&planned(&gateway(&[(Method::Get, "/a b")]).0, &[]).1), [Code::RouteNotServable]);
    let twice = gateway(&[(Method::Get, "/")]).topic("a-b", "a.py", &[]).topic("a_b", "a.py", &[]).0;
    assert_eq!(codes(&planned(&twice, &[]).1), [Code::NameCollision]);
    let same_label = gateway(&[(Method::Get, "/")]).topic("a", "a.py", &["b_c"]).topic("a_b", "a.py", &["c"]).0;
    assert_eq!(codes(&planned(&same_label, &[]).1), [Code::NameCollision]);
}

#[test]
fn settings_reach_the_resources_that_they_name() {
    let (plan, diagnostics) =
        planned(&redis(), &["execution_unit.by_id.main.memory_mb=1024", "persist.redis_node.elasticache.replicas=0"]);
    assert_eq!(codes(&diagnostics), [Code::NoInternetEgress]);
    let files = crate::emit::terraform::emit(&plan);
    assert!(files["unit_main.tf"].contains("# Set by command line: execution_unit.by_id.main.memory_mb = 1024."));
    assert!(files["unit_main.tf"].contains("memory_size      = 1024"));
    assert!(files["store_redis.tf"].contains("multi_az_enabled           = false"));
}

#[test]
fn targets_have_names() {
    assert_eq!("aws-lambda".parse(), Ok(Target::AwsLambda));
    assert!("aws-lamda".parse::<Target>().unwrap_err().to_string().ends_with("did you mean `aws-lambda`?"));
}
