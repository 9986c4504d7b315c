use crate::terraform::{Address, Body, Expression, text};

/// Lets a service invoke a function, on behalf of one source only.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaPermission {
    /// Its name in the function's policy.
    pub statement_id: String,
    /// The function.
    pub function: Address,
    /// The service.
    pub principal: &'static str,
    /// The ARN of the source.
    pub source: Expression,
}

impl LambdaPermission {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("statement_id", text(&self.statement_id))
            .attribute("action", text("lambda:InvokeFunction"))
            .attribute("function_name", self.function.attribute("function_name"))
            .attribute("principal", text(self.principal))
            .attribute("source_arn", self.source.clone())
    }
}
