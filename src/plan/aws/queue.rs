//! Events on their way to a container: a queue for each unit that handles any.

use super::Draft;
use crate::app::Unit;

impl Draft<'_> {
    /// The unit's queue and its subscriptions, where it handles events.
    pub(super) fn queue(&mut self, _unit: &Unit) {}
}
