//! Servers of Redis' protocol that are there already.

use super::Draft;
use super::memorydb::RedisServer;
use crate::app::Store;
use crate::config::{Adoptable, Adoption};
use crate::plan::Backing;
use crate::plan::naming::label;
use crate::resource::{
    ExistingMemorydbCluster, ExistingReplicationGroup, ExistingServerlessCache, MemorydbCluster, Resource,
};
use crate::terraform::{Address, Reference};

/// Host and port of a server.
type Place<'p> = (&'p dyn Fn(&Address) -> Reference, &'p dyn Fn(&Address) -> Reference);

impl Draft<'_> {
    /// A replication group of `ElastiCache`.
    pub(super) fn adopted_replication_group(&mut self, store: &Store, adoption: &Adoption, is_cluster: bool) {
        let Ok(named) = Adoptable::ReplicationGroup.named(&adoption.existing.value) else { return };
        let source = ExistingReplicationGroup { id: named.name, arn: named.arn, is_cluster };
        let host = |server: &Address| server.attribute(ExistingReplicationGroup::endpoint(is_cluster));
        let port = |server: &Address| server.attribute("port");
        self.serve_existing_redis(store, adoption, source, Backing::Elasticache, (&host, &port));
    }

    /// A cache of `ElastiCache` Serverless.
    pub(super) fn adopted_serverless_cache(&mut self, store: &Store, adoption: &Adoption) {
        let Ok(named) = Adoptable::ServerlessCache.named(&adoption.existing.value) else { return };
        let source = ExistingServerlessCache { name: named.name, arn: named.arn };
        let place: Place<'_> = (&ExistingServerlessCache::host, &ExistingServerlessCache::port);
        self.serve_existing_redis(store, adoption, source, Backing::ElasticacheServerless, place);
    }

    /// A cluster of `MemoryDB`.
    pub(super) fn adopted_memorydb(&mut self, store: &Store, adoption: &Adoption, is_cluster: bool) {
        let Ok(named) = Adoptable::MemorydbCluster.named(&adoption.existing.value) else { return };
        let source = ExistingMemorydbCluster { name: named.name, arn: named.arn, is_cluster };
        let port = |server: &Address| server.attribute("port");
        self.serve_existing_redis(store, adoption, source, Backing::Memorydb, (&MemorydbCluster::host, &port));
    }

    fn serve_existing_redis(
        &mut self,
        store: &Store,
        adoption: &Adoption,
        source: impl Into<Resource>,
        backing: Backing,
        (host, port): Place<'_>,
    ) {
        let why = "The server that is there already: it holds what the code keeps, and is not changed.";
        let resource = self.read_existing(store, &label(&store.id), source, &adoption.existing, why);
        let Some(group) = self.adopted_group(store, adoption, &resource) else { return };
        let (host, port) = (host(&resource), port(&resource));
        self.serve_redis(store, &RedisServer { backing, resource, group, host, port }, Some(adoption));
    }
}
