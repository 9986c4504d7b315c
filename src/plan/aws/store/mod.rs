//! What holds the application's data, by what the code expects of it.

mod fs;
mod kv;
mod orm;
mod redis_cluster;
mod redis_node;
mod secret;

pub(super) use secret::Guarded;

use super::Draft;
use crate::app::{Capability, ConstructRef, Id, Store, StoreKind};
use crate::plan::naming::binding_variable;
use crate::plan::{BindingValue, Subject};
use crate::resource::{DbInstance, ReplicationGroup};

/// The port on which a store of this kind lets units in; `None` for one that is an API of AWS and in no network.
pub(super) const fn port(kind: StoreKind) -> Option<u16> {
    match kind {
        StoreKind::Orm => Some(DbInstance::PORT),
        StoreKind::RedisNode | StoreKind::RedisCluster => Some(ReplicationGroup::PORT),
        StoreKind::Kv | StoreKind::Fs | StoreKind::Secret => None,
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
