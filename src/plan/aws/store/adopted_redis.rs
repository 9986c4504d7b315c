//! Servers of Redis' protocol that are there already.

use super::Draft;
use super::memorydb::RedisServer;
use crate::app::Store;
use crate::config::{Adoptable, Adoption};
use crate::plan::Backing;
use crate::plan::naming::label;
use crate::resource::{ExistingMemorydbCluster, ExistingReplicationGroup, ExistingServerlessCache, MemorydbCluster};

impl Draft<'_> {
    /// A replication group of `ElastiCache`.
    pub(super) fn adopted_replication_group(&mut self, store: &Store, adoption: &Adoption, is_cluster: bool) {
        let Ok(named) = Adoptable::ReplicationGroup.named(&adoption.existing.value) else { return };
        let source = ExistingReplicationGroup { id: named.name, arn: named.arn, is_cluster };
        let why = "The replication group that is there already: it holds what the code keeps, and is not changed.";
        let server = self.read_existing(store, &label(&store.id), source, adoption, why);
        let group = self.adopted_group(store, adoption, &server);
        let host = server.attribute(ExistingReplicationGroup::endpoint(is_cluster));
        let port = server.attribute("port");
        let server = RedisServer { backing: Backing::Elasticache, resource: server, group, host, port };
        self.serve_redis(store, &server, Some(adoption));
    }

    /// A cache of `ElastiCache` Serverless.
    pub(super) fn adopted_serverless_cache(&mut self, store: &Store, adoption: &Adoption) {
        let Ok(named) = Adoptable::ServerlessCache.named(&adoption.existing.value) else { return };
        let source = ExistingServerlessCache { name: named.name, arn: named.arn };
        let why = "The serverless cache that is there already: it holds what the code keeps, and is not changed.";
        let server = self.read_existing(store, &label(&store.id), source, adoption, why);
        let group = self.adopted_group(store, adoption, &server);
        let (host, port) = (ExistingServerlessCache::host(&server), ExistingServerlessCache::port(&server));
        let server = RedisServer { backing: Backing::ElasticacheServerless, resource: server, group, host, port };
        self.serve_redis(store, &server, Some(adoption));
    }

    /// A cluster of `MemoryDB`.
    pub(super) fn adopted_memorydb(&mut self, store: &Store, adoption: &Adoption, is_cluster: bool) {
        let Ok(named) = Adoptable::MemorydbCluster.named(&adoption.existing.value) else { return };
        let source = ExistingMemorydbCluster { name: named.name, arn: named.arn, is_cluster };
        let why = "The cluster that is there already: it holds what the code keeps, and is not changed.";
        let server = self.read_existing(store, &label(&store.id), source, adoption, why);
        let group = self.adopted_group(store, adoption, &server);
        let (host, port) = (MemorydbCluster::host(&server), server.attribute("port"));
        let server = RedisServer { backing: Backing::Memorydb, resource: server, group, host, port };
        self.serve_redis(store, &server, Some(adoption));
    }
}
