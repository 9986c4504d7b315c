use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, text};

/// A VPC that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingVpc {
    /// Its id.
    pub id: String,
    /// Whether endpoints are made in it, under the usual names of AWS's services.
    pub has_endpoints: bool,
}

impl ExistingVpc {
    pub(super) fn body(&self) -> Body {
        let names = Demand::that(
            answer("enable_dns_support"),
            "The VPC resolves no names: stores and AWS's own APIs are found by name. Switch its DNS support on.",
        );
        let private_names = self.has_endpoints.then(|| {
            Demand::that(
                answer("enable_dns_hostnames"),
                "Endpoints are found by the usual names of their services only where the VPC has DNS host names.",
            )
        });
        demanding(Body::new().attribute("id", text(&self.id)), std::iter::once(names).chain(private_names))
    }
}
