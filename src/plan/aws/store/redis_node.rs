use super::Draft;
use super::memorydb::RedisServer;
use crate::app::Store;
use crate::config::{RedisNodeBacking, RedisNodeSettings, RedisSettings, SettingUse};
use crate::plan::naming::label;
use crate::plan::{Backing, Concern, Provenance};
use crate::resource::{CacheSubnetGroup, ReplicationGroup, Shards};

impl Draft<'_> {
    pub(super) fn redis_node(&mut self, store: &Store) {
        let Some(settings) = self.settings.redis_nodes.get(&store.id) else { return };
        let why = "The code connects with a client of one Redis server: one shard, encrypted at rest and in transit.";
        if settings.adoption.is_there() {
            return self.adopted_redis_node(store, settings);
        }
        match settings.backing.value {
            RedisNodeBacking::Elasticache => {
                self.redis(store, &settings.elasticache, (&settings.backing).into(), why, "primary_endpoint_address");
            }
            RedisNodeBacking::ElasticacheServerless => self.serverless_cache(store, settings),
            RedisNodeBacking::Memorydb => self.memorydb(store, &settings.memorydb, (&settings.backing).into(), why),
        }
    }

    /// A server that is there already.
    fn adopted_redis_node(&mut self, store: &Store, settings: &RedisNodeSettings) {
        match settings.backing.value {
            RedisNodeBacking::Elasticache => self.adopted_replication_group(store, &settings.adoption, false),
            RedisNodeBacking::ElasticacheServerless => self.adopted_serverless_cache(store, &settings.adoption),
            RedisNodeBacking::Memorydb => self.adopted_memorydb(store, &settings.adoption, false),
        }
    }

    /// A replication group; units are told the address in its attribute `endpoint`.
    pub(super) fn redis(
        &mut self,
        store: &Store,
        settings: &RedisSettings,
        backing: SettingUse,
        why: &str,
        endpoint: &'static str,
    ) {
        let Some(network) = self.network.clone() else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let application = &self.settings.name.value;
        let group = self.redis_group(store, &network);
        let subnets = CacheSubnetGroup {
            name: self.names.cache_subnet_group(&store.id),
            description: format!("Private subnets for store {} of {application}", store.id),
            subnets: network.subnets.clone(),
        };
        let subnets = self.graph.add(&concern, &name, subnets, because("Its nodes are in the private subnets."));
        let node = ReplicationGroup {
            id: self.names.cache(&store.id),
            description: format!("Store {} of {application}", store.id),
            engine: settings.engine.value.name(),
            engine_version: settings.engine_version.value.clone(),
            node_type: settings.node_type.value.clone(),
            shards: settings.shards.as_ref().map_or(Shards::One, |shards| Shards::Cluster(shards.value)),
            replicas: settings.replicas.value,
            snapshot_retention_days: settings.snapshot_retention_days.value,
            subnet_group: subnets,
            security_group: group.clone(),
        };
        let why = with_nodes(because(why).with(backing), settings);
        let node = self.graph.add(&concern, &name, node, why);
        let (host, port) = (node.attribute(endpoint), node.attribute("port"));
        let server = RedisServer { backing: Backing::Elasticache, resource: node, group, host, port };
        self.serve_redis(store, &server, None);
    }
}

/// `why`, with what the nodes of a store of Redis' protocol are made with.
pub(super) fn with_nodes(why: Provenance, settings: &RedisSettings) -> Provenance {
    let why = why
        .with(&settings.engine)
        .with(&settings.engine_version)
        .with(&settings.node_type)
        .with(&settings.replicas)
        .with(&settings.snapshot_retention_days);
    settings.shards.iter().fold(why, Provenance::with)
}
