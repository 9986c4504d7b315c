use super::Statement;
use crate::terraform::{Address, Body, text};

/// A role that a service assumes.
#[derive(Debug, Clone, PartialEq)]
pub struct IamRole {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The policy document that says who may assume it.
    pub trust: Address,
}

impl IamRole {
    /// The trust that lets Lambda, and nobody else, assume a role.
    #[must_use]
    pub fn trust_lambda() -> Statement {
        Statement::assume("LambdaAssumesRole", "lambda.amazonaws.com")
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("assume_role_policy", self.trust.attribute("json"))
    }
}
