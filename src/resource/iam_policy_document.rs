use std::collections::BTreeMap;

use crate::terraform::{Address, Body, Expression, Part, list, template, text};

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
    /// What it is for, as its name within the document; where several are for the same, they are counted.
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

    /// Lets the service `service`, and nobody else, assume a role.
    #[must_use]
    pub fn assume(sid: &'static str, service: &'static str) -> Self {
        let principal = Some(Principal::Service(service));
        Self { principal, ..Self::allow(sid, vec!["sts:AssumeRole"], Vec::new()) }
    }

    /// Holds under one more condition.
    #[must_use]
    pub fn when(
        mut self,
        test: &'static str,
        variable: impl Into<Expression>,
        values: impl IntoIterator<Item = Expression>,
    ) -> Self {
        self.conditions.push(Condition { test, variable: variable.into(), values: values.into_iter().collect() });
        self
    }
}

/// Whom a statement speaks of.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// A service, such as `lambda.amazonaws.com`.
    Service(&'static str),
    /// Anyone whom the conditions name.
    Anyone,
    /// An account: whoever in it is allowed by policies of their own.
    Account {
        /// The data source of the partition.
        partition: Address,
        /// The data source of the account.
        account: Address,
    },
    /// Whoever holds a token of an identity provider.
    Federated(Address),
}

impl Principal {
    fn body(&self) -> Body {
        let (kind, identifier) = match self {
            Self::Service(name) => ("Service", text(*name)),
            Self::Anyone => ("AWS", text("*")),
            Self::Account { partition, account } => {
                let parts = [
                    Part::Text("arn:".into()),
                    Part::Value(partition.attribute("partition")),
                    Part::Text(":iam::".into()),
                    Part::Value(account.attribute("account_id")),
                    Part::Text(":root".into()),
                ];
                ("AWS", template(parts))
            }
            Self::Federated(provider) => ("Federated", provider.attribute("arn").into()),
        };
        Body::new().attribute("type", text(kind)).attribute("identifiers", list([identifier]))
    }
}

/// A condition under which a statement holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The operator, such as `ArnEquals`.
    pub test: &'static str,
    /// The key, such as `aws:SourceArn`.
    pub variable: Expression,
    /// Any of these.
    pub values: Vec<Expression>,
}

impl IamPolicyDocument {
    pub(super) fn body(&self) -> Body {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        self.statements.iter().fold(Body::new(), |body, statement| {
            let count = seen.entry(statement.sid).and_modify(|count| *count += 1).or_insert(1);
            body.block("statement", statement.body(*count))
        })
    }
}

impl Statement {
    /// `count` tells it from others of its kind: a document holds each name once.
    fn body(&self, count: u32) -> Body {
        let mut body = Body::new();
        if let Some(reason) = self.reason {
            body = body.comment(reason);
        }
        body =
            body.attribute("sid", text(if count == 1 { self.sid.to_owned() } else { format!("{}{count}", self.sid) }));
        body = match self.effect {
            Effect::Allow => body,
            Effect::Deny => body.attribute("effect", text("Deny")),
        };
        body = body.attribute("actions", list(self.actions.iter().copied().map(text)));
        if !self.resources.is_empty() {
            body = body.attribute("resources", list(self.resources.iter().cloned()));
        }
        if let Some(principal) = &self.principal {
            body = body.block("principals", principal.body());
        }
        for condition in &self.conditions {
            let condition = Body::new()
                .attribute("test", text(condition.test))
                .attribute("variable", condition.variable.clone())
                .attribute("values", list(condition.values.iter().cloned()));
            body = body.block("condition", condition);
        }
        body
    }
}
