use pretty_assertions::assert_eq;

use super::*;
use crate::terraform::{Body, Mode, inline, references};

const NETWORK: [&str; 2] = [
    "network.existing.vpc_id=vpc-0123456789abcdef0",
    "network.existing.private_subnet_ids=subnet-0123456789abcdef0,subnet-0123456789abcdef1",
];

/// A unit that keeps values by key, connects to two databases, and publishes an event.
fn shop() -> Application {
    let builder = Builder::new()
        .unit("main", "app/main.py", Language::Python)
        .store_of("carts", "app/main.py", StoreKind::Kv)
        .store_of("orders", "app/main.py", StoreKind::Orm)
        .store_of("users", "app/main.py", StoreKind::Orm)
        .gateway("api", "main", "app/main.py", &[(Method::Get, "/orders")]);
    let connect = |builder: Builder, store: &str, operation: Operation| {
        builder.access("main", ConstructRef::Store(id(store)), &[operation])
    };
    let builder = connect(builder, "carts", Operation::Read);
    let builder = connect(builder, "orders", Operation::Connect);
    connect(builder, "users", Operation::Connect).0
}

fn planned(target: Target, set: &[&str]) -> (Plan, Vec<Code>) {
    let application = shop();
    let mut diagnostics = Diagnostics::default();
    let overrides: Vec<_> = NETWORK.iter().chain(set).map(|&text| text.to_owned()).collect();
    let sources = Sources { name: "shop", files: &[], environment: None, overrides: &overrides, target };
    let Resolved { settings, .. } = resolve(&sources, &application, &mut diagnostics);
    let plan = plan(&application, &settings, target, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{:?}", diagnostics.into_sorted());
    let codes = diagnostics.into_sorted().iter().map(|diagnostic| diagnostic.code).collect();
    (plan, codes)
}

fn addresses(plan: &Plan, mode: Mode, kind: &str) -> Vec<String> {
    let found = plan.resources.iter().filter(|(address, _)| address.mode() == mode && address.kind() == kind);
    found.map(|(address, _)| address.name().to_owned()).collect()
}

fn body(plan: &Plan, address: &str) -> Body {
    let found = plan.resources.iter().find(|(it, _)| it.to_string() == address);
    found.unwrap_or_else(|| panic!("{address} is not planned")).1.body()
}

fn statements(plan: &Plan, sid: &str) -> Vec<Vec<&'static str>> {
    let documents = plan.resources.iter().filter_map(|(_, planned)| {
        let Resource::IamPolicyDocument(document) = &planned.resource else { return None };
        Some(document)
    });
    let all = documents.flat_map(|document| document.statements.clone());
    all.filter(|statement| statement.sid == sid).map(|statement| statement.actions).collect()
}

#[test]
fn nothing_is_made_in_an_adopted_network_but_the_units_own() {
    for target in [Target::AwsLambda, Target::Ecs, Target::Eks] {
        let (plan, codes) = planned(target, &[]);
        for kind in ["aws_vpc", "aws_subnet", "aws_nat_gateway", "aws_internet_gateway", "aws_route_table", "aws_route"]
        {
            assert_eq!(addresses(&plan, Mode::Managed, kind), [""; 0], "{target}");
        }
        for kind in ["aws_vpc_endpoint", "aws_default_security_group"] {
            assert_eq!(addresses(&plan, Mode::Managed, kind), [""; 0], "{target}");
        }
        assert_eq!(addresses(&plan, Mode::Data, "aws_subnet"), ["private_1", "private_2"]);
        assert!(addresses(&plan, Mode::Managed, "aws_security_group").contains(&"unit_main".to_owned()));
        // Whether it reaches the internet is the network's matter.
        assert_eq!(codes, []);
        assert!(body(&plan, "aws_vpc_security_group_egress_rule.main_to_aws") != Body::new());
    }
}

#[test]
fn a_public_load_balancer_stands_in_the_public_subnets_that_are_named() {
    let public = "network.existing.public_subnet_ids=subnet-0123456789abcdef2,subnet-0123456789abcdef3";
    for target in [Target::AwsLambda, Target::Ecs, Target::Eks] {
        let (plan, codes) = planned(target, &["expose.backing=alb", "expose.alb.protocol=http", public]);
        assert_eq!(codes, [Code::PlainHttp], "{target}");
        assert_eq!(addresses(&plan, Mode::Managed, "aws_subnet"), [""; 0]);
        assert_eq!(addresses(&plan, Mode::Data, "aws_subnet"), ["private_1", "private_2", "public_1", "public_2"]);
        let references = body(&plan, "aws_lb.api").references();
        let subnets = references.iter().filter(|path| path.starts_with(&["data".to_owned(), "aws_subnet".to_owned()]));
        let names: Vec<_> = subnets.map(|path| path[2].as_str()).collect();
        assert_eq!(names, ["public_1", "public_2"], "{target}");
    }
}

#[test]
fn ways_to_aws_are_made_where_somebody_asks_for_them() {
    let set = ["network.existing.endpoints=create", "network.existing.route_table_ids=rtb-0123456789abcdef0"];
    let (plan, codes) = planned(Target::AwsLambda, &set);
    assert_eq!(addresses(&plan, Mode::Managed, "aws_vpc_endpoint"), ["dynamodb", "secrets"]);
    assert_eq!(addresses(&plan, Mode::Data, "aws_route_table"), ["private_1"]);
    assert_eq!(addresses(&plan, Mode::Managed, "aws_route_table"), [""; 0]);
    assert_eq!(codes, [Code::NoInternetEgress]);
}

