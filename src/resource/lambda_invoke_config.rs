use crate::terraform::{Address, Body, number};

/// What becomes of an asynchronous invocation that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaInvokeConfig {
    /// The function.
    pub function: Address,
    /// Tries after the first.
    pub max_retries: u32,
    /// The queue that takes what could not be handled.
    pub dead_letters: Address,
}

impl LambdaInvokeConfig {
    pub(super) fn body(&self) -> Body {
        let failure = Body::new().attribute("destination", self.dead_letters.attribute("arn"));
        Body::new()
            .attribute("function_name", self.function.attribute("function_name"))
            .attribute("maximum_retry_attempts", number(self.max_retries))
            .block("destination_config", Body::new().block("on_failure", failure))
    }
}
