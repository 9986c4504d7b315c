//! Every setting, what it may hold, and what it belongs to. `defaults.toml` explains them to people.

use super::choices::Choice as _;
use super::days::{COLD_DAYS, RECOVERY_DAYS, RETENTION_DAYS};
use super::existing::{is_database, is_name_or_arn, is_route_table, is_security_group, is_subnet, is_vpc};
use super::forms::{
    ADDRESS, IMAGE, INSTANCE_TYPE, NAME, NAMESPACE, is_access, is_address_or_empty, is_bucket, is_bundle,
    is_certificate_arn, is_domain_name, is_image, is_instance_class, is_instance_type, is_key_arn, is_kms_key,
    is_kubernetes, is_major, is_name, is_namespace, is_network, is_node_type, is_object_key, is_postgres, is_prefix,
    is_region, is_role_arn, is_stage, is_state_path, is_suffix, is_table_name, is_tag_name, is_tag_value, is_version,
};
pub(super) use super::ids::Ids;
pub(super) use super::tables::*;
use super::{
    ApiEndpoint, Architecture, Compute, Endpoints, Engine, ExposeBacking, FsBacking, KvBacking, LogRole, MinimumTls,
    NatGateways, Nodes, NotFoundPage, OnDestroy, OrmBacking, Package, PodIdentity, PubsubBacking, RedisClusterBacking,
    RedisNodeBacking, ScheduleBacking, SecretBacking, StateBackend, StateLock, Switch, Throughput, TypescriptCompiler,
    WebProtocol, Zones,
};
use crate::app::StoreKind;
use crate::source::Language;

/// What a setting holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A whole number within bounds.
    Integer { min: u32, max: u32 },
    /// One of these numbers.
    Numbers(&'static [u32]),
    /// A number in steps of a half, within bounds.
    Halves { min: u32, max: u32 },
    /// One of these words.
    Words(&'static [&'static str]),
    /// Text of a certain form: the test, and the form in words.
    Form(fn(&str) -> bool, &'static str),
    /// A list of texts of a certain form, each at most once.
    Forms(fn(&str) -> bool, &'static str),
}

/// What a unit is made as.
pub(super) struct Made {
    pub compute: Compute,
    pub language: Language,
    /// Whether a function is to be an image.
    pub image: bool,
}

impl Made {
    fn is_image_of(&self, language: Language) -> bool {
        (self.compute.is_container() || self.image) && self.language == language
    }
}

/// What a setting of units asks of a unit that is made with it.
pub(super) type Holds = fn(&Made) -> bool;

/// The settings of units that some units alone are made with.
pub(super) const ONLY_WHERE: &[(&str, Holds)] = &[
    ("cpu_units", |made| made.compute.is_container()),
    ("min_replicas", |made| made.compute.is_container()),
    ("max_replicas", |made| made.compute.is_container()),
    ("cpu_target_percent", |made| made.compute.is_container()),
    ("port", |made| made.compute.is_container()),
    ("package", |made| !made.compute.is_container()),
    // What pods print is the cluster's to keep.
    ("log_retention_days", |made| made.compute != Compute::Eks),
    ("python_runtime", |made| made.language == Language::Python),
    ("node_runtime", |made| made.language == Language::TypeScript),
    ("typescript_compiler", |made| made.language == Language::TypeScript),
    ("python_image", |made| made.is_image_of(Language::Python)),
    ("node_image", |made| made.is_image_of(Language::TypeScript)),
];

/// A group of settings.
pub(super) struct Section {
    /// Where it stands.
    pub table: Table,
    /// What ids it takes; `None` where its settings hold for everything at once.
    pub ids: Option<Ids>,
    /// Its settings.
    pub keys: &'static [(&'static str, Kind)],
}

