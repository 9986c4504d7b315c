//! What was accepted: typed, complete, each value with its origin.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::adoption::{Adoption, DatabaseAdoption, NetworkAdoption};
use super::setting::Setting;
use super::{
    ApiEndpoint, Architecture, Compute, Engine, ExposeBacking, Extra, FsBacking, KvBacking, LogRole, MinimumTls,
    NatGateways, Network, Nodes, NotFoundPage, OnDestroy, OrmBacking, Package, PodIdentity, PubsubBacking,
    RedisClusterBacking, RedisNodeBacking, ScheduleBacking, SecretBacking, StateBackend, StateLock, Switch, Throughput,
    TypescriptCompiler, WebProtocol, Zones,
};
use crate::app::Id;
use crate::terraform::Halves;

/// Everything that a plan needs to know beyond the application.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The environment that they are for.
    pub environment: Option<String>,
    /// The application's name.
    pub name: Setting<String>,
    /// Per unit.
    pub units: IndexMap<Id, UnitSettings>,
    /// Per gateway.
    pub gateways: IndexMap<Id, GatewaySettings>,
    /// Per Redis node.
    pub redis_nodes: IndexMap<Id, RedisNodeSettings>,
    /// Per Redis cluster.
    pub redis_clusters: IndexMap<Id, RedisClusterSettings>,
    /// Per store of values by key.
    pub kv: IndexMap<Id, KvSettings>,
    /// Per database.
    pub databases: IndexMap<Id, DatabaseSettings>,
    /// Per store of files.
    pub file_stores: IndexMap<Id, FileStoreSettings>,
    /// Per secret of the stores.
    pub secrets: IndexMap<Id, SecretStoreSettings>,
    /// Per value of the configuration; what is said there holds for secret ones.
    pub parameters: IndexMap<Id, SecretSettings>,
    /// Of all topics.
    pub pubsub: PubsubSettings,
    /// Per topic.
    pub topics: IndexMap<Id, TopicSettings>,
    /// Per schedule.
    pub schedules: IndexMap<Id, ScheduleSettings>,
    /// Per web site.
    pub sites: IndexMap<Id, SiteSettings>,
    /// Of the private network.
    pub network: NetworkSettings,
    /// The cluster of ECS that is adopted; empty where one is made.
    pub ecs_existing: Setting<String>,
    /// Of the Kubernetes cluster.
    pub eks: EksSettings,
    /// Tags for every resource.
    pub tags: BTreeMap<String, Setting<String>>,
    /// Where Terraform keeps its state.
    pub state: StateSettings,
    /// By address, arguments and nested blocks outside the model.
    pub extra: BTreeMap<String, Extra>,
}

/// What a client of one Redis server talks to.
#[derive(Debug, Clone)]
pub struct RedisNodeSettings {
    /// What serves it.
    pub backing: Setting<RedisNodeBacking>,
    /// What is there already.
    pub adoption: Adoption,
    /// Where that is `ElastiCache`.
    pub elasticache: RedisSettings,
    /// Where that is `ElastiCache` Serverless.
    pub elasticache_serverless: ServerlessCacheSettings,
    /// Where that is `MemoryDB`.
    pub memorydb: RedisSettings,
}

/// A cache that has no machines to choose.
#[derive(Debug, Clone)]
pub struct ServerlessCacheSettings {
    /// The server.
    pub engine: Setting<Engine>,
    /// Its major version.
    pub engine_version: Setting<String>,
    /// The most that it holds.
    pub max_storage_gb: Setting<u32>,
    /// The most that it does in a second, in `ElastiCache` processing units.
    pub max_ecpu_per_second: Setting<u32>,
    /// Days until a daily snapshot is deleted.
    pub snapshot_retention_days: Setting<u32>,
}

/// What a client of a Redis cluster talks to.
#[derive(Debug, Clone)]
pub struct RedisClusterSettings {
    /// What serves it.
    pub backing: Setting<RedisClusterBacking>,
    /// What is there already.
    pub adoption: Adoption,
    /// Where that is `ElastiCache`.
    pub elasticache: RedisSettings,
    /// Where that is `MemoryDB`.
    pub memorydb: RedisSettings,
}

