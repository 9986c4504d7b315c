use crate::terraform::{Address, Body, text};

/// A server of a cluster of Aurora, which grows and shrinks as the cluster says.
#[derive(Debug, Clone, PartialEq)]
pub struct RdsClusterInstance {
    /// Its name.
    pub name: String,
    /// The cluster.
    pub cluster: Address,
    /// The subnets, those of the cluster.
    pub subnet_group: Address,
    /// The authority that signs its certificate.
    pub ca_certificate: String,
    /// Whether RDS records what it is busy with.
    pub performance_insights: bool,
}

impl RdsClusterInstance {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("identifier", text(&self.name))
            .attribute("cluster_identifier", self.cluster.attribute("cluster_identifier"))
            .gap()
            .attribute("engine", self.cluster.attribute("engine"))
            .attribute("instance_class", text("db.serverless"))
            .attribute("ca_cert_identifier", text(&self.ca_certificate))
            .attribute("auto_minor_version_upgrade", true)
            .attribute("copy_tags_to_snapshot", true)
            .gap()
            .attribute("performance_insights_enabled", self.performance_insights)
            .gap()
            .attribute("publicly_accessible", false)
            .attribute("db_subnet_group_name", self.subnet_group.attribute("name"))
    }
}
