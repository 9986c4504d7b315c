use crate::terraform::{Body, Expression, list, text};

/// A policy document, as a data source: Terraform checks its form, and a plan shows it in full.
#[derive(Debug, Clone, PartialEq)]
pub struct IamPolicyDocument {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Allows; the default, and left out.
    Allow,
    /// Denies, over anything that allows.
    Deny,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its name within the document.
    pub sid: &'static str,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// What is allowed or denied.
    pub actions: Vec<&'static str>,
    /// On what; empty in a trust policy.
    pub resources: Vec<Expression>,
    /// To whom; absent in a role's own policy.
    pub principal: Option<Principal>,
    /// When: where all of these hold.
    pub conditions: Vec<Condition>,
    /// Why, where it is not plain to see.
    pub reason: Option<&'static str>,
}

impl Statement {
    /// Allows `actions` on `resources`.
    #[must_use]
    pub const fn allow(sid: &'static str, actions: Vec<&'static str>, resources: Vec<Expression>) -> Self {
        Self { sid, effect: Effect::Allow, actions, resources, principal: None, conditions: Vec::new(), reason: None }
    }
}

/// An AWS service that a statement speaks of.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// A service, such as `lambda.amazonaws.com`.
    Service(&'static str),
    /// Anyone whom the conditions name.
    Anyone,
}

/// A condition under which a statement holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The operator, such as `ArnEquals`.
    pub test: &'static str,
    /// The key, such as `aws:SourceArn`.
    pub variable: &'static str,
    /// Any of these.
    pub values: Vec<Expression>,
}

impl IamPolicyDocument {
    pub(super) fn body(&self) -> Body {
        self.statements.iter().fold(Body::new(), |body, statement| body.block("statement", statement.body()))
    }
}

impl Statement {
    fn body(&self) -> Body {
        let mut body = Body::new();
        if let Some(reason) = self.reason {
            body = body.comment(reason);
        }
        body = body.attribute("sid", text(self.sid));
        body = match self.effect {
            Effect::Allow => body,
            Effect::Deny => body.attribute("effect", text("Deny")),
        };
        body = body.attribute("actions", list(self.actions.iter().copied().map(text)));
        if !self.resources.is_empty() {
            body = body.attribute("resources", list(self.resources.iter().cloned()));
        }
        if let Some(principal) = &self.principal {
            let (kind, identifier) = match principal {
                Principal::Service(name) => ("Service", *name),
                Principal::Anyone => ("AWS", "*"),
            };
            let principals =
                Body::new().attribute("type", text(kind)).attribute("identifiers", list([text(identifier)]));
            body = body.block("principals", principals);
        }
        for condition in &self.conditions {
            let condition = Body::new()
                .attribute("test", text(condition.test))
                .attribute("variable", text(condition.variable))
                .attribute("values", list(condition.values.iter().cloned()));
            body = body.block("condition", condition);
        }
        body
    }
}
