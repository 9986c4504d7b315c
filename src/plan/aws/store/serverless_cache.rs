use super::Draft;
use super::memorydb::RedisServer;
use crate::app::Store;
use crate::config::RedisNodeSettings;
use crate::plan::naming::label;
use crate::plan::{Backing, Concern, Provenance};
use crate::resource::ServerlessCache;

impl Draft<'_> {
    /// A cache of `ElastiCache` Serverless for a client of one server, which has one address whatever is behind it.
    pub(super) fn serverless_cache(&mut self, store: &Store, node: &RedisNodeSettings) {
        let Some(network) = self.network.clone() else { return };
        let settings = &node.elasticache_serverless;
        let group = self.redis_group(store, &network);
        let cache = ServerlessCache {
            name: self.names.cache(&store.id),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            engine: settings.engine.value.name(),
            engine_version: settings.engine_version.value.clone(),
            max_storage_gb: settings.max_storage_gb.value,
            max_ecpu_per_second: settings.max_ecpu_per_second.value,
            snapshot_retention_days: settings.snapshot_retention_days.value,
            subnets: network.subnets.clone(),
            security_group: group.clone(),
        };
        let why = "The code connects with a client of one Redis server: one address, encrypted at rest and in transit.";
        let why = Provenance::new(store.origins(), why)
            .with(&node.backing)
            .with(&settings.engine)
            .with(&settings.engine_version)
            .with(&settings.max_storage_gb)
            .with(&settings.max_ecpu_per_second)
            .with(&settings.snapshot_retention_days);
        let cache = self.graph.add(&Concern::Store(store.id.clone()), &label(&store.id), cache, why);
        let (host, port) = (ServerlessCache::host(&cache), ServerlessCache::port(&cache));
        let backing = Backing::ElasticacheServerless;
        self.serve_redis(store, &RedisServer { backing, resource: cache, group, host, port }, None);
    }
}
