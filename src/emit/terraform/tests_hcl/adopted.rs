//! What AWS would answer of what is there already: what the plan demands of it.

use super::mocks::{ACCOUNT, REGION, password};
use crate::plan::Plan;
use crate::resource::{DbInstance, ExistingDatabase, ExistingReplicationGroup, ReplicationGroup, Resource};
use crate::terraform::{Address, Expression, Key, list, number, object, text};

type Answer = Vec<(&'static str, Expression)>;

/// The answer of the data source `resource`, where that is of something that is there already.
pub(super) fn answer(plan: &Plan, address: &Address, resource: &Resource) -> Option<Answer> {
    let group = || list([text("sg-0123456789abcdef0")]);
    let arn = |given: &Option<String>, service: &str, thing: &str| {
        let made_up = || format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}");
        ("arn", text(given.clone().unwrap_or_else(made_up)))
    };
    let port = ("port", number(ReplicationGroup::PORT));
    // Not our list: the other resources are made, or have nothing that is demanded of them.
    #[allow(clippy::wildcard_enum_match_arm)]
    Some(match resource {
        Resource::ExistingVpc(vpc) => {
            let resolves = [("enable_dns_support", true.into()), ("enable_dns_hostnames", true.into())];
            [("id", text(&vpc.id)), ("cidr_block", text("10.0.0.0/16"))].into_iter().chain(resolves).collect()
        }
        Resource::ExistingSubnet(_) => vec![
            ("vpc_id", vpc(plan)),
            ("map_public_ip_on_launch", false.into()),
            ("availability_zone", text(format!("{REGION}-{}", address.name()))),
        ],
        Resource::ExistingRouteTable(_) | Resource::ExistingSecurityGroup(_) => vec![("vpc_id", vpc(plan))],
        Resource::ExistingTable(table) => vec![
            arn(&table.arn, "dynamodb", "table/mock"),
            ("hash_key", text("key")),
            ("range_key", text("")),
            ("attribute", list([object([(Key::Name("name"), text("key")), (Key::Name("type"), text("S"))])])),
        ],
        Resource::ExistingBucket(bucket) => {
            vec![("arn", text(format!("arn:aws:s3:::{}", bucket.name))), ("region", text(REGION))]
        }
        Resource::ExistingSecret(secret) => {
            vec![arn(&secret.arn, "secretsmanager", "secret:mock-abcdef"), ("kms_key_id", text(""))]
        }
        Resource::ExistingTopic(topic) => vec![arn(&topic.arn, "sns", "mock")],
        Resource::ExistingDbInstance(server) => {
            let more = [("vpc_security_groups", group()), ("address", text("mock.example"))];
            database(&server.0, "postgres", ("db_instance_arn", "db_name")).into_iter().chain(more).collect()
        }
        Resource::ExistingRdsCluster(cluster) => {
            let more = [("vpc_security_group_ids", group()), ("endpoint", text("mock.example"))];
            database(&cluster.0, "aurora-postgresql", ("arn", "database_name")).into_iter().chain(more).collect()
        }
        Resource::ExistingReplicationGroup(it) => vec![
            arn(&it.arn, "elasticache", "replicationgroup:mock"),
            ("auth_token_enabled", false.into()),
            (ExistingReplicationGroup::endpoint(it.is_cluster), text("mock.example")),
            port,
        ],
        Resource::ExistingServerlessCache(cache) => {
            let entries = [(Key::Name("address"), text("mock.example")), (Key::Name("port"), port.1)];
            vec![
                arn(&cache.arn, "elasticache", "serverlesscache:mock"),
                ("user_group_id", text("")),
                ("endpoint", object(entries)),
                ("security_group_ids", group()),
            ]
        }
        Resource::ExistingMemorydbCluster(cluster) => vec![
            arn(&cluster.arn, "memorydb", "cluster/mock"),
            ("tls_enabled", true.into()),
            ("acl_name", text("open-access")),
            ("num_shards", number(1_u32)),
            ("num_replicas_per_shard", number(0_u32)),
            ("security_group_ids", group()),
            ("cluster_endpoint", super::mocks::endpoint()),
            port,
        ],
        Resource::ExistingEcsCluster(cluster) => {
            vec![arn(&cluster.arn, "ecs", "cluster/mock"), ("status", text("ACTIVE"))]
        }
        Resource::ExistingEksCluster(cluster) => {
            let network = [
                (Key::Name("vpc_id"), vpc(plan)),
                (Key::Name("cluster_security_group_id"), text("sg-0123456789abcdef0")),
            ];
            vec![
                arn(&cluster.arn, "eks", "cluster/mock"),
                ("status", text("ACTIVE")),
                ("vpc_config", list([object(network)])),
                ("identity", super::mocks::issuer()),
            ]
        }
        Resource::ExistingOpenidConnectProvider(_) => {
            vec![("arn", text(format!("arn:aws:iam::{ACCOUNT}:oidc-provider/mock")))]
        }
        _ => return None,
    })
}

/// The id of the VPC that is there already: a provider answers with what it is asked for.
fn vpc(plan: &Plan) -> Expression {
    let existing = plan.resources.iter().find_map(|(_, planned)| {
        let Resource::ExistingVpc(vpc) = &planned.resource else { return None };
        Some(text(&vpc.id))
    });
    existing.unwrap_or_else(|| text("vpc-0123456789abcdef0"))
}

fn database(wanted: &ExistingDatabase, engine: &'static str, (arn, name): (&'static str, &'static str)) -> Answer {
    let made_up = || format!("arn:aws:rds:{REGION}:{ACCOUNT}:db:mock");
    vec![
        (arn, text(wanted.arn.clone().unwrap_or_else(made_up))),
        ("engine", text(engine)),
        ("storage_encrypted", true.into()),
        ("port", number(DbInstance::PORT)),
        ("master_user_secret", password()),
        (name, text("mock")),
    ]
}
