//! Stores and values that are APIs of AWS, and the ways to them.

use pretty_assertions::assert_eq;

use super::*;
use crate::app::Parameter;
use crate::resource::{Destination, EndpointWay, VpcEndpoint};

const EVERYTHING: [Operation; 5] =
    [Operation::Connect, Operation::Read, Operation::Write, Operation::List, Operation::Delete];

fn unit_with(name: &str, kind: StoreKind, operations: &[Operation]) -> Builder {
    Builder::new()
        .unit("main", "main.py", Language::Python)
        .gateway("gw", "main", "main.py", &[(Method::Get, "/")])
        .store_of(name, "main.py", kind)
        .access("main", ConstructRef::Store(id(name)), operations)
}

fn parameter(name: &str, secret: bool, default: Option<&str>) -> Parameter {
    Parameter {
        id: id(name),
        origin: origin("main.py", 4, Capability::Config, name),
        secret,
        default: default.map(str::to_owned),
        client: client("os.getenv", "main.py", Wiring::Lazy { function: "config.value".into() }),
    }
}

fn with_parameters(mut builder: Builder, parameters: Vec<Parameter>) -> Application {
    for one in parameters {
        builder = builder.access("main", ConstructRef::Parameter(one.id.clone()), &[Operation::Read]);
        builder.0.parameters.insert(one.id.clone(), one);
    }
    builder.0
}

fn inside(mut application: Application) -> Application {
    let redis = redis();
    application.stores.extend(redis.stores.clone());
    application.accesses.extend(redis.accesses.clone());
    application
}

fn endpoint<'a>(plan: &'a Plan, service: &str) -> &'a VpcEndpoint {
    let found = plan.resources.iter().find_map(|(_, planned)| {
        let Resource::VpcEndpoint(endpoint) = &planned.resource else { return None };
        (endpoint.service == service).then_some(endpoint)
    });
    found.unwrap_or_else(|| panic!("no endpoint of {service}"))
}

fn passed(plan: &Plan, service: &str) -> Vec<String> {
    let Resource::IamPolicyDocument(document) =
        &plan.resources.get(&endpoint(plan, service).document).unwrap().resource
    else {
        panic!("no document")
    };
    let passed = document.statements.iter().map(|it| format!("{} {}", it.sid, it.actions.join(" ")));
    passed.collect()
}

#[test]
fn a_unit_may_do_with_files_what_its_code_does() {
    let granted = |operations: &[Operation]| {
        let (plan, diagnostics) = planned(&unit_with("uploads", StoreKind::Fs, operations).0, &[]);
        assert_eq!(diagnostics, []);
        allowed(&plan, "main").into_iter().filter(|action| action.starts_with("s3:")).collect::<Vec<_>>()
    };
    assert_eq!(granted(&[Operation::Connect]), [""; 0]);
    assert_eq!(granted(&[Operation::Read]), ["s3:GetObject", "s3:ListBucket"]);
    assert_eq!(granted(&[Operation::List]), ["s3:ListBucket"]);
    assert_eq!(granted(&[Operation::Write]), ["s3:PutObject", "s3:AbortMultipartUpload"]);
    let all = ["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"];
    assert_eq!(granted(&EVERYTHING), all);
}

#[test]
fn files_secrets_and_values_need_no_network() {
    let files = unit_with("uploads", StoreKind::Fs, &EVERYTHING);
    let application =
        with_parameters(files, vec![parameter("level", false, Some("info")), parameter("key", true, None)]);
    let (plan, diagnostics) = planned(&application, &[]);
    assert_eq!(diagnostics, []);
    assert_eq!(addresses(&plan, "aws_vpc"), [""; 0]);
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), [""; 0]);
    let variables: Vec<_> = plan.bindings["main"].keys().map(String::as_str).collect();
    let expected = ["INFERRA_PERSIST_UPLOADS_BUCKET", "INFERRA_CONFIG_KEY_SECRET", "INFERRA_CONFIG_LEVEL_PARAMETER"];
    assert_eq!(BTreeSet::from_iter(variables), BTreeSet::from(expected));
    assert_eq!(plan.outputs.keys().collect::<Vec<_>>(), ["key_config_secret", "gw_url"]);
}

