use super::replaced_first;
use crate::terraform::{Body, text};

/// Parameters of `PostgreSQL` servers of one major version: connections without encryption are refused.
#[derive(Debug, Clone, PartialEq)]
pub struct DbParameterGroup {
    /// Its name, which has to change with the version.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The major version.
    pub version: String,
}

impl DbParameterGroup {
    pub(super) fn body(&self) -> Body {
        let tls = Body::new().attribute("name", text("rds.force_ssl")).attribute("value", text("1"));
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("family", text(format!("postgres{}", self.version)))
            .block("parameter", tls)
            .block("lifecycle", replaced_first("The server goes from one to the next: it cannot be without."))
    }
}
