use crate::terraform::{Address, Body, Reference, list, number, text};

/// A cache of `ElastiCache` Serverless. It is encrypted at rest and in transit whatever is said:
/// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WhatIs.corecomponents.html>.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerlessCache {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `valkey` or `redis`.
    pub engine: &'static str,
    /// Major version.
    pub engine_version: String,
    /// The most that it holds.
    pub max_storage_gb: u32,
    /// The most that it does in a second.
    pub max_ecpu_per_second: u32,
    /// Daily snapshots kept.
    pub snapshot_retention_days: u32,
    /// The subnets.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
}

impl ServerlessCache {
    /// The one address behind which all its servers are.
    #[must_use]
    pub fn host(cache: &Address) -> Reference {
        cache.attribute("endpoint").element(0).attribute("address")
    }

    /// The port there.
    #[must_use]
    pub fn port(cache: &Address) -> Reference {
        cache.attribute("endpoint").element(0).attribute("port")
    }

    pub(super) fn body(&self) -> Body {
        let storage = Body::new().attribute("maximum", number(self.max_storage_gb)).attribute("unit", text("GB"));
        let work = Body::new().attribute("maximum", number(self.max_ecpu_per_second));
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .gap()
            .attribute("engine", text(self.engine))
            .attribute("major_engine_version", text(&self.engine_version))
            .attribute("snapshot_retention_limit", number(self.snapshot_retention_days))
            .gap()
            .attribute("subnet_ids", list(self.subnets.iter().map(|subnet| subnet.attribute("id"))))
            .attribute("security_group_ids", list([self.security_group.attribute("id")]))
            .block("cache_usage_limits", Body::new().block("data_storage", storage).block("ecpu_per_second", work))
    }
}
