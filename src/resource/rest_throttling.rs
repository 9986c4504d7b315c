use crate::terraform::{Address, Body, number, text};

/// How many requests a stage of a REST API takes.
#[derive(Debug, Clone, PartialEq)]
pub struct RestThrottling {
    /// The API.
    pub api: Address,
    /// The stage.
    pub stage: Address,
    /// Requests in a second, on average.
    pub requests_per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

impl RestThrottling {
    pub(super) fn body(&self) -> Body {
        let settings = Body::new()
            .attribute("throttling_rate_limit", number(self.requests_per_second))
            .attribute("throttling_burst_limit", number(self.burst));
        Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .attribute("stage_name", self.stage.attribute("stage_name"))
            // Every method of every path.
            .attribute("method_path", text("*/*"))
            .block("settings", settings)
    }
}
