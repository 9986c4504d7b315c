use super::Draft;
use crate::app::Store;
use crate::config::RedisClusterBacking;

impl Draft<'_> {
    pub(super) fn redis_cluster(&mut self, store: &Store) {
        let Some(settings) = self.settings.redis_clusters.get(&store.id) else { return };
        let why = "The code connects with a client of a Redis cluster: shards, encrypted at rest and in transit.";
        if settings.adoption.is_there() {
            return match settings.backing.value {
                RedisClusterBacking::Elasticache => self.adopted_replication_group(store, &settings.adoption, true),
                RedisClusterBacking::Memorydb => self.adopted_memorydb(store, &settings.adoption, true),
            };
        }
        match settings.backing.value {
            RedisClusterBacking::Elasticache => {
                self.redis(
                    store,
                    &settings.elasticache,
                    (&settings.backing).into(),
                    why,
                    "configuration_endpoint_address",
                );
            }
            RedisClusterBacking::Memorydb => {
                self.memorydb(store, &settings.memorydb, (&settings.backing).into(), why);
            }
        }
    }
}
