use super::Statement;
use crate::terraform::{Address, Body, number, text};

/// A secret of Secrets Manager, without a value: that is for people to put in, and never a part of Terraform or its state.
#[derive(Debug, Clone, PartialEq)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Days in which a deletion can be taken back; 0 for none.
    pub recovery_window_days: u32,
}

impl Secret {
    /// Reading the value. The account's own key for Secrets Manager lets those decrypt who may read, so no `kms:` action is
    /// needed: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>.
    #[must_use]
    pub fn read(secret: &Address) -> Statement {
        Statement::allow("ReadSecret", vec!["secretsmanager:GetSecretValue"], vec![secret.attribute("arn").into()])
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .attribute("recovery_window_in_days", number(self.recovery_window_days))
    }
}
