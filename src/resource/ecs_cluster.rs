use crate::terraform::{Body, text};

/// What the services of an application are grouped in on ECS.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsCluster {
    /// Its name.
    pub name: String,
}

impl EcsCluster {
    pub(super) fn body(&self) -> Body {
        let insights = Body::new().attribute("name", text("containerInsights")).attribute("value", text("enabled"));
        Body::new().attribute("name", text(&self.name)).block("setting", insights)
    }
}
