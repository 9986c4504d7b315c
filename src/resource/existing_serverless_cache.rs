use super::existing::{Demand, demanding};
use crate::terraform::{Address, Body, Reference, text};

/// A cache of `ElastiCache` Serverless that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingServerlessCache {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
}

impl ExistingServerlessCache {
    /// Its address. The data source has an object where the resource has a list of one.
    #[must_use]
    pub fn host(cache: &Address) -> Reference {
        cache.attribute("endpoint").attribute("address")
    }

    /// The port there.
    #[must_use]
    pub fn port(cache: &Address) -> Reference {
        cache.attribute("endpoint").attribute("port")
    }

    pub(super) fn body(&self) -> Body {
        let open = Demand::none(
            "user_group_id",
            "The cache has users, whose passwords units do not have: who reaches it is decided by its security group.",
        );
        let demands = std::iter::once(open).chain(Demand::arn("arn", self.arn.as_ref()));
        demanding(Body::new().attribute("name", text(&self.name)), demands)
    }
}
