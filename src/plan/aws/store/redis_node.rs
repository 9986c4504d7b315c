use super::super::network::Guarded;
use super::Draft;
use crate::app::{Id, Store};
use crate::config::{RedisNodeBacking, RedisNodeSettings, RedisSettings};
use crate::plan::naming::label;
use crate::plan::{Backing, BindingValue, Concern, Provenance};
use crate::resource::{CacheSubnetGroup, ReplicationGroup, SecurityGroup, Shards};
use crate::terraform::{Address, Reference};

impl Draft<'_> {
    pub(super) fn redis_node(&mut self, store: &Store) {
        let Some(settings) = self.settings.redis_nodes.get(&store.id) else { return };
        let why = "The code connects with a client of one Redis server: one shard, encrypted at rest and in transit.";
        if settings.adoption.is_there() {
            return self.adopted_redis_node(store, settings);
        }
        match settings.backing.value {
            RedisNodeBacking::Elasticache => {
                self.redis(store, &settings.elasticache, why, "primary_endpoint_address");
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
    pub(super) fn redis(&mut self, store: &Store, settings: &RedisSettings, why: &str, endpoint: &'static str) {
        let Some(network) = self.network.clone() else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let concern = Concern::Store(store.id.clone());
        let name = label(&store.id);
        let application = &self.settings.name.value;

        let group = SecurityGroup {
            name: self.names.security_group("store", store.id.as_str()),
            description: format!("Store {} of {application}", store.id),
            vpc: network.vpc.clone(),
        };
        let group = self.graph.add(
            &concern,
            &format!("store_{name}"),
            group,
            because("Lets in the units that use it, one rule for each, and nothing out."),
        );
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
        let why = because(why)
            .with(&settings.engine)
            .with(&settings.engine_version)
            .with(&settings.node_type)
            .with(&settings.replicas)
            .with(&settings.snapshot_retention_days);
        let why = settings.shards.iter().fold(why, Provenance::with);
        let node = self.graph.add(&concern, &name, node, why);

        let label = format!("store_{name}");
        for access in self.accesses.connections.clone().into_iter().filter(|access| *access.construct == store.id) {
            let to = Guarded {
                concern: &concern,
                label: &label,
                title: store.id.as_str(),
                security_group: &group,
                port: ReplicationGroup::PORT,
            };
            let why = because(&format!("Unit {} uses {}: {}.", access.unit, store.id, access.lines()));
            self.connect(access.unit, &to, &why);
            self.bind_redis(access.unit, store, node.attribute(endpoint), &node);
        }
        self.serve(store, Backing::Elasticache, Some(node), false);
    }

    fn bind_redis(&mut self, unit: &Id, store: &Store, host: Reference, node: &Address) {
        let properties = [
            ("host", BindingValue::Reference(host)),
            ("port", BindingValue::Reference(node.attribute("port"))),
            ("tls", BindingValue::Text("true".into())),
        ];
        self.bind_store(unit, store, &properties);
    }
}
