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
    /// Writing lines. Not creating the groups: each is there, with its retention.
    #[must_use]
    pub fn write<'g>(groups: impl IntoIterator<Item = &'g Address>) -> Statement {
        let streams = |group: &Address| template([Part::Value(group.attribute("arn")), Part::Text(":*".into())]);
        let streams = groups.into_iter().map(streams).collect();
        Statement::allow("WriteLogs", vec!["logs:CreateLogStream", "logs:PutLogEvents"], streams)
    }

    pub(super) fn body(&self) -> Body {
        Body::new().attribute("name", text(&self.name)).attribute("retention_in_days", number(self.retention_days))
    }
}
