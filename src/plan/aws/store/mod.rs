//! What holds the application's data, by what the code expects of it.

mod fs;
mod kv;
mod orm;
mod redis_cluster;
mod redis_node;
mod secret;

pub(super) use secret::Guarded;

use super::Draft;
use crate::app::StoreKind;
use crate::resource::ReplicationGroup;

/// The port of `PostgreSQL` servers unless told otherwise: <https://www.iana.org/assignments/service-names-port-numbers>.
const POSTGRES_PORT: u16 = 5432;

/// The port on which a store of this kind lets units in; `None` for one that is an API of AWS and in no network.
pub(super) const fn port(kind: StoreKind) -> Option<u16> {
    match kind {
        StoreKind::Orm => Some(POSTGRES_PORT),
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
}
