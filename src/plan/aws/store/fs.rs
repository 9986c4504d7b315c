use super::Draft;
use crate::app::Store;

impl Draft<'_> {
    pub(super) fn fs(&mut self, store: &Store) {
        _ = (self, store);
    }
}
