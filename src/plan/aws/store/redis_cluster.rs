use super::Draft;
use crate::app::Store;

impl Draft<'_> {
    pub(super) fn redis_cluster(&mut self, store: &Store) {
        _ = (self, store);
    }
}
