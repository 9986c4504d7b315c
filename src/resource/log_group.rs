use super::Statement;
use crate::terraform::{Address, Body, Part, number, template, text};

/// A log group of `CloudWatch` Logs, encrypted at rest with a key of the service's own.
#[derive(Debug, Clone, PartialEq)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Days until lines are deleted.
    pub retention_days: u32,
}

impl LogGroup {
    /// Writing lines. Not creating the group: it is there, with its retention.
    #[must_use]
    pub fn write(group: &Address) -> Statement {
        let streams = template([Part::Value(group.attribute("arn")), Part::Text(":*".into())]);
        Statement::allow("WriteLogs", vec!["logs:CreateLogStream", "logs:PutLogEvents"], vec![streams])
    }

    pub(super) fn body(&self) -> Body {
        Body::new().attribute("name", text(&self.name)).attribute("retention_in_days", number(self.retention_days))
    }
}
