use crate::terraform::{Address, Body, number, text};

/// Moves a number of tasks so that the use of their processors stays at a target.
#[derive(Debug, Clone, PartialEq)]
pub struct AppautoscalingPolicy {
    /// Its name.
    pub name: String,
    /// The bounds.
    pub target: Address,
    /// The use of the processors, in percent.
    pub cpu_percent: u32,
}

impl AppautoscalingPolicy {
    /// Seconds until more tasks are added: what was added last must show first.
    const OUT_S: u32 = 60;
    /// Seconds until more tasks are removed: a pause in the load is no reason to start all over.
    const IN_S: u32 = 300;

    pub(super) fn body(&self) -> Body {
        let metric = Body::new().attribute("predefined_metric_type", text("ECSServiceAverageCPUUtilization"));
        let tracking = Body::new()
            .attribute("target_value", number(self.cpu_percent))
            .attribute("scale_out_cooldown", number(Self::OUT_S))
            .attribute("scale_in_cooldown", number(Self::IN_S))
            .block("predefined_metric_specification", metric);
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("policy_type", text("TargetTrackingScaling"))
            .attribute("service_namespace", self.target.attribute("service_namespace"))
            .attribute("scalable_dimension", self.target.attribute("scalable_dimension"))
            .attribute("resource_id", self.target.attribute("resource_id"))
            .block("target_tracking_scaling_policy_configuration", tracking)
    }
}
