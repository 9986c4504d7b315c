use super::existing::{Demand, demanding};
use crate::terraform::{Body, text};

/// A secret of Secrets Manager that is there already. Its value is not read: nothing but the secret's name, ARN and key are.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingSecret {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
    /// Whether units are granted the use of a key of its own.
    pub has_key: bool,
}

impl ExistingSecret {
    pub(super) fn body(&self) -> Body {
        let body = match &self.arn {
            Some(arn) => Body::new().attribute("arn", text(arn)),
            None => Body::new().attribute("name", text(&self.name)),
        };
        let wrong =
            "The secret is encrypted with a key of its own, which units may not use: name it in existing_kms_key.";
        demanding(body, (!self.has_key).then(|| Demand::none("kms_key_id", wrong)))
    }
}
