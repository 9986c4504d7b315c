use super::EksCluster;
use crate::terraform::{Address, Body};

/// What vouches for the tokens of a cluster, and is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingOpenidConnectProvider {
    /// The cluster.
    pub cluster: Address,
}

impl ExistingOpenidConnectProvider {
    pub(super) fn body(&self) -> Body {
        Body::new().attribute("url", EksCluster::issuer(&self.cluster))
    }
}
