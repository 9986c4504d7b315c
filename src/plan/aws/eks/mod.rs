//! Units as Deployments on a Kubernetes cluster of EKS. The objects inside the cluster are the chart's; here is what they
//! need around them.

use super::Draft;
use crate::app::Unit;
use crate::config::Compute;
use crate::diag::Diagnostics;
use crate::plan::PlannedContainer;
use crate::terraform::Address;

/// What the pods share.
#[derive(Clone)]
pub(super) struct Cluster {
    pub cluster: Address,
}

impl<'a> Draft<'a> {
    /// The units on EKS.
    pub(super) fn eks_units(&self) -> impl Iterator<Item = &'a Unit> {
        self.units_on(Compute::Eks)
    }

    /// The cluster, where a unit is on it.
    pub(super) fn eks_cluster(&mut self, _diagnostics: &mut Diagnostics) {
        if self.eks_units().next().is_none() {
            self.eks = None;
        }
    }

    /// The unit as a Deployment: its role, and what ties the role to its pods.
    pub(super) fn pods(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        self.container(unit, diagnostics)
    }

    /// The output that the chart's values come from.
    pub(super) fn chart_values(&mut self) {}
}
