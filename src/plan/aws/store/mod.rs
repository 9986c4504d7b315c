//! What holds the application's data, by what the code expects of it.

mod adopted;
mod adopted_redis;
mod fs;
mod kv;
mod memorydb;
mod orm;
mod redis_cluster;
mod redis_node;
mod secret;
mod serverless_cache;

pub(super) use adopted::KeyUse;
pub(super) use fs::{FileSystem, Mount};
pub(super) use secret::Guarded;

use super::Draft;
use crate::app::{Capability, ConstructRef, Id, Store, StoreKind};
use crate::config::{FsBacking, KvBacking, OrmBacking, RedisClusterBacking, RedisNodeBacking, Settings};
use crate::plan::naming::binding_variable;
use crate::plan::{Backing, BindingValue, PlannedStore, Subject};
use crate::resource::{DbInstance, EfsFileSystem, ReplicationGroup};
use crate::terraform::Address;

/// The port on which a store lets units in; `None` for one that is an API of AWS and in no network.
pub(super) fn port(store: &Store, settings: &Settings) -> Option<u16> {
    let id = &store.id;
    match store.kind {
        StoreKind::Orm => settings.databases.get(id).map(|it| match it.backing.value {
            OrmBacking::RdsPostgres | OrmBacking::AuroraPostgres => DbInstance::PORT,
        }),
        StoreKind::RedisNode => settings.redis_nodes.get(id).map(|it| match it.backing.value {
            RedisNodeBacking::Elasticache | RedisNodeBacking::ElasticacheServerless | RedisNodeBacking::Memorydb => {
                ReplicationGroup::PORT
            }
        }),
        StoreKind::RedisCluster => settings.redis_clusters.get(id).map(|it| match it.backing.value {
            RedisClusterBacking::Elasticache | RedisClusterBacking::Memorydb => ReplicationGroup::PORT,
        }),
        StoreKind::Kv => settings.kv.get(id).and_then(|it| match it.backing.value {
            KvBacking::Dynamodb => None,
            KvBacking::Elasticache => Some(ReplicationGroup::PORT),
        }),
        StoreKind::Fs => settings.file_stores.get(id).and_then(|it| match it.backing.value {
            FsBacking::S3 => None,
            FsBacking::Efs => Some(EfsFileSystem::PORT),
        }),
        StoreKind::Secret => None,
    }
}

impl Draft<'_> {
    pub(super) fn stores(&mut self) {
        for store in self.application.stores.values() {
            match store.kind {
                StoreKind::Kv => self.kv(store),
                StoreKind::Fs => self.fs(store),
                StoreKind::Secret => self.secret(store),
                StoreKind::Orm => self.orm(store),
                StoreKind::RedisNode => self.redis_node(store),
                StoreKind::RedisCluster => self.redis_cluster(store),
            }
        }
    }

    /// Records what serves `store`: a resource, where it has one of its own, and whether that was there before.
    fn serve(&mut self, store: &Store, backing: Backing, resource: Option<Address>, existing: bool) {
        let planned = PlannedStore { origin: store.origin.clone(), kind: store.kind, backing, resource, existing };
        self.stores.insert(store.id.clone(), planned);
    }

    /// Tells `unit` where `store` is: in variables of inferra's names, and in those that the user named.
    fn bind_store(&mut self, unit: &Id, store: &Store, properties: &[(&'static str, BindingValue)]) {
        for (property, value) in properties {
            let own = binding_variable(Capability::Persist, &store.id, property);
            let wanted = format!("{}.{property}", store.kind);
            let named = store.variables.iter().filter(|(_, what)| **what == wanted).map(|(name, _)| name.clone());
            for variable in std::iter::once(own).chain(named) {
                let subject = Subject::Construct(ConstructRef::Store(store.id.clone()));
                self.bind(unit, variable, subject, property, value.clone());
            }
        }
    }
}
