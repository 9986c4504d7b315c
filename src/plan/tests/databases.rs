use pretty_assertions::assert_eq;

use super::*;
use crate::resource::Capacity;
use crate::terraform::{Halves, inline};

/// Two units, of which one uses two databases.
fn databases() -> Application {
    let connect = |builder: Builder, unit: &str, store: &str| {
        builder.access(unit, ConstructRef::Store(id(store)), &[Operation::Connect])
    };
    let builder = Builder::new()
        .unit("main", "app/main.py", Language::Python)
        .unit("worker", "app/worker.py", Language::Python)
        .store_of("orders", "app/main.py", StoreKind::Orm)
        .store_of("users", "app/main.py", StoreKind::Orm)
        .gateway("api", "main", "app/main.py", &[(Method::Get, "/orders")])
        .gateway("jobs", "worker", "app/worker.py", &[(Method::Get, "/jobs")]);
    let builder = connect(builder, "main", "orders");
    let builder = connect(builder, "main", "users");
    connect(builder, "worker", "orders").0
}

fn planned(application: &Application, set: &[&str]) -> Plan {
    let mut diagnostics = Diagnostics::default();
    let overrides: Vec<_> = set.iter().map(|&text| text.to_owned()).collect();
    let target = Target::AwsLambda;
    let sources = Sources { name: "shop", files: &[], environment: None, overrides: &overrides, target };
    let Resolved { settings, .. } = resolve(&sources, application, &mut diagnostics);
    let plan = plan(application, &settings, target, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{:?}", diagnostics.into_sorted());
    plan
}

fn server<'a>(plan: &'a Plan, name: &str) -> &'a crate::resource::DbInstance {
    let found = plan.resources.iter().find_map(|(address, planned)| {
        let Resource::DbInstance(server) = &planned.resource else { return None };
        (address.name() == name).then_some(server)
    });
    found.unwrap()
}

fn secrets_of(plan: &Plan, unit: &str) -> Vec<usize> {
    let documents = plan.resources.iter().filter_map(|(address, planned)| {
        let Resource::IamPolicyDocument(document) = &planned.resource else { return None };
        (address.name() == format!("policy_{unit}")).then_some(document)
    });
    let statements = documents.flat_map(|document| &document.statements);
    let own = statements.filter(|statement| statement.actions == ["secretsmanager:GetSecretValue"]);
    own.map(|statement| statement.resources.len()).collect()
}

#[test]
fn a_unit_reads_the_passwords_of_its_own_databases() {
    let plan = planned(&databases(), &[]);
    assert_eq!(secrets_of(&plan, "main"), [1, 1]);
    assert_eq!(secrets_of(&plan, "worker"), [1]);
    let variables: Vec<_> = plan.bindings["worker"].keys().map(String::as_str).collect();
    let expected = ["HOST", "PORT", "NAME", "SECRET", "TLS"].map(|name| format!("INFERRA_PERSIST_ORDERS_{name}"));
    assert_eq!(variables, expected);
    let ways_in = plan.resources.iter().filter(|(address, _)| {
        address.kind() == "aws_vpc_security_group_ingress_rule" && address.name().starts_with("store_")
    });
    let ways_in: Vec<_> = ways_in.map(|(address, _)| address.name().to_owned()).collect();
    assert_eq!(ways_in, ["store_orders_from_main", "store_orders_from_worker", "store_users_from_main"]);
}

#[test]
fn a_database_is_safe_by_default_and_as_set_otherwise() {
    let plan = planned(
        &databases(),
        &["persist.orm.by_id.users.rds_postgres.zones=single", "persist.orm.by_id.users.logs=off"],
    );
    let (orders, users) = (server(&plan, "orders"), server(&plan, "users"));
    assert!(orders.multi_az && orders.deletion_protection && orders.final_snapshot && orders.log_group.is_some());
    assert!(!users.multi_az && users.deletion_protection && users.log_group.is_none());
    assert_eq!((orders.name.as_str(), orders.database.as_str()), ("shop-orders", "store_orders"));
}

#[test]
fn a_cluster_of_aurora_is_used_as_a_server_is() {
    let (server, cluster) =
        (planned(&databases(), &[]), planned(&databases(), &["persist.orm.backing=aurora_postgres"]));
    assert_eq!(secrets_of(&cluster, "main"), [1, 1]);
    let variables = |plan: &Plan| plan.bindings["main"].keys().cloned().collect::<Vec<_>>();
    assert_eq!(variables(&cluster), variables(&server));
    assert_eq!(addresses(&cluster, "aws_db_instance"), [""; 0]);
    for kind in ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_db_subnet_group"] {
        assert_eq!(addresses(&cluster, kind), addresses(&server, kind));
    }
    let host = &cluster.bindings["worker"]["INFERRA_PERSIST_ORDERS_HOST"].value;
    let BindingValue::Reference(host) = host else { panic!("{host:?}") };
    assert_eq!(inline(&host.clone().into()), "aws_rds_cluster.orders.endpoint");
    let servers = ["orders_1", "orders_2", "users_1", "users_2"].map(|name| format!("aws_rds_cluster_instance.{name}"));
    assert_eq!(addresses(&cluster, "aws_rds_cluster_instance"), servers);
    assert_eq!(cluster.stores["orders"].backing, Backing::AuroraPostgres);
}

