use crate::terraform::{Address, Body, number, text};

/// A name in a domain that stands for the addresses of a service's tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceDiscoveryService {
    /// The name.
    pub name: String,
    /// The domain.
    pub namespace: Address,
}

impl ServiceDiscoveryService {
    /// Seconds for which an address may be remembered: a task that is gone is asked for no longer than that.
    const TTL_S: u32 = 10;

    pub(super) fn body(&self) -> Body {
        let record = Body::new().attribute("type", text("A")).attribute("ttl", number(Self::TTL_S));
        let dns = Body::new()
            .attribute("namespace_id", self.namespace.attribute("id"))
            .attribute("routing_policy", text("MULTIVALUE"))
            .block("dns_records", record);
        Body::new()
            .attribute("name", text(&self.name))
            .comment("The addresses in it are its tasks', which are gone when it goes.")
            .attribute("force_destroy", true)
            .block("dns_config", dns)
            .block("health_check_custom_config", Body::new().attribute("failure_threshold", number(1_u32)))
    }
}