#[test]
fn functions_in_the_network_reach_what_they_call_and_nothing_else() {
    let files = unit_with("uploads", StoreKind::Fs, &[Operation::Read]);
    let files = files.store_of("token", "main.py", StoreKind::Secret).access(
        "main",
        ConstructRef::Store(id("token")),
        &[Operation::Read],
    );
    let application = inside(with_parameters(files, vec![parameter("level", false, None)]));
    let (plan, _) = planned(&application, &[]);
    let services: Vec<_> = addresses(&plan, "aws_vpc_endpoint");
    assert_eq!(services, ["aws_vpc_endpoint.s3", "aws_vpc_endpoint.secrets", "aws_vpc_endpoint.parameters"]);
    assert_eq!(passed(&plan, "s3"), ["ReadFiles s3:GetObject", "ListFiles s3:ListBucket"]);
    assert_eq!(passed(&plan, "secretsmanager"), ["ReadSecret secretsmanager:GetSecretValue"]);
    assert_eq!(passed(&plan, "ssm"), ["ReadConfiguration ssm:GetParameter"]);
    let EndpointWay::Gateway { route_tables } = &endpoint(&plan, "s3").way else { panic!("no gateway endpoint") };
    assert_eq!(route_tables.len(), 2);
    assert_eq!(addresses(&plan, "aws_route_table_association").len(), 2);
    assert_eq!(addresses(&plan, "aws_route"), [""; 0]);
    let out: Vec<_> = plan
        .resources
        .iter()
        .filter_map(|(_, planned)| {
            let Resource::EgressRule(rule) = &planned.resource else { return None };
            Some(match &rule.to {
                Destination::Group(group) => group.name().to_owned(),
                Destination::Endpoint(endpoint) => endpoint.to_string(),
                Destination::Anywhere => "anywhere".to_owned(),
            })
        })
        .collect();
    assert_eq!(out, ["store_redis", "aws_vpc_endpoint.s3", "endpoint_secrets", "endpoint_parameters"]);
    let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
    for (address, planned) in plan.resources.iter() {
        let missing: Vec<_> = planned.resource.dependencies().into_iter().filter(|it| !all.contains(it)).collect();
        assert!(missing.is_empty(), "{address} refers to {missing:?}");
        assert!(!planned.provenance.origins.is_empty(), "{address}");
    }
}

#[test]
fn containers_take_the_free_way_only_and_share_it() {
    let files = unit_with("uploads", StoreKind::Fs, &[Operation::Read]);
    let application = with_parameters(files, vec![parameter("level", false, None)]);
    for target in [Target::Ecs, Target::Eks] {
        let (plan, _) = planned_for(&application, &[], target);
        assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.s3"], "{target}");
        let passed = passed(&plan, "s3");
        assert_eq!(passed, ["ReadFiles s3:GetObject", "ListFiles s3:ListBucket", "PassOthers s3:*"], "{target}");
        let EndpointWay::Gateway { route_tables } = &endpoint(&plan, "s3").way else { panic!("no gateway endpoint") };
        assert_eq!(route_tables.len(), 2);
    }
}

#[test]
fn a_move_into_containers_keeps_the_routes_of_private_subnets() {
    let application = inside(unit_with("uploads", StoreKind::Fs, &[Operation::Read]).0);
    let (before, _) = planned(&application, &[]);
    let (after, _) = planned_for(&application, &[], Target::Ecs);
    for kind in ["aws_route_table", "aws_route_table_association", "aws_vpc_endpoint", "aws_s3_bucket"] {
        let after: BTreeSet<_> = addresses(&after, kind).into_iter().collect();
        for address in addresses(&before, kind) {
            assert!(after.contains(&address), "{address}");
        }
    }
}

