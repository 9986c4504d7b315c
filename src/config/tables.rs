//! The tables of settings.

use super::schema::BY_ID;

/// Where settings stand: a table, or in it that of one backing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Table {
    /// The table's path, such as `persist.redis_node`.
    pub path: &'static [&'static str],
    /// The backing whose settings these are, such as `elasticache`; absent for what holds whatever the backing is.
    pub backing: Option<&'static str>,
}

impl Table {
    /// The path of the setting `key` of this table, for all or for one id.
    pub(super) fn key(&self, id: Option<&str>, key: &str) -> Vec<String> {
        let id = id.map(|id| [BY_ID, id]);
        let parts = self.path.iter().copied().chain(id.into_iter().flatten()).chain(self.backing).chain([key]);
        parts.map(str::to_owned).collect()
    }
}

const fn table(path: &'static [&'static str]) -> Table {
    Table { path, backing: None }
}

const fn backing(path: &'static [&'static str], backing: &'static str) -> Table {
    Table { path, backing: Some(backing) }
}

pub(super) const ROOT: Table = table(&[]);
pub(super) const NAMES: Table = table(&["names"]);
pub(super) const EXECUTION_UNIT: Table = table(&["execution_unit"]);
pub(super) const EXPOSE: Table = table(&["expose"]);
pub(super) const EXPOSE_REST_API: Table = backing(&["expose"], "rest_api");
pub(super) const EXPOSE_ALB: Table = backing(&["expose"], "alb");
pub(super) const REDIS_NODE: Table = table(&["persist", "redis_node"]);
pub(super) const REDIS_CLUSTER: Table = table(&["persist", "redis_cluster"]);
pub(super) const KV: Table = table(&["persist", "kv"]);
pub(super) const FS: Table = table(&["persist", "fs"]);
pub(super) const SECRET: Table = table(&["persist", "secret"]);
pub(super) const REDIS_NODE_ELASTICACHE: Table = backing(&["persist", "redis_node"], "elasticache");
pub(super) const REDIS_CLUSTER_ELASTICACHE: Table = backing(&["persist", "redis_cluster"], "elasticache");
pub(super) const REDIS_NODE_SERVERLESS: Table = backing(&["persist", "redis_node"], "elasticache_serverless");
pub(super) const REDIS_NODE_MEMORYDB: Table = backing(&["persist", "redis_node"], "memorydb");
pub(super) const REDIS_CLUSTER_MEMORYDB: Table = backing(&["persist", "redis_cluster"], "memorydb");
pub(super) const ORM: Table = table(&["persist", "orm"]);
pub(super) const ORM_RDS_POSTGRES: Table = backing(&["persist", "orm"], "rds_postgres");
pub(super) const ORM_AURORA_POSTGRES: Table = backing(&["persist", "orm"], "aurora_postgres");
pub(super) const KV_DYNAMODB: Table = backing(&["persist", "kv"], "dynamodb");
pub(super) const KV_ELASTICACHE: Table = backing(&["persist", "kv"], "elasticache");
pub(super) const FS_S3: Table = backing(&["persist", "fs"], "s3");
pub(super) const FS_EFS: Table = backing(&["persist", "fs"], "efs");
pub(super) const SECRET_SECRETS_MANAGER: Table = backing(&["persist", "secret"], "secrets_manager");
pub(super) const CONFIG: Table = table(&["config"]);
pub(super) const PUBSUB: Table = table(&["pubsub"]);
pub(super) const PUBSUB_EVENTBRIDGE: Table = backing(&["pubsub"], "eventbridge");
pub(super) const SCHEDULE: Table = table(&["schedule"]);
pub(super) const STATIC_UNIT: Table = table(&["static_unit"]);
pub(super) const ECS: Table = table(&["ecs"]);
pub(super) const EKS: Table = table(&["eks"]);
pub(super) const NETWORK: Table = table(&["network"]);
pub(super) const NETWORK_EXISTING: Table = table(&["network", "existing"]);
pub(super) const STATE: Table = table(&["state"]);
pub(super) const STATE_LOCAL: Table = backing(&["state"], "local");
pub(super) const STATE_S3: Table = backing(&["state"], "s3");
pub(super) const STATE_HTTP: Table = backing(&["state"], "http");
