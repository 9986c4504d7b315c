use super::existing::{Demand, answer, demanding};
use crate::terraform::{Address, Body, equal, text};

/// A bucket of S3 that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingBucket {
    /// Its name.
    pub name: String,
    /// The data source of the region, which it has to be in.
    pub region: Address,
}

impl ExistingBucket {
    pub(super) fn body(&self) -> Body {
        let here = Demand::that(
            equal(answer("region"), self.region.attribute("name")),
            "The bucket is in another region: units look for it in their own.",
        );
        demanding(Body::new().attribute("bucket", text(&self.name)), [here])
    }
}
