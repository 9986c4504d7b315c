use super::Statement;
use crate::terraform::{Address, Body, text};

/// An SNS topic, encrypted at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct SnsTopic {
    /// Its name.
    pub name: String,
}

impl SnsTopic {
    /// Publishing to these topics.
    #[must_use]
    pub fn publish(topics: &[Address]) -> Statement {
        let arns = topics.iter().map(|topic| topic.attribute("arn").into()).collect();
        Statement::allow("PublishEvents", vec!["sns:Publish"], arns)
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            // The account's own key for SNS: its policy lets those publish who may publish, so no `kms:` action is needed.
            .attribute("kms_master_key_id", text("alias/aws/sns"))
    }
}
