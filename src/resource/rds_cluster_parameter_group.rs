use super::replaced_first;
use crate::terraform::{Body, text};

/// Parameters of clusters of Aurora of one major version: connections without encryption are refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RdsClusterParameterGroup {
    /// Its name, which has to change with the version.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The major version of `PostgreSQL`.
    pub version: String,
}

impl RdsClusterParameterGroup {
    pub(super) fn body(&self) -> Body {
        let tls = Body::new().attribute("name", text("rds.force_ssl")).attribute("value", text("1"));
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("family", text(format!("aurora-postgresql{}", self.version)))
            .block("parameter", tls)
            .block("lifecycle", replaced_first("The cluster goes from one to the next: it cannot be without."))
    }
}
