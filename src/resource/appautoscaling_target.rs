use super::EcsCluster;
use crate::terraform::{Address, Body, Part, number, template, text};

/// The bounds of a service's number of tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct AppautoscalingTarget {
    /// The cluster.
    pub cluster: Address,
    /// The service.
    pub service: Address,
    /// The fewest tasks.
    pub min: u32,
    /// The most tasks.
    pub max: u32,
}

impl AppautoscalingTarget {
    pub(super) fn body(&self) -> Body {
        let id = [
            Part::Text("service/".into()),
            Part::Value(EcsCluster::name(&self.cluster)),
            Part::Text("/".into()),
            Part::Value(self.service.attribute("name")),
        ];
        Body::new()
            .attribute("service_namespace", text("ecs"))
            .attribute("scalable_dimension", text("ecs:service:DesiredCount"))
            .attribute("resource_id", template(id))
            .attribute("min_capacity", number(self.min))
            .attribute("max_capacity", number(self.max))
    }
}