#[test]
fn units_are_let_in_unless_somebody_else_does_that() {
    let adopted = "persist.orm.by_id.orders.existing=acme";
    let ingress = |plan: &Plan| addresses(plan, Mode::Managed, "aws_vpc_security_group_ingress_rule");
    let (plan, _) = planned(Target::AwsLambda, &[adopted]);
    assert_eq!(ingress(&plan), ["store_orders_from_main", "store_users_from_main"]);
    let (plan, _) = planned(Target::AwsLambda, &[adopted, "persist.orm.by_id.orders.existing_ingress=off"]);
    assert_eq!(ingress(&plan), ["store_users_from_main"]);
    let out = addresses(&plan, Mode::Managed, "aws_vpc_security_group_egress_rule");
    assert!(out.contains(&"main_to_store_orders".to_owned()));
    assert_eq!(addresses(&plan, Mode::Managed, "aws_db_instance"), ["users"]);
}

#[test]
fn two_databases_of_one_server_are_one_connection() {
    let set = [
        "persist.orm.by_id.orders.existing=acme",
        "persist.orm.by_id.orders.existing_database=orders",
        "persist.orm.by_id.users.existing=acme",
        "persist.orm.by_id.users.existing_database=users",
    ];
    let (plan, _) = planned(Target::AwsLambda, &set);
    assert_eq!(addresses(&plan, Mode::Managed, "aws_vpc_security_group_ingress_rule"), ["store_orders_from_main"]);
    assert_eq!(addresses(&plan, Mode::Data, "aws_db_instance"), ["orders"]);
    let name = |store: &str| plan.bindings["main"][&format!("INFERRA_PERSIST_{store}_NAME")].value.clone();
    assert_eq!(name("ORDERS"), BindingValue::Text("orders".into()));
    assert_eq!(name("USERS"), BindingValue::Text("users".into()));
}

#[test]
fn grants_name_what_is_adopted_and_its_key() {
    let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";
    let set = [
        "persist.kv.by_id.carts.existing=acme-carts",
        &format!("persist.kv.by_id.carts.existing_kms_key={key}"),
        "persist.orm.by_id.orders.existing=acme",
        "persist.orm.by_id.orders.existing_secret=acme/orders",
        &format!("persist.orm.by_id.orders.existing_kms_key={key}"),
    ];
    let (plan, _) = planned(Target::AwsLambda, &set);
    let policy = body(&plan, "data.aws_iam_policy_document.policy_main");
    let used = policy.dependencies();
    assert!(
        used.contains("data.aws_dynamodb_table.carts")
            && used.contains("data.aws_secretsmanager_secret.database_orders")
    );
    let keys = statements(&plan, "UseKey");
    assert_eq!(keys.len(), 2);
    assert!(keys.contains(&vec!["kms:Decrypt"]) && keys.iter().any(|actions| actions.contains(&"kms:ReEncrypt*")));
    let table = &plan.bindings["main"]["INFERRA_PERSIST_CARTS_TABLE"].value;
    assert_eq!(inline(&table.expression()), "data.aws_dynamodb_table.carts.name");
    assert!(plan.stores["carts"].existing && plan.stores["orders"].existing && !plan.stores["users"].existing);
}

#[test]
fn an_adopted_cluster_of_services_is_not_made() {
    let (plan, _) = planned(Target::Ecs, &["ecs.existing=shared"]);
    for kind in ["aws_ecs_cluster", "aws_ecs_cluster_capacity_providers"] {
        assert_eq!(addresses(&plan, Mode::Managed, kind), [""; 0]);
    }
    assert_eq!(inline(&plan.outputs["ecs_cluster"].value), "data.aws_ecs_cluster.main.cluster_name");
    assert!(!references(&plan.outputs["ecs_cluster"].value).is_empty());
}

#[test]
fn in_an_adopted_cluster_of_kubernetes_pods_get_roles_and_nothing_is_installed() {
    let (plan, _) = planned(Target::Eks, &["eks.existing=shared"]);
    for kind in ["aws_eks_cluster", "aws_eks_node_group", "aws_eks_addon", "aws_kms_key", "aws_eks_fargate_profile"] {
        assert_eq!(addresses(&plan, Mode::Managed, kind), [""; 0]);
    }
    assert_eq!(addresses(&plan, Mode::Managed, "aws_eks_pod_identity_association"), ["main"]);
    assert_eq!(plan.kubernetes.as_ref().unwrap().version, None);
    let (plan, _) = planned(Target::Eks, &["eks.existing=shared", "eks.existing_pod_identity=oidc"]);
    assert_eq!(addresses(&plan, Mode::Managed, "aws_eks_pod_identity_association"), [""; 0]);
    assert_eq!(addresses(&plan, Mode::Data, "aws_iam_openid_connect_provider"), ["main"]);
    assert_eq!(addresses(&plan, Mode::Managed, "aws_iam_openid_connect_provider"), [""; 0]);
}
