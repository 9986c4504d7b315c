use super::Draft;
use crate::app::Store;

impl Draft<'_> {
    pub(super) fn orm(&mut self, store: &Store) {
        _ = (self, store);
    }
}
