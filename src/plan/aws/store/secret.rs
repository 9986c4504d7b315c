use super::Draft;
use crate::app::Store;

impl Draft<'_> {
    pub(super) fn secret(&mut self, store: &Store) {
        _ = (self, store);
    }
}