/// A store of a value that nobody else may know.
#[derive(Debug, Clone)]
pub struct SecretStoreSettings {
    /// What serves it.
    pub backing: Setting<SecretBacking>,
    /// What is there already.
    pub adoption: Adoption,
    /// Where that is Secrets Manager.
    pub secrets_manager: SecretSettings,
}

/// How a function that runs at certain times is tried again.
#[derive(Debug, Clone)]
pub struct ScheduleSettings {
    /// What serves it.
    pub backing: Setting<ScheduleBacking>,
    /// Tries of a run after the first.
    pub max_retries: Setting<u32>,
    /// Seconds after which a run that could not be started is given up.
    pub max_delay_s: Setting<u32>,
}

/// How a unit runs.
#[derive(Debug, Clone)]
pub struct UnitSettings {
    /// Memory in MB.
    pub memory_mb: Setting<u32>,
    /// Seconds until an invocation is stopped.
    pub timeout_s: Setting<u32>,
    /// The processor.
    pub architecture: Setting<Architecture>,
    /// Days until log lines are deleted.
    pub log_retention_days: Setting<u32>,
    /// Lambda's name for the Python to run.
    pub python_runtime: Setting<String>,
    /// Lambda's name for the Node to run.
    pub node_runtime: Setting<String>,
    /// What compiles its TypeScript.
    pub typescript_compiler: Setting<TypescriptCompiler>,
    /// What it is made of, where it is a function.
    pub package: Setting<Package>,
    /// What runs it.
    pub compute: Setting<Compute>,
    /// The share of a processor that a container is given; 1024 is a whole one.
    pub cpu_units: Setting<u32>,
    /// The fewest containers that run.
    pub min_replicas: Setting<u32>,
    /// The most containers that run.
    pub max_replicas: Setting<u32>,
    /// The use of the processor, in percent, above which containers are added.
    pub cpu_target_percent: Setting<u32>,
    /// The port that the code listens on; 0 where the code says it.
    pub port: Setting<u32>,
    /// The image that a Python unit's image starts from.
    pub python_image: Setting<String>,
    /// The image that a Node unit's image starts from.
    pub node_image: Setting<String>,
}

/// How a gateway answers.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// What serves it.
    pub backing: Setting<ExposeBacking>,
    /// Days until access log lines are deleted.
    pub log_retention_days: Setting<u32>,
    /// Where that is a REST API.
    pub rest_api: RestApiSettings,
    /// Where that is a load balancer.
    pub alb: AlbSettings,
}

/// How a REST API answers.
#[derive(Debug, Clone)]
pub struct RestApiSettings {
    /// From where.
    pub endpoint: Setting<ApiEndpoint>,
    /// The name of its stage, with which every path of its own address starts.
    pub stage: Setting<String>,
    /// Requests in a second, on average, beyond which it refuses them.
    pub requests_per_second: Setting<u32>,
    /// Requests at once, beyond which it refuses them.
    pub burst: Setting<u32>,
    /// Where the role comes from by which it writes logs.
    pub log_role: Setting<LogRole>,
}

/// How a load balancer answers.
#[derive(Debug, Clone)]
pub struct AlbSettings {
    /// What it speaks.
    pub protocol: Setting<WebProtocol>,
    /// The ARN of the certificate that it shows; empty where it speaks no TLS.
    pub certificate_arn: Setting<String>,
    /// The name that the certificate is for; empty for the load balancer's own.
    pub domain_name: Setting<String>,
    /// The oldest TLS that it speaks.
    pub minimum_tls: Setting<MinimumTls>,
    /// Seconds without a byte after which it ends a connection.
    pub idle_timeout_s: Setting<u32>,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: Setting<Switch>,
}

/// How values by key are kept.
#[derive(Debug, Clone)]
pub struct KvSettings {
    /// What serves it.
    pub backing: Setting<KvBacking>,
    /// What is there already.
    pub adoption: Adoption,
    /// The days from which a table can be brought back as it was; 0 for none.
    pub recovery_days: Setting<u32>,
    /// Whether AWS refuses to delete the table.
    pub deletion_protection: Setting<Switch>,
    /// Where they are in `ElastiCache`.
    pub elasticache: RedisSettings,
}

