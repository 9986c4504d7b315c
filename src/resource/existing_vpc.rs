use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, text};

/// A VPC that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingVpc {
    /// Its id.
    pub id: String,
    /// Whether something in it is found by a name that only a VPC with host names resolves: endpoints under the usual names
    /// of AWS's services, and file systems.
    pub has_names: bool,
}

impl ExistingVpc {
    pub(super) fn body(&self) -> Body {
        let names = Demand::that(
            answer("enable_dns_support"),
            "The VPC resolves no names: stores and AWS's own APIs are found by name. Switch its DNS support on.",
        );
        let private_names = self.has_names.then(|| {
            Demand::that(
                answer("enable_dns_hostnames"),
                "Endpoints and file systems are found by their names only where the VPC has DNS host names: switch them on.",
            )
        });
        demanding(Body::new().attribute("id", text(&self.id)), std::iter::once(names).chain(private_names))
    }
}
