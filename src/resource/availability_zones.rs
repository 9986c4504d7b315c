use crate::terraform::{Body, list, text};

/// The availability zones of the region.
#[derive(Debug, Clone, PartialEq)]
pub struct AvailabilityZones;

impl AvailabilityZones {
    #[allow(clippy::unused_self)] // As every resource: the zones wanted are always the same.
    pub(super) fn body(&self) -> Body {
        // Local Zones and Wavelength Zones have to be opted into and have neither Lambda nor ElastiCache.
        let opted_in = Body::new()
            .attribute("name", text("opt-in-status"))
            .attribute("values", list([text("opt-in-not-required")]));
        Body::new().attribute("state", text("available")).block("filter", opted_in)
    }
}