/// How a Redis node or cluster is kept.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// The server.
    pub engine: Setting<Engine>,
    /// Its major and minor version.
    pub engine_version: Setting<String>,
    /// The size of machine.
    pub node_type: Setting<String>,
    /// The number of primaries that share the keys of a cluster; absent for a node.
    pub shards: Option<Setting<u32>>,
    /// Copies beside each primary.
    pub replicas: Setting<u32>,
    /// Days until a daily snapshot is deleted.
    pub snapshot_retention_days: Setting<u32>,
}

/// The servers of a database that is kept by Aurora.
#[derive(Debug, Clone)]
pub struct AuroraSettings {
    /// What each has at least, in units of about 2 GB of memory.
    pub min_capacity_units: Setting<Halves>,
    /// What each has at most.
    pub max_capacity_units: Setting<Halves>,
    /// Seconds without a connection until they pause, where they can have nothing at all.
    pub seconds_until_auto_pause: Setting<u32>,
    /// Servers beside the one that writes.
    pub readers: Setting<u32>,
}

/// How a database is kept.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// What serves it.
    pub backing: Setting<OrmBacking>,
    /// What is there already.
    pub adoption: DatabaseAdoption,
    /// The version of `PostgreSQL`.
    pub engine_version: Setting<String>,
    /// The size of machine.
    pub instance_class: Setting<String>,
    /// Storage to begin with.
    pub storage_gb: Setting<u32>,
    /// The most that storage grows to; 0 where it does not grow.
    pub max_storage_gb: Setting<u32>,
    /// Whether another zone has a copy that takes over.
    pub zones: Setting<Zones>,
    /// Where what serves it is Aurora.
    pub aurora: AuroraSettings,
    /// Days until a daily backup is deleted.
    pub backup_retention_days: Setting<u32>,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: Setting<Switch>,
    /// Whether a last snapshot is made before it is deleted.
    pub final_snapshot: Setting<Switch>,
    /// Whether RDS records what it is busy with.
    pub performance_insights: Setting<Switch>,
    /// Whether its log is kept in `CloudWatch` Logs.
    pub logs: Setting<Switch>,
    /// Days until lines of that log are deleted.
    pub log_retention_days: Setting<u32>,
    /// The authority that signs its certificate.
    pub ca_certificate: Setting<String>,
    /// The project's file of the authorities that connections are verified against; empty for none.
    pub ca_bundle: Setting<String>,
}

/// How files are kept.
#[derive(Debug, Clone)]
pub struct FileStoreSettings {
    /// What serves it.
    pub backing: Setting<FsBacking>,
    /// What is there already.
    pub adoption: Adoption,
    /// Days until what was replaced or deleted is gone.
    pub old_version_retention_days: Setting<u32>,
    /// Days until the parts of an unfinished upload are gone.
    pub unfinished_upload_days: Setting<u32>,
    /// What destroying the bucket means for what is in it.
    pub on_destroy: Setting<OnDestroy>,
    /// Where they are in a file system of EFS.
    pub efs: FileSystemSettings,
}

/// How a file system is kept.
#[derive(Debug, Clone)]
pub struct FileSystemSettings {
    /// How fast it is.
    pub throughput: Setting<Throughput>,
    /// How fast, where that is a number: in MiB per second.
    pub provisioned_mib_per_s: Setting<u32>,
    /// Days after which a file that nobody reads is kept where reading it costs more; 0 for never.
    pub infrequent_access_days: Setting<u32>,
    /// Days after which it goes to the archive; 0 for never.
    pub archive_days: Setting<u32>,
    /// Whether AWS Backup keeps a copy of each day.
    pub backups: Setting<Switch>,
    /// The key that encrypts it; empty for the account's own.
    pub kms_key_arn: Setting<String>,
    /// What destroying it means for what is in it.
    pub on_destroy: Setting<OnDestroy>,
}

/// How a secret is kept.
#[derive(Debug, Clone)]
pub struct SecretSettings {
    /// Days in which a deletion can be taken back.
    pub recovery_window_days: Setting<u32>,
}