#[test]
fn a_cluster_of_aurora_is_as_set() {
    let plan = planned(
        &databases(),
        &[
            "persist.orm.by_id.users.backing=aurora_postgres",
            "persist.orm.by_id.users.aurora_postgres.min_capacity_units=0",
            "persist.orm.by_id.users.aurora_postgres.max_capacity_units=1.5",
            "persist.orm.by_id.users.aurora_postgres.seconds_until_auto_pause=600",
            "persist.orm.by_id.users.aurora_postgres.readers=0",
            "persist.orm.final_snapshot=off",
        ],
    );
    assert_eq!(addresses(&plan, "aws_db_instance"), ["aws_db_instance.orders"]);
    assert_eq!(addresses(&plan, "aws_rds_cluster_instance"), ["aws_rds_cluster_instance.users_1"]);
    let found = plan.resources.iter().find_map(|(_, planned)| {
        let Resource::RdsCluster(cluster) = &planned.resource else { return None };
        Some(cluster)
    });
    let cluster = found.unwrap();
    let expected = Capacity { min: Halves::of(0), max: Halves::parse("1.5").unwrap(), seconds_until_auto_pause: 600 };
    assert_eq!(cluster.capacity, expected);
    assert!(cluster.deletion_protection && !cluster.final_snapshot && cluster.log_group.is_some());
}

#[test]
fn the_file_of_authorities_is_told_to_the_units() {
    let plan = planned(&databases(), &["persist.orm.by_id.orders.ca_bundle=certs/rds.pem"]);
    let told = |variable: &str| plan.bindings["main"].get(variable).map(|binding| &binding.value);
    assert_eq!(told("INFERRA_PERSIST_ORDERS_CA"), Some(&BindingValue::Text("certs/rds.pem".into())));
    assert_eq!(told("INFERRA_PERSIST_USERS_CA"), None);
}

#[test]
fn variables_of_the_users_own_hold_what_is_no_secret() {
    let mut application = redis();
    let store = application.stores.get_mut("redis").unwrap();
    store.variables = BTreeMap::from([
        ("CACHE_HOST".to_owned(), "redis_node.host".to_owned()),
        ("CACHE_TLS".to_owned(), "redis_node.tls".to_owned()),
    ]);
    let plan = planned(&application, &[]);
    let bindings = &plan.bindings["main"];
    assert_eq!(bindings["CACHE_HOST"].value, bindings["INFERRA_PERSIST_REDIS_HOST"].value);
    assert_eq!(bindings["CACHE_TLS"].value, BindingValue::Text("true".into()));
    assert!(!bindings.contains_key("CACHE_PORT"));
}

fn told(plan: &Plan, property: &str) -> String {
    let value = &plan.bindings["main"][&format!("INFERRA_PERSIST_REDIS_{property}")].value;
    let BindingValue::Reference(reference) = value else { panic!("{value:?}") };
    inline(&reference.clone().into())
}

#[test]
fn a_redis_is_told_the_same_way_whatever_serves_it() {
    let elasticache = planned(&redis(), &[]);
    for (backing, host, port) in [
        ("memorydb", "aws_memorydb_cluster.redis.cluster_endpoint[0].address", "aws_memorydb_cluster.redis.port"),
        (
            "elasticache_serverless",
            "aws_elasticache_serverless_cache.redis.endpoint[0].address",
            "aws_elasticache_serverless_cache.redis.endpoint[0].port",
        ),
    ] {
        let plan = planned(&redis(), &[&format!("persist.redis_node.backing={backing}")]);
        assert_eq!((told(&plan, "HOST"), told(&plan, "PORT")), (host.to_owned(), port.to_owned()));
        let variables = |plan: &Plan| plan.bindings["main"].keys().cloned().collect::<Vec<_>>();
        assert_eq!(variables(&plan), variables(&elasticache));
        for kind in ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_security_group"]
        {
            assert_eq!(addresses(&plan, kind), addresses(&elasticache, kind));
        }
        assert_eq!(addresses(&plan, "aws_elasticache_replication_group"), [""; 0]);
    }
}

#[test]
fn a_client_of_one_server_has_one_node_of_memorydb() {
    let cluster = |application: &Application, set: &[&str]| {
        let plan = planned(application, set);
        let found = plan.resources.iter().find_map(|(_, planned)| {
            let Resource::MemorydbCluster(cluster) = &planned.resource else { return None };
            Some((cluster.shards, cluster.replicas))
        });
        found.unwrap()
    };
    assert_eq!(cluster(&redis(), &["persist.redis_node.backing=memorydb"]), (1, 0));
    let mut clustered = redis();
    clustered.stores.get_mut("redis").unwrap().kind = StoreKind::RedisCluster;
    assert_eq!(cluster(&clustered, &["persist.redis_cluster.backing=memorydb"]), (2, 1));
}

#[test]
fn long_ids_make_names_that_postgres_takes() {
    let long = id(&format!("a{}", "b".repeat(63)));
    let name = naming::database(&long);
    assert!(name.len() <= 63 && name.starts_with("store_ab"), "{name}");
    assert_eq!(naming::database(&id("order-lines")), "store_order_lines");
}
