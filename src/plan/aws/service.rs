//! The APIs of AWS that units call themselves.

use super::Draft;
use crate::app::Id;
use crate::resource::Statement;

/// An API of AWS. A function in the private network, which has no way out, needs an endpoint for each that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AwsService {
    DynamoDb,
    EventBridge,
    S3,
    SecretsManager,
    Sns,
    Ssm,
}

/// How a service is reached from inside a private network:
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Over network interfaces, which are paid by the hour.
    Interface,
    /// Over routes, which cost nothing.
    Gateway,
}

impl AwsService {
    pub(super) const ALL: [Self; 6] =
        [Self::DynamoDb, Self::EventBridge, Self::S3, Self::SecretsManager, Self::Sns, Self::Ssm];

    pub(super) const fn way(self) -> Way {
        match self {
            Self::DynamoDb | Self::S3 => Way::Gateway,
            Self::EventBridge | Self::SecretsManager | Self::Sns | Self::Ssm => Way::Interface,
        }
    }

    /// The last part of its endpoints' service name.
    pub(super) const fn endpoint(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::EventBridge => "events",
            Self::S3 => "s3",
            Self::SecretsManager => "secretsmanager",
            Self::Sns => "sns",
            Self::Ssm => "ssm",
        }
    }

    /// Its part of names.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::EventBridge => "events",
            Self::S3 => "s3",
            Self::SecretsManager => "secrets",
            Self::Sns => "sns",
            Self::Ssm => "parameters",
        }
    }

    /// Its name for people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::DynamoDb => "DynamoDB",
            Self::EventBridge => "EventBridge",
            Self::S3 => "S3",
            Self::SecretsManager => "Secrets Manager",
            Self::Sns => "SNS",
            Self::Ssm => "Parameter Store",
        }
    }

    /// Everything that it can be asked for, as policies write it.
    pub(super) const fn every_action(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb:*",
            Self::EventBridge => "events:*",
            Self::S3 => "s3:*",
            Self::SecretsManager => "secretsmanager:*",
            Self::Sns => "sns:*",
            Self::Ssm => "ssm:*",
        }
    }
}

impl Draft<'_> {
    /// Lets `unit` call `service` as `statement` says, and remembers that it does.
    pub(super) fn call(&mut self, unit: &Id, service: AwsService, statement: Statement) {
        self.grant(unit, statement.clone());
        self.called.entry(service).or_default().entry(unit.clone()).or_default().push(statement);
    }
}