/// How events are delivered.
#[derive(Debug, Clone)]
pub struct PubsubSettings {
    /// Days until an undelivered event is deleted.
    pub dead_letter_retention_days: Setting<u32>,
    /// Tries after the first.
    pub max_retries: Setting<u32>,
    /// Seconds for which a queue hides a message that a container is handling; a handler that takes longer has it extended.
    pub visibility_timeout_s: Setting<u32>,
}

/// What carries a topic's events.
#[derive(Debug, Clone)]
pub struct TopicSettings {
    /// What serves it.
    pub backing: Setting<PubsubBacking>,
    /// Where that is `EventBridge`.
    pub eventbridge: EventbridgeSettings,
    /// By event, the ARN of the topic of SNS that is there already.
    pub existing: BTreeMap<String, Setting<String>>,
    /// The key of KMS that those are encrypted with; empty for one that AWS manages.
    pub existing_kms_key: Setting<String>,
}

/// How a bus of `EventBridge` goes about events.
#[derive(Debug, Clone)]
pub struct EventbridgeSettings {
    /// Tries to hand over an event after the first.
    pub delivery_max_retries: Setting<u32>,
    /// Seconds after which an event that was not handed over is given up.
    pub delivery_max_age_s: Setting<u32>,
    /// Days for which events are kept to be put on the bus again; 0 where none are.
    pub archive_days: Setting<u32>,
    /// The key that encrypts the bus; empty for one that AWS owns.
    pub kms_key: Setting<String>,
}

/// How a web site answers.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// Where in the world it answers from, by `CloudFront`'s name.
    pub price_class: Setting<String>,
    /// What answers where there is no file.
    pub not_found: Setting<NotFoundPage>,
}

/// The private network.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// Its addresses.
    pub cidr: Setting<Network>,
    /// The number of availability zones.
    pub zones: Setting<u32>,
    /// How the private subnets reach the internet, where they do.
    pub nat_gateways: Setting<NatGateways>,
    /// What is there already.
    pub existing: NetworkAdoption,
}

/// The Kubernetes cluster.
#[derive(Debug, Clone)]
pub struct EksSettings {
    /// The cluster that is adopted; empty where one is made.
    pub existing: Setting<String>,
    /// How pods of an adopted one come by a role.
    pub existing_pod_identity: Setting<PodIdentity>,
    /// Its version of Kubernetes.
    pub version: Setting<String>,
    /// What pods run on.
    pub nodes: Setting<Nodes>,
    /// The machine that runs arm64 pods.
    pub node_type_arm64: Setting<String>,
    /// The machine that runs `x86_64` pods.
    pub node_type_x86_64: Setting<String>,
    /// The fewest machines of a group.
    pub min_nodes: Setting<u32>,
    /// The most machines of a group.
    pub max_nodes: Setting<u32>,
    /// The network that may reach the private endpoint, beside the cluster itself; `none` where that is none.
    pub private_access: Setting<String>,
    /// The network that may reach the public endpoint; `none` where there is no public endpoint.
    pub public_access: Setting<String>,
    /// The namespace of the application's objects; empty for the application's name.
    pub namespace: Setting<String>,
    /// Days until the control plane's log lines are deleted.
    pub log_retention_days: Setting<u32>,
}

/// Where Terraform keeps its state. Of each back end only what is no secret is a setting.
#[derive(Debug, Clone)]
pub struct StateSettings {
    /// The kind of back end.
    pub backend: Setting<StateBackend>,
    /// The file of a local one.
    pub path: Setting<String>,
    /// The bucket of one in S3.
    pub bucket: Setting<String>,
    /// The object in the bucket; empty for one named after the application.
    pub key: Setting<String>,
    /// The bucket's region; empty for the environment's.
    pub region: Setting<String>,
    /// What keeps two applies apart.
    pub lock: Setting<StateLock>,
    /// The table of locks, where that is one.
    pub dynamodb_table: Setting<String>,
    /// The key that encrypts the state; empty for the bucket's own.
    pub kms_key_id: Setting<String>,
    /// The role that reads and writes it; empty for whoever runs Terraform.
    pub role_arn: Setting<String>,
    /// The address of one behind HTTP.
    pub address: Setting<String>,
    /// Where it is locked; empty where it is not.
    pub lock_address: Setting<String>,
    /// Where it is unlocked; empty where it is not.
    pub unlock_address: Setting<String>,
}
