//! Stores of Redis' protocol in `MemoryDB`, and what every such store that is no replication group has in common.

use super::super::network::{Guarded, Network};
use super::Draft;
use super::redis_node::with_nodes;
use crate::app::Store;
use crate::config::{Adoption, RedisSettings, SettingUse};
use crate::plan::naming::label;
use crate::plan::{Backing, BindingValue, Concern, Provenance};
use crate::resource::{MemorydbCluster, MemorydbSubnetGroup, ReplicationGroup, SecurityGroup};
use crate::terraform::{Address, Reference};

/// A server of Redis' protocol as units see it.
pub(super) struct RedisServer {
    pub backing: Backing,
    pub resource: Address,
    pub group: Address,
    pub host: Reference,
    pub port: Reference,
}

impl Draft<'_> {
    /// A cluster of `MemoryDB`; of one shard, without replicas, for a client of one server.
    pub(super) fn memorydb(&mut self, store: &Store, settings: &RedisSettings, backing: SettingUse, why: &str) {
        let Some(network) = self.network.clone() else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let group = self.redis_group(store, &network);
        let subnets = MemorydbSubnetGroup {
            name: self.names.cache_subnet_group(&store.id),
            description: format!("Private subnets for store {} of {}", store.id, self.settings.name.value),
            subnets: network.subnets.clone(),
        };
        let subnets = self.graph.add(&concern, &name, subnets, because("Its nodes are in the private subnets."));
        let cluster = MemorydbCluster {
            name: self.names.cache(&store.id),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            engine: settings.engine.value.name(),
            engine_version: settings.engine_version.value.clone(),
            node_type: settings.node_type.value.clone(),
            shards: settings.shards.as_ref().map_or(1, |shards| shards.value),
            replicas: settings.replicas.value,
            snapshot_retention_days: settings.snapshot_retention_days.value,
            subnet_group: subnets,
            security_group: group.clone(),
        };
        let why = with_nodes(because(why).with(backing), settings);
        let cluster = self.graph.add(&concern, &name, cluster, why);
        let (host, port) = (MemorydbCluster::host(&cluster), cluster.attribute("port"));
        let server = RedisServer { backing: Backing::Memorydb, resource: cluster, group, host, port };
        self.serve_redis(store, &server, None);
    }

    /// The security group of a store of Redis' protocol.
    pub(super) fn redis_group(&mut self, store: &Store, network: &Network) -> Address {
        let group = SecurityGroup {
            name: self.names.security_group("store", store.id.as_str()),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = "Lets in the units that use it, one rule for each, and nothing out.";
        let why = Provenance::new(store.origins(), why);
        self.graph.add(&Concern::Store(store.id.clone()), &format!("store_{}", label(&store.id)), group, why)
    }

    /// Lets the units that use `store` reach `server`, and tells them where it is. `adoption` is of one that was there before.
    pub(super) fn serve_redis(&mut self, store: &Store, server: &RedisServer, adoption: Option<&Adoption>) {
        let (concern, label) = (Concern::Store(store.id.clone()), format!("store_{}", label(&store.id)));
        for access in self.accesses.connections.clone().into_iter().filter(|access| *access.construct == store.id) {
            let to = Guarded {
                concern: &concern,
                label: &label,
                title: store.id.as_str(),
                security_group: &server.group,
                port: ReplicationGroup::PORT,
            };
            let why = format!("Unit {} uses {}: {}.", access.unit, store.id, access.lines());
            let why = Provenance::new(store.origins(), &why);
            match adoption {
                Some(adoption) => self.connect_adopted(access.unit, &to, adoption, &why),
                None => self.connect(access.unit, &to, &why),
            }
            let properties = [
                ("host", BindingValue::Reference(server.host.clone())),
                ("port", BindingValue::Reference(server.port.clone())),
                ("tls", BindingValue::Text("true".into())),
            ];
            self.bind_store(access.unit, store, &properties);
        }
        self.serve(store, server.backing, Some(server.resource.clone()), adoption.is_some());
    }
}
