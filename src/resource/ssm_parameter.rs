use super::Statement;
use crate::terraform::{Address, Body, Reference, text};

/// A value of Parameter Store that is no secret.
#[derive(Debug, Clone, PartialEq)]
pub struct SsmParameter {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The variable of the module that holds its value.
    pub value: Reference,
}

impl SsmParameter {
    /// Reading the value.
    #[must_use]
    pub fn read(parameter: &Address) -> Statement {
        Statement::allow("ReadConfiguration", vec!["ssm:GetParameter"], vec![parameter.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("type", text("String"))
            .attribute("value", self.value.clone())
    }
}
