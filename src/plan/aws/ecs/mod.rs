//! Units as services of ECS, on Fargate.

use super::Draft;
use crate::app::Unit;
use crate::config::Compute;
use crate::diag::Diagnostics;
use crate::plan::PlannedContainer;
use crate::terraform::Address;

/// Seconds that work in hand has at most: Fargate ends a task 120 seconds after it has told it to stop, of which some belong to
/// what comes after the work. <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>
pub(super) const LONGEST_GRACE_S: u32 = 110;

/// What the services share.
#[derive(Clone)]
pub(super) struct Cluster {
    pub cluster: Address,
}

impl Draft<'_> {
    /// The cluster, where a unit is on it.
    pub(super) fn ecs_cluster(&mut self) {
        if self.units_on(Compute::Ecs).next().is_none() {
            self.ecs = None;
        }
    }

    /// The unit as a service.
    pub(super) fn service(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        self.container(unit, diagnostics)
    }
}
