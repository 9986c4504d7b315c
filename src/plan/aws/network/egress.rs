//! The way of private subnets to the internet, which containers need to be started at all.

use super::super::Draft;
use crate::diag::Diagnostics;
use crate::terraform::Address;

impl Draft<'_> {
    /// Public subnets with a NAT gateway in each zone, or in one, and routes to them.
    pub(super) fn egress(
        &mut self,
        _vpc: &Address,
        _zones: &Address,
        _private: &[Address],
        _diagnostics: &mut Diagnostics,
    ) {
    }
}