#[test]
fn statements_of_one_kind_are_counted() {
    let two = unit_with("a", StoreKind::Fs, &[Operation::Read]).store_of("b", "main.py", StoreKind::Fs).access(
        "main",
        ConstructRef::Store(id("b")),
        &[Operation::Read],
    );
    let (plan, _) = planned(&two.0, &[]);
    let file = &crate::emit::terraform::emit(&plan)["unit_main.tf"];
    let names: Vec<_> = file.lines().filter_map(|line| line.trim().strip_prefix("sid ")).collect();
    let names: Vec<_> = names.iter().map(|name| name.trim_matches(|c: char| " =\"".contains(c))).collect();
    assert_eq!(names, ["LambdaAssumesRole", "WriteLogs", "ReadFiles", "ListFiles", "ReadFiles2", "ListFiles2"]);
}

#[test]
fn a_value_is_a_variable_with_the_codes_own_default() {
    let files = unit_with("uploads", StoreKind::Fs, &[]);
    let parameters = [("a", Some("in${fo}\"")), ("b", None), ("c", Some(""))];
    let parameters = parameters.map(|(name, default)| parameter(name, false, default)).into();
    let (plan, _) = planned(&with_parameters(files, parameters), &[]);
    let files = crate::emit::terraform::emit(&plan);
    let variables = &files["variables.tf"];
    assert!(variables.contains(r#"default     = "in$${fo}\"""#), "{variables}");
    assert_eq!(variables.matches("default ").count(), 2, "{variables}");
    let test = &files["tests/plan.tftest.hcl"];
    assert!(test.contains("config_b") && test.contains("config_c") && !test.contains("config_a = "), "{test}");
    assert!(files["config_a.tf"].contains("value       = var.config_a"), "{}", files["config_a.tf"]);
}

#[test]
fn names_of_buckets_leave_room_for_account_and_region() {
    let long = "a-very-long-name-of-a-store-of-many-files";
    let (plan, _) = planned(&unit_with(long, StoreKind::Fs, &[]).0, &[]);
    let names: Vec<_> = plan
        .resources
        .iter()
        .filter_map(|(_, planned)| {
            let Resource::S3Bucket(bucket) = &planned.resource else { return None };
            Some(bucket.name.clone())
        })
        .collect();
    assert!(names[0].len() <= 35 && names[0].starts_with("shop-a-very-long"), "{names:?}");
}

#[test]
fn settings_decide_how_files_and_secrets_are_kept() {
    let files = unit_with("uploads", StoreKind::Fs, &[]).store_of("token", "main.py", StoreKind::Secret);
    let overrides = [
        "persist.fs.s3.on_destroy=delete",
        "persist.fs.by_id.uploads.s3.old_version_retention_days=3",
        "persist.secret.secrets_manager.recovery_window_days=0",
    ];
    let (plan, diagnostics) = planned(&files.0, &overrides);
    assert_eq!(diagnostics, []);
    let files = crate::emit::terraform::emit(&plan);
    let store = &files["store_uploads.tf"];
    assert!(store.contains("force_destroy = true") && store.contains("noncurrent_days = 3"), "{store}");
    assert!(files["store_token.tf"].contains("recovery_window_in_days = 0"));
}

/// A unit that only reads values, and one that does everything.
fn values() -> Application {
    unit_with("carts", StoreKind::Kv, &[Operation::Read])
        .unit("worker", "worker.py", Language::Python)
        .gateway("jobs", "worker", "worker.py", &[(Method::Get, "/jobs")])
        .access("worker", ConstructRef::Store(id("carts")), &EVERYTHING)
        .0
}

#[test]
fn values_by_key_are_kept_in_a_redis_on_every_compute() {
    for target in [Target::AwsLambda, Target::Eks, Target::Ecs] {
        let (plan, diagnostics) = planned_for(&values(), &["persist.kv.backing=elasticache"], target);
        assert!(diagnostics.iter().all(|it| it.code == Code::NoInternetEgress), "{target}: {diagnostics:?}");
        assert_eq!(addresses(&plan, "aws_elasticache_replication_group"), ["aws_elasticache_replication_group.carts"]);
        assert_eq!(addresses(&plan, "aws_dynamodb_table"), [""; 0]);
        for unit in ["main", "worker"] {
            let own = plan.bindings[unit].keys().filter(|name| name.starts_with("INFERRA_PERSIST_"));
            let expected = ["HOST", "PORT", "TLS"].map(|name| format!("INFERRA_PERSIST_CARTS_{name}"));
            assert_eq!(own.cloned().collect::<Vec<_>>(), expected, "{target}");
        }
        let ways_in = addresses(&plan, "aws_vpc_security_group_ingress_rule");
        let ways_in = ways_in.iter().filter(|address| address.contains(".store_carts_")).count();
        assert_eq!(ways_in, 2, "{target}");
        let group = plan.resources.iter().find(|(address, _)| address.kind() == "aws_elasticache_replication_group");
        let rule = &group.unwrap().1.provenance.rule;
        assert!(rule.contains("whoever reaches it may do everything"), "{rule}");
    }
}

#[test]
fn one_store_of_values_may_be_elsewhere_than_the_others() {
    let two = unit_with("carts", StoreKind::Kv, &EVERYTHING).store_of("users", "main.py", StoreKind::Kv).access(
        "main",
        ConstructRef::Store(id("users")),
        &EVERYTHING,
    );
    let overrides = [
        "persist.kv.by_id.carts.backing=elasticache",
        "persist.kv.by_id.carts.elasticache.replicas=0",
        "persist.kv.by_id.carts.elasticache.node_type=cache.t4g.small",
    ];
    let (plan, _) = planned(&two.0, &overrides);
    let files = crate::emit::terraform::emit(&plan);
    assert!(files["store_users.tf"].contains("aws_dynamodb_table"));
    let store = files["store_carts.tf"].split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(store.contains("num_cache_clusters = 1 ") && store.contains("\"cache.t4g.small\""), "{store}");
    // A function in the network needs a way to the other table.
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.dynamodb"]);
    let (_, diagnostics) = planned(&two.0, &["persist.kv.elasticache.engine=valkey"]);
    assert_eq!(codes(&diagnostics), [Code::ConfigOutOfBounds, Code::ConfigOutOfBounds]);
}

#[test]
fn a_secret_in_parameter_store_is_nothing_of_terraforms() {
    let one = unit_with("token", StoreKind::Secret, &[Operation::Read]).0;
    let overrides = ["persist.secret.backing=parameter_store"];
    for target in [Target::AwsLambda, Target::Eks, Target::Ecs] {
        let (plan, diagnostics) = planned_for(&one, &overrides, target);
        assert_eq!(diagnostics, [], "{target}");
        assert_eq!(addresses(&plan, "aws_ssm_parameter"), [""; 0]);
        assert_eq!(addresses(&plan, "aws_secretsmanager_secret"), [""; 0]);
        assert_eq!(plan.stores["token"].resource, None);
        let own: Vec<_> = plan.bindings["main"].keys().filter(|name| name.contains("TOKEN")).collect();
        assert_eq!(own, ["INFERRA_PERSIST_TOKEN_PARAMETER"], "{target}");
        let read: Vec<_> = allowed_anywhere(&plan, "ssm:");
        assert_eq!(read, ["ssm:GetParameter"], "{target}");
        assert_eq!(allowed_anywhere(&plan, "kms:Decrypt"), [""; 0], "{target}");
        let files = crate::emit::terraform::emit(&plan);
        let arn = ":ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/persist/shop/token";
        assert!(files.values().any(|text| text.contains(arn)), "{target}");
        let outputs = &files["outputs.tf"];
        assert!(outputs.contains("--name /persist/shop/token --type SecureString"), "{outputs}");
    }
}

#[test]
fn a_function_in_the_network_reaches_its_secret_in_parameter_store() {
    let one = inside(unit_with("token", StoreKind::Secret, &[Operation::Read]).0);
    let (plan, _) = planned(&one, &["persist.secret.backing=parameter_store"]);
    assert_eq!(addresses(&plan, "aws_vpc_endpoint"), ["aws_vpc_endpoint.parameters"]);
}

/// The actions of a service that any role is allowed.
fn allowed_anywhere(plan: &Plan, service: &str) -> Vec<&'static str> {
    let documents = plan.resources.iter().filter_map(|(_, planned)| {
        let Resource::IamPolicyDocument(document) = &planned.resource else { return None };
        Some(document)
    });
    let statements = documents.flat_map(|document| &document.statements);
    statements.flat_map(|it| it.actions.clone()).filter(|action| action.starts_with(service)).collect()
}
