use crate::app::{Application, ConstructRef, StoreKind, Unit};
use crate::plan::{PlannedUnit, Runs};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
    /// AWS's own library, for what the shim asks of AWS. Lambda's runtime has it.
    Aws,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 3] = [Self::LambdaHttp, Self::ContainerWeb, Self::Aws];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::ContainerWeb => "container-web",
            Self::Aws => "aws",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::ContainerWeb => "to answer requests in a container",
            Self::Aws => "to reach what AWS keeps for it",
        }
    }

    /// Whether a unit needs it.
    pub(super) fn is_needed(self, application: &Application, unit: &Unit, planned: &PlannedUnit) -> bool {
        let exposed = || application.gateways.values().any(|gateway| gateway.backend(&unit.id).is_some());
        match (self, &planned.runs) {
            (Self::LambdaHttp, Runs::Lambda(_)) | (Self::ContainerWeb, Runs::Eks(_) | Runs::Ecs(_)) => exposed(),
            (Self::Aws, Runs::Eks(_) | Runs::Ecs(_)) => asks_aws(application, unit),
            (Self::LambdaHttp, Runs::Eks(_) | Runs::Ecs(_)) | (Self::ContainerWeb | Self::Aws, Runs::Lambda(_)) => {
                false
            }
        }
    }
}

/// Whether the unit uses what is an API of AWS, or whose password is in one.
fn asks_aws(application: &Application, unit: &Unit) -> bool {
    let mut used = application.accesses.iter().filter(|access| access.unit == unit.id);
    used.any(|access| match &access.construct {
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => true,
        ConstructRef::Store(id) => application.stores.get(id).is_some_and(|store| match store.kind {
            StoreKind::Kv | StoreKind::Fs | StoreKind::Secret | StoreKind::Orm => true,
            StoreKind::RedisNode | StoreKind::RedisCluster => false,
        }),
    })
}
