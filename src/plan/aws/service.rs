//! The APIs of AWS that units call themselves.

use super::Draft;
use crate::app::Id;
use crate::resource::Statement;

/// An API of AWS. A function in the private network, which has no way out, needs an endpoint for each that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AwsService {
    DynamoDb,
    S3,
    SecretsManager,
    Sns,
    Ssm,
}

impl Draft<'_> {
    /// Lets `unit` call `service` as `statement` says, and remembers that it does.
    pub(super) fn call(&mut self, unit: &Id, service: AwsService, statement: Statement) {
        self.grant(unit, statement.clone());
        self.called.entry(service).or_default().entry(unit.clone()).or_default().push(statement);
    }
}
