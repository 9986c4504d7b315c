use std::fmt;

use serde::Serialize;

/// The technology that serves a unit or construct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Backing {
    /// A Lambda function runs a unit.
    Lambda,
    /// A Deployment on EKS runs a unit.
    Eks,
    /// A service of ECS on Fargate runs a unit.
    Ecs,
    /// An HTTP API of API Gateway takes a gateway's requests.
    HttpApi,
    /// A replication group of ElastiCache holds a store.
    Elasticache,
    /// A cache of ElastiCache Serverless holds a store.
    ElasticacheServerless,
    /// A cluster of `MemoryDB` holds a store.
    Memorydb,
    /// A `PostgreSQL` server of RDS holds a store.
    RdsPostgres,
    /// A cluster of Aurora holds a store.
    AuroraPostgres,
    /// A table of `DynamoDB` holds a store.
    Dynamodb,
    /// A bucket of S3 holds files.
    S3,
    /// A file system of EFS holds files.
    Efs,
    /// A secret of Secrets Manager holds a value that nobody else may know.
    SecretsManager,
    /// Parameter Store holds a value.
    ParameterStore,
    /// Topics of SNS carry events.
    Sns,
    /// A bus of `EventBridge` carries events.
    Eventbridge,
    /// `EventBridge` Scheduler calls a function at certain times.
    Scheduler,
    /// A `CronJob` of Kubernetes runs a function at certain times. Its word is that of the setting that chooses it.
    #[serde(rename = "cronjob")]
    CronJob,
    /// `CloudFront` serves the files of a bucket.
    Cloudfront,
}

/// The name as people say it.
impl fmt::Display for Backing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lambda => "Lambda",
            Self::Eks => "EKS",
            Self::Ecs => "ECS on Fargate",
            Self::HttpApi => "API Gateway, HTTP API",
            Self::Elasticache => "ElastiCache",
            Self::ElasticacheServerless => "ElastiCache Serverless",
            Self::Memorydb => "MemoryDB",
            Self::RdsPostgres => "RDS for PostgreSQL",
            Self::AuroraPostgres => "Aurora PostgreSQL Serverless v2",
            Self::Dynamodb => "DynamoDB",
            Self::S3 => "S3",
            Self::Efs => "EFS",
            Self::SecretsManager => "Secrets Manager",
            Self::ParameterStore => "Parameter Store",
            Self::Sns => "SNS",
            Self::Eventbridge => "EventBridge",
            Self::Scheduler => "EventBridge Scheduler",
            Self::CronJob => "CronJob",
            Self::Cloudfront => "CloudFront",
        })
    }
}
