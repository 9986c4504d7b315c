use crate::terraform::{Address, Body, text};

/// The version of an add-on that AWS recommends for a cluster's version.
#[derive(Debug, Clone, PartialEq)]
pub struct EksAddonVersion {
    /// The add-on.
    pub addon: &'static str,
    /// The cluster.
    pub cluster: Address,
}

impl EksAddonVersion {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("addon_name", text(self.addon))
            .attribute("kubernetes_version", self.cluster.attribute("version"))
    }
}