/// Of a replication group whose keys are all on one server.
const ONE_SHARD_OF_ELASTICACHE: &[(&str, Kind)] = &[
    ("engine", Kind::Words(Engine::NAMES)),
    ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
    ("node_type", Kind::Form(is_node_type, "an ElastiCache node type, such as `cache.t4g.micro`")),
    ("replicas", Kind::Integer { min: 0, max: 5 }),
    ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
];

const EXISTING_ID: (&str, Kind) =
    (EXISTING, Kind::Form(is_name_or_arn, "empty, or the name or ARN of what is there already"));
const EXISTING_KEY: (&str, Kind) = ("existing_kms_key", Kind::Form(is_name_or_arn, "empty, or the ARN of a KMS key"));
const EXISTING_GROUP: (&str, Kind) =
    ("existing_security_group", Kind::Form(is_security_group, "empty, or the id of a security group"));
const EXISTING_INGRESS: (&str, Kind) = ("existing_ingress", Kind::Words(Switch::NAMES));

/// Of what is there already, is an API of AWS and may be encrypted with a key of its own.
const ADOPTED: &[(&str, Kind)] = &[EXISTING_ID, EXISTING_KEY];
/// Of a server of Redis' protocol that is there already.
const ADOPTED_REDIS: &[(&str, Kind)] = &[EXISTING_ID, EXISTING_GROUP, EXISTING_INGRESS];

/// The setting of what is there already, and the table of those by event.
pub(super) const EXISTING: &str = "existing";
/// The table of tags, whose keys are the user's own.
pub(super) const TAGS: &str = "tags";
/// The setting of what serves something.
pub(super) const BACKING: &str = "backing";
/// The table of exceptions within a section.
pub(super) const BY_ID: &str = "by_id";

