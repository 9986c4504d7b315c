use super::Draft;
use crate::app::Store;

impl Draft<'_> {
    pub(super) fn kv(&mut self, store: &Store) {
        _ = (self, store);
    }
}
