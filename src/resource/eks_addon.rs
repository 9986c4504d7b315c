use crate::terraform::{Address, Body, Expression, call, list, text};

/// A part of a cluster that EKS installs and keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct EksAddon {
    /// The cluster.
    pub cluster: Address,
    /// Its name.
    pub addon: &'static str,
    /// The data source of its version.
    pub version: Address,
    /// Its configuration, where it differs from the add-on's own.
    pub configuration: Option<Expression>,
    /// The role of its pods.
    pub role: Option<AddonRole>,
    /// What must be there first, and why.
    pub after: Option<(Vec<Address>, &'static str)>,
}

/// The role of an add-on's pods, which they are given by Pod Identity.
#[derive(Debug, Clone, PartialEq)]
pub struct AddonRole {
    /// The role.
    pub role: Address,
    /// The service account of the pods.
    pub service_account: &'static str,
}

impl EksAddon {
    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("cluster_name", self.cluster.attribute("name"))
            .attribute("addon_name", text(self.addon))
            .attribute("addon_version", self.version.attribute("version"))
            .comment("What is written here holds, whatever was changed in the cluster by hand.")
            .attribute("resolve_conflicts_on_create", text("OVERWRITE"))
            .attribute("resolve_conflicts_on_update", text("OVERWRITE"))
            .optional("configuration_values", self.configuration.clone().map(|values| call("jsonencode", values)));
        if let Some(role) = &self.role {
            let association = Body::new()
                .attribute("role_arn", role.role.attribute("arn"))
                .attribute("service_account", text(role.service_account));
            body = body.block("pod_identity_association", association);
        }
        if let Some((after, why)) = &self.after {
            let after = list(after.iter().map(Address::whole));
            body = body.gap().comment(*why).attribute("depends_on", after);
        }
        body
    }
}
