//! What can be adopted: each store, with the kind of thing that its backing would make.

use super::super::adoption::Adoption;
use super::super::existing::Adoptable;
use super::super::schema::{FS, KV, ORM, REDIS_CLUSTER, REDIS_NODE, SECRET, Table};
use super::super::settings::Settings;
use crate::app::Id;
use crate::config::{FsBacking, KvBacking, OrmBacking, RedisClusterBacking, RedisNodeBacking, SecretBacking};

/// A store that a setting may name a thing for.
pub(super) struct Candidate<'s> {
    pub table: &'static Table,
    pub id: &'s Id,
    pub adoption: &'s Adoption,
    pub kind: Adoptable,
    /// Whether it is inside a network.
    pub is_inside: bool,
}

/// Every store, with what would be adopted for it.
pub(super) fn candidates(settings: &Settings) -> Vec<Candidate<'_>> {
    let kv = settings.kv.iter().map(|(id, it)| {
        let (kind, is_inside) = match it.backing.value {
            KvBacking::Dynamodb => (Adoptable::Table, false),
            KvBacking::Elasticache => (Adoptable::ReplicationGroup, true),
        };
        Candidate { table: &KV, id, adoption: &it.adoption, kind, is_inside }
    });
    // A file system of EFS is not adopted: who may mount it is in a policy of its own, which is not read.
    let buckets = settings.file_stores.iter().filter(|(_, it)| it.backing.value == FsBacking::S3);
    let fs = buckets.map(|(id, it)| Candidate {
        table: &FS,
        id,
        adoption: &it.adoption,
        kind: Adoptable::Bucket,
        is_inside: false,
    });
    let secrets = settings.secrets.iter().map(|(id, it)| {
        let kind = match it.backing.value {
            SecretBacking::SecretsManager => Adoptable::Secret,
            SecretBacking::ParameterStore => Adoptable::Parameter,
        };
        Candidate { table: &SECRET, id, adoption: &it.adoption, kind, is_inside: false }
    });
    let databases = settings.databases.iter().map(|(id, it)| {
        let kind = match it.backing.value {
            OrmBacking::RdsPostgres => Adoptable::DbInstance,
            OrmBacking::AuroraPostgres => Adoptable::DbCluster,
        };
        Candidate { table: &ORM, id, adoption: &it.adoption.server, kind, is_inside: true }
    });
    let nodes = settings.redis_nodes.iter().map(|(id, it)| {
        let kind = match it.backing.value {
            RedisNodeBacking::Elasticache => Adoptable::ReplicationGroup,
            RedisNodeBacking::ElasticacheServerless => Adoptable::ServerlessCache,
            RedisNodeBacking::Memorydb => Adoptable::MemorydbCluster,
        };
        Candidate { table: &REDIS_NODE, id, adoption: &it.adoption, kind, is_inside: true }
    });
    let clusters = settings.redis_clusters.iter().map(|(id, it)| {
        let kind = match it.backing.value {
            RedisClusterBacking::Elasticache => Adoptable::ReplicationGroup,
            RedisClusterBacking::Memorydb => Adoptable::MemorydbCluster,
        };
        Candidate { table: &REDIS_CLUSTER, id, adoption: &it.adoption, kind, is_inside: true }
    });
    kv.chain(fs).chain(secrets).chain(databases).chain(nodes).chain(clusters).collect()
}
