use crate::terraform::{Address, Body, Mode, Reference, text};

/// What the services of an application are grouped in on ECS.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsCluster {
    /// Its name.
    pub name: String,
}

impl EcsCluster {
    /// Its name. The data source has it under another attribute than the resource.
    #[must_use]
    pub fn name(cluster: &Address) -> Reference {
        cluster.attribute(match cluster.mode() {
            Mode::Managed => "name",
            Mode::Data => "cluster_name",
        })
    }

    pub(super) fn body(&self) -> Body {
        let insights = Body::new().attribute("name", text("containerInsights")).attribute("value", text("enabled"));
        Body::new().attribute("name", text(&self.name)).block("setting", insights)
    }
}