pub(super) const SECTIONS: &[Section] = &[
    Section { table: ROOT, ids: None, keys: &[("name", Kind::Form(is_name, NAME))] },
    Section {
        table: NAMES,
        ids: None,
        keys: &[
            ("prefix", Kind::Form(is_prefix, "empty, or a letter, then up to 15 letters, digits or `-`")),
            ("suffix", Kind::Form(is_suffix, "empty, or up to 16 letters, digits or `-`, without `-` at its end")),
        ],
    },
    Section {
        table: EXECUTION_UNIT,
        ids: Some(Ids::Units),
        keys: &[
            ("memory_mb", Kind::Integer { min: 128, max: 10_240 }),
            ("timeout_s", Kind::Integer { min: 1, max: 900 }),
            ("architecture", Kind::Words(Architecture::NAMES)),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
            ("python_runtime", Kind::Words(&["python3.10", "python3.11", "python3.12", "python3.13"])),
            ("node_runtime", Kind::Words(&["nodejs20.x", "nodejs22.x"])),
            ("typescript_compiler", Kind::Words(TypescriptCompiler::NAMES)),
            ("package", Kind::Words(Package::NAMES)),
            ("compute", Kind::Words(&["target", "lambda", "eks", "ecs"])),
            ("cpu_units", Kind::Numbers(&[256, 512, 1024, 2048, 4096])),
            ("min_replicas", Kind::Integer { min: 1, max: 1000 }),
            ("max_replicas", Kind::Integer { min: 1, max: 1000 }),
            ("cpu_target_percent", Kind::Integer { min: 10, max: 90 }),
            ("port", Kind::Integer { min: 0, max: 65_535 }),
            ("python_image", Kind::Form(is_image, IMAGE)),
            ("node_image", Kind::Form(is_image, IMAGE)),
        ],
    },
    Section {
        table: EXPOSE,
        ids: Some(Ids::Gateways),
        keys: &[(BACKING, Kind::Words(ExposeBacking::NAMES)), ("log_retention_days", Kind::Numbers(RETENTION_DAYS))],
    },
    Section {
        table: EXPOSE_REST_API,
        ids: Some(Ids::Gateways),
        keys: &[
            ("endpoint", Kind::Words(ApiEndpoint::NAMES)),
            ("stage", Kind::Form(is_stage, "1 to 128 letters, digits, `-` and `_`")),
            // What an account may do at first, which AWS raises for who asks:
            // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html.
            ("requests_per_second", Kind::Integer { min: 1, max: 100_000 }),
            ("burst", Kind::Integer { min: 1, max: 100_000 }),
            ("log_role", Kind::Words(LogRole::NAMES)),
        ],
    },
    Section {
        table: EXPOSE_ALB,
        ids: Some(Ids::Gateways),
        keys: &[
            ("protocol", Kind::Words(WebProtocol::NAMES)),
            ("certificate_arn", Kind::Form(is_certificate_arn, "empty, or the ARN of a certificate of ACM")),
            ("domain_name", Kind::Form(is_domain_name, "empty, or a name such as `shop.example.com`")),
            ("minimum_tls", Kind::Words(MinimumTls::NAMES)),
            // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
            ("idle_timeout_s", Kind::Integer { min: 1, max: 4000 }),
            ("deletion_protection", Kind::Words(Switch::NAMES)),
        ],
    },
    Section {
        table: REDIS_NODE,
        ids: Some(Ids::Stores(StoreKind::RedisNode)),
        keys: &[(BACKING, Kind::Words(RedisNodeBacking::NAMES))],
    },
    Section { table: REDIS_NODE, ids: Some(Ids::Stores(StoreKind::RedisNode)), keys: ADOPTED_REDIS },
    Section {
        table: REDIS_NODE_ELASTICACHE,
        ids: Some(Ids::Stores(StoreKind::RedisNode)),
        keys: ONE_SHARD_OF_ELASTICACHE,
    },
    Section {
        table: REDIS_NODE_SERVERLESS,
        ids: Some(Ids::Stores(StoreKind::RedisNode)),
        // <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html>
        keys: &[
            ("engine", Kind::Words(Engine::NAMES)),
            ("engine_version", Kind::Form(is_major, "a major version, such as `7`")),
            ("max_storage_gb", Kind::Integer { min: 1, max: 5000 }),
            ("max_ecpu_per_second", Kind::Integer { min: 1000, max: 15_000_000 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section {
        table: REDIS_NODE_MEMORYDB,
        ids: Some(Ids::Stores(StoreKind::RedisNode)),
        keys: &[
            ("engine", Kind::Words(Engine::NAMES)),
            ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
            ("node_type", Kind::Form(is_instance_class, "a MemoryDB node type, such as `db.t4g.small`")),
            // The only address that stays is that of all nodes, and a replica answers `MOVED`, which no client of one server
            // follows: https://docs.aws.amazon.com/memorydb/latest/devguide/endpoints.html.
            ("replicas", Kind::Integer { min: 0, max: 0 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section {
        table: ORM,
        ids: Some(Ids::Stores(StoreKind::Orm)),
        keys: &[
            (BACKING, Kind::Words(OrmBacking::NAMES)),
            ("engine_version", Kind::Form(is_postgres, "a version of PostgreSQL from 14 on, such as `17` or `17.6`")),
            ("backup_retention_days", Kind::Integer { min: 0, max: 35 }),
            ("deletion_protection", Kind::Words(Switch::NAMES)),
            ("final_snapshot", Kind::Words(Switch::NAMES)),
            ("performance_insights", Kind::Words(Switch::NAMES)),
            ("logs", Kind::Words(Switch::NAMES)),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
            ("ca_certificate", Kind::Words(&["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"])),
            ("ca_bundle", Kind::Form(is_bundle, "empty, or a file of the project that ends in `.pem`")),
        ],
    },
    Section {
        table: ORM,
        ids: Some(Ids::Stores(StoreKind::Orm)),
        keys: &[
            EXISTING_ID,
            ("existing_database", Kind::Form(is_database, "empty, or the name of a database of the server")),
            ("existing_secret", Kind::Form(is_name_or_arn, "empty, or the name or ARN of a secret of Secrets Manager")),
            EXISTING_KEY,
            EXISTING_GROUP,
            EXISTING_INGRESS,
        ],
    },
    Section {
        table: ORM_RDS_POSTGRES,
        ids: Some(Ids::Stores(StoreKind::Orm)),
        keys: &[
            ("instance_class", Kind::Form(is_instance_class, "an RDS instance class, such as `db.t4g.micro`")),
            ("storage_gb", Kind::Integer { min: 20, max: 65_536 }),
            ("max_storage_gb", Kind::Integer { min: 0, max: 65_536 }),
            ("zones", Kind::Words(Zones::NAMES)),
        ],
    },
    Section {
        table: ORM_AURORA_POSTGRES,
        ids: Some(Ids::Stores(StoreKind::Orm)),
        // <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html>
        keys: &[
            ("min_capacity_units", Kind::Halves { min: 0, max: 256 }),
            ("max_capacity_units", Kind::Halves { min: 1, max: 256 }),
            ("seconds_until_auto_pause", Kind::Integer { min: 300, max: 86_400 }),
            ("readers", Kind::Integer { min: 0, max: 15 }),
        ],
    },
    Section {
        table: REDIS_CLUSTER,
        ids: Some(Ids::Stores(StoreKind::RedisCluster)),
        keys: &[(BACKING, Kind::Words(RedisClusterBacking::NAMES))],
    },
    Section { table: REDIS_CLUSTER, ids: Some(Ids::Stores(StoreKind::RedisCluster)), keys: ADOPTED_REDIS },
    Section {
        table: REDIS_CLUSTER_ELASTICACHE,
        ids: Some(Ids::Stores(StoreKind::RedisCluster)),
        keys: &[
            ("engine", Kind::Words(Engine::NAMES)),
            ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
            ("node_type", Kind::Form(is_node_type, "an ElastiCache node type, such as `cache.t4g.micro`")),
            // A group has 500 nodes at most, and 90 shards with five replicas each come close to them:
            // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html.
            ("shards", Kind::Integer { min: 1, max: 90 }),
            ("replicas", Kind::Integer { min: 0, max: 5 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section {
        table: REDIS_CLUSTER_MEMORYDB,
        ids: Some(Ids::Stores(StoreKind::RedisCluster)),
        keys: &[
            ("engine", Kind::Words(Engine::NAMES)),
            ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
            ("node_type", Kind::Form(is_instance_class, "a MemoryDB node type, such as `db.t4g.small`")),
            // A cluster has 500 nodes at most: https://docs.aws.amazon.com/memorydb/latest/devguide/replication.html.
            ("shards", Kind::Integer { min: 1, max: 83 }),
            ("replicas", Kind::Integer { min: 0, max: 5 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section { table: KV, ids: Some(Ids::Stores(StoreKind::Kv)), keys: &[(BACKING, Kind::Words(KvBacking::NAMES))] },
    Section {
        table: KV,
        ids: Some(Ids::Stores(StoreKind::Kv)),
        keys: &[EXISTING_ID, EXISTING_KEY, EXISTING_GROUP, EXISTING_INGRESS],
    },
    Section {
        table: KV_DYNAMODB,
        ids: Some(Ids::Stores(StoreKind::Kv)),
        keys: &[
            ("recovery_days", Kind::Integer { min: 0, max: 35 }),
            ("deletion_protection", Kind::Words(Switch::NAMES)),
        ],
    },
    Section { table: KV_ELASTICACHE, ids: Some(Ids::Stores(StoreKind::Kv)), keys: ONE_SHARD_OF_ELASTICACHE },
    Section { table: FS, ids: Some(Ids::Stores(StoreKind::Fs)), keys: &[(BACKING, Kind::Words(FsBacking::NAMES))] },
    Section { table: FS, ids: Some(Ids::Stores(StoreKind::Fs)), keys: ADOPTED },
    Section {
        table: FS_S3,
        ids: Some(Ids::Stores(StoreKind::Fs)),
        keys: &[
            ("old_version_retention_days", Kind::Integer { min: 1, max: 3650 }),
            ("unfinished_upload_days", Kind::Integer { min: 1, max: 365 }),
            ("on_destroy", Kind::Words(OnDestroy::NAMES)),
        ],
    },
    Section {
        table: FS_EFS,
        ids: Some(Ids::Stores(StoreKind::Fs)),
        // <https://docs.aws.amazon.com/efs/latest/ug/limits.html>
        keys: &[
            ("throughput", Kind::Words(Throughput::NAMES)),
            ("provisioned_mib_per_s", Kind::Integer { min: 1, max: 3414 }),
            ("infrequent_access_days", Kind::Numbers(COLD_DAYS)),
            ("archive_days", Kind::Numbers(COLD_DAYS)),
            ("backups", Kind::Words(Switch::NAMES)),
            ("kms_key_arn", Kind::Form(is_key_arn, "empty for the account's own key for EFS, or the ARN of a KMS key")),
            ("on_destroy", Kind::Words(OnDestroy::NAMES)),
        ],
    },
    Section {
        table: SECRET,
        ids: Some(Ids::Stores(StoreKind::Secret)),
        keys: &[(BACKING, Kind::Words(SecretBacking::NAMES))],
    },
    Section { table: SECRET, ids: Some(Ids::Stores(StoreKind::Secret)), keys: ADOPTED },
    Section {
        table: SECRET_SECRETS_MANAGER,
        ids: Some(Ids::Stores(StoreKind::Secret)),
        keys: &[("recovery_window_days", Kind::Numbers(RECOVERY_DAYS))],
    },
    Section {
        table: CONFIG,
        ids: Some(Ids::Parameters),
        keys: &[("recovery_window_days", Kind::Numbers(RECOVERY_DAYS))],
    },
    Section {
        table: PUBSUB,
        ids: Some(Ids::Topics),
        keys: &[(BACKING, Kind::Words(PubsubBacking::NAMES)), EXISTING_KEY],
    },
    Section {
        table: PUBSUB,
        ids: None,
        keys: &[
            ("dead_letter_retention_days", Kind::Integer { min: 1, max: 14 }),
            ("max_retries", Kind::Integer { min: 0, max: 2 }),
            ("visibility_timeout_s", Kind::Integer { min: 10, max: 43_200 }),
        ],
    },
    Section {
        table: PUBSUB_EVENTBRIDGE,
        ids: Some(Ids::Topics),
        // <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html>
        keys: &[
            ("delivery_max_retries", Kind::Integer { min: 0, max: 185 }),
            ("delivery_max_age_s", Kind::Integer { min: 60, max: 86_400 }),
            ("archive_days", Kind::Integer { min: 0, max: 3653 }),
            ("kms_key", Kind::Form(is_kms_key, "empty for one that AWS owns, or a key's id, alias or ARN")),
        ],
    },
    Section {
        table: SCHEDULE,
        ids: Some(Ids::Schedules),
        keys: &[
            (BACKING, Kind::Words(ScheduleBacking::NAMES)),
            ("max_retries", Kind::Integer { min: 0, max: 2 }),
            ("max_delay_s", Kind::Integer { min: 60, max: 21_600 }),
        ],
    },
    Section {
        table: STATIC_UNIT,
        ids: Some(Ids::Sites),
        keys: &[
            ("price_class", Kind::Words(&["PriceClass_100", "PriceClass_200", "PriceClass_All"])),
            ("not_found", Kind::Words(NotFoundPage::NAMES)),
        ],
    },
    Section { table: ECS, ids: None, keys: &[EXISTING_ID] },
    Section {
        table: EKS,
        ids: None,
        keys: &[
            EXISTING_ID,
            ("existing_pod_identity", Kind::Words(PodIdentity::NAMES)),
            ("version", Kind::Form(is_kubernetes, "a version from 1.30 on, such as `1.36`")),
            ("nodes", Kind::Words(Nodes::NAMES)),
            ("node_type_arm64", Kind::Form(is_instance_type, INSTANCE_TYPE)),
            ("node_type_x86_64", Kind::Form(is_instance_type, INSTANCE_TYPE)),
            ("min_nodes", Kind::Integer { min: 1, max: 450 }),
            ("max_nodes", Kind::Integer { min: 1, max: 450 }),
            (
                "private_access",
                Kind::Form(is_access, "`none`, or the IPv4 network that may reach it, such as `10.8.0.0/16`"),
            ),
            (
                "public_access",
                Kind::Form(is_access, "`none`, or the IPv4 network that may reach it, such as `203.0.113.0/24`"),
            ),
            ("namespace", Kind::Form(is_namespace, NAMESPACE)),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
        ],
    },
    Section { table: STATE, ids: None, keys: &[("backend", Kind::Words(StateBackend::NAMES))] },
    Section {
        table: STATE_LOCAL,
        ids: None,
        keys: &[("path", Kind::Form(is_state_path, "a path of letters, digits and `-_./`"))],
    },
    Section {
        table: STATE_S3,
        ids: None,
        keys: &[
            ("bucket", Kind::Form(is_bucket, "the name of an S3 bucket, such as `acme-terraform-state`")),
            ("key", Kind::Form(is_object_key, "empty for `<name>/terraform.tfstate`, or the key of an object")),
            ("region", Kind::Form(is_region, "empty for the environment's, or a region such as `eu-central-1`")),
            ("lock", Kind::Words(StateLock::NAMES)),
            ("dynamodb_table", Kind::Form(is_table_name, "empty, or the name of a DynamoDB table")),
            ("kms_key_id", Kind::Form(is_kms_key, "empty for the bucket's own, or a key's id, alias or ARN")),
            ("role_arn", Kind::Form(is_role_arn, "empty, or the ARN of a role")),
        ],
    },
    Section {
        table: STATE_HTTP,
        ids: None,
        keys: &[
            ("address", Kind::Form(is_address_or_empty, ADDRESS)),
            ("lock_address", Kind::Form(is_address_or_empty, ADDRESS)),
            ("unlock_address", Kind::Form(is_address_or_empty, ADDRESS)),
        ],
    },
    Section {
        table: NETWORK,
        ids: None,
        keys: &[
            (
                "cidr",
                Kind::Form(is_network, "an IPv4 network from /16 to /24 without host bits, such as `10.0.0.0/16`"),
            ),
            ("zones", Kind::Integer { min: 2, max: 4 }),
            ("nat_gateways", Kind::Words(NatGateways::NAMES)),
        ],
    },
    Section {
        table: NETWORK_EXISTING,
        ids: None,
        keys: &[
            ("vpc_id", Kind::Form(is_vpc, "empty, or the id of a VPC, such as `vpc-0123456789abcdef0`")),
            ("private_subnet_ids", Kind::Forms(is_subnet, "the id of a subnet, such as `subnet-0123456789abcdef0`")),
            ("public_subnet_ids", Kind::Forms(is_subnet, "the id of a subnet, such as `subnet-0123456789abcdef0`")),
            ("endpoints", Kind::Words(Endpoints::NAMES)),
            (
                "route_table_ids",
                Kind::Forms(is_route_table, "the id of a route table, such as `rtb-0123456789abcdef0`"),
            ),
        ],
    },
];

/// The forms of a tag, AWS's rules restricted to ASCII: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>.
pub(super) const TAG_NAME: (fn(&str) -> bool, &str) =
    (is_tag_name, "1 to 128 letters, digits, spaces and `_.:/=+-@`, not starting with `aws:`");
pub(super) const TAG_VALUE: Kind =
    Kind::Form(is_tag_value, "up to 256 of a to z, A to Z, digits, spaces and `_.:/=+-@`");
