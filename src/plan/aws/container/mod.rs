//! What all containers have, whatever runs them.

use super::Draft;
use crate::app::Unit;
use crate::diag::Diagnostics;
use crate::plan::PlannedContainer;
use crate::terraform::Address;

/// What a load balancer hands a unit's requests to.
#[derive(Clone)]
pub(super) struct Balanced {
    /// The group that the unit's containers are registered in.
    pub target_group: Address,
    /// What takes the requests.
    pub listener: Address,
}

impl Draft<'_> {
    /// The load balancers of the units behind gateways, and the connections that they open to them.
    pub(super) fn load_balancers(&mut self, _diagnostics: &mut Diagnostics) {}

    /// The unit as a container: its repository of images, its environment, its queue and its way out. The rest is up to what
    /// runs it.
    pub(super) fn container(&mut self, _unit: &Unit, _diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        None
    }
}
