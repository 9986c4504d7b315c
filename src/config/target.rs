//! Where an application can go, and what can run a unit there.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::diag::closest;

/// Where an application can go: what runs its units unless a setting says otherwise for one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// AWS, with a Lambda function per unit.
    AwsLambda,
    /// AWS, with a Deployment per unit on a Kubernetes cluster of EKS.
    Eks,
    /// AWS, with a service per unit on ECS, on Fargate.
    Ecs,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::AwsLambda, Self::Eks, Self::Ecs];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsLambda => "aws-lambda",
            Self::Eks => "eks",
            Self::Ecs => "ecs",
        }
    }

    /// What runs a unit of which nothing else is said.
    #[must_use]
    pub const fn compute(self) -> Compute {
        match self {
            Self::AwsLambda => Compute::Lambda,
            Self::Eks => Compute::Eks,
            Self::Ecs => Compute::Ecs,
        }
    }

    /// Whether what stands before its units carries WebSocket connections. An HTTP API does not, also where a container is
    /// behind it: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html>.
    #[must_use]
    pub const fn serves_web_sockets(self) -> bool {
        match self {
            Self::AwsLambda | Self::Eks | Self::Ecs => false,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no target `{written}`; {}", self.hint())]
pub struct UnknownTarget {
    written: String,
}

impl UnknownTarget {
    fn hint(&self) -> String {
        let names = Target::ALL.map(Target::name);
        match closest(&self.written, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of: {}", names.join(", ")),
        }
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|target| target.name() == text);
        found.ok_or_else(|| UnknownTarget { written: text.to_owned() })
    }
}

/// What runs a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compute {
    /// A Lambda function.
    Lambda,
    /// A Deployment on EKS.
    Eks,
    /// A service of ECS on Fargate.
    Ecs,
}

impl Compute {
    /// Every compute.
    pub const ALL: [Self; 3] = [Self::Lambda, Self::Eks, Self::Ecs];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Eks => "eks",
            Self::Ecs => "ecs",
        }
    }

    /// Whether the unit is an image that runs for as long as nobody stops it.
    #[must_use]
    pub const fn is_container(self) -> bool {
        match self {
            Self::Lambda => false,
            Self::Eks | Self::Ecs => true,
        }
    }
}

impl fmt::Display for Compute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
