use crate::app::{Application, ConstructRef, StoreKind, Unit, WebInterface};
use crate::plan::{PlannedUnit, Runs};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
    /// Calls of AWS's own APIs from a container; Lambda's runtime brings what they need.
    Aws,
    /// What stands before a WSGI application in both places.
    Wsgi,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 4] = [Self::LambdaHttp, Self::ContainerWeb, Self::Aws, Self::Wsgi];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::ContainerWeb => "container-web",
            Self::Aws => "aws",
            Self::Wsgi => "wsgi",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::ContainerWeb => "to answer requests in a container",
            Self::Aws => "to call AWS",
            Self::Wsgi => "to serve a WSGI application",
        }
    }

    /// Whether a unit needs it.
    pub(super) fn is_needed(self, application: &Application, unit: &Unit, planned: &PlannedUnit) -> bool {
        let backends = || application.gateways.values().filter_map(|gateway| gateway.backend(&unit.id));
        let exposed = || backends().next().is_some();
        let wsgi = || backends().any(|backend| backend.application.interface == WebInterface::Wsgi);
        match (self, &planned.runs) {
            (Self::Wsgi, Runs::Lambda(_) | Runs::Eks(_) | Runs::Ecs(_)) => wsgi(),
            (Self::LambdaHttp, Runs::Lambda(_)) | (Self::ContainerWeb, Runs::Eks(_) | Runs::Ecs(_)) => exposed(),
            (Self::Aws, Runs::Eks(_) | Runs::Ecs(_)) => calls_aws(application, unit),
            (Self::LambdaHttp, Runs::Eks(_) | Runs::Ecs(_)) | (Self::ContainerWeb | Self::Aws, Runs::Lambda(_)) => {
                false
            }
        }
    }
}

/// Whether a unit uses anything that is an API of AWS.
fn calls_aws(application: &Application, unit: &Unit) -> bool {
    let used = application.accesses.iter().filter(|access| access.unit == unit.id);
    used.map(|access| &access.construct).any(|construct| match construct {
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => true,
        ConstructRef::Store(store) => application.stores.get(store).is_some_and(|store| match store.kind {
            // A database's password is read from Secrets Manager.
            StoreKind::Kv | StoreKind::Fs | StoreKind::Secret | StoreKind::Orm => true,
            StoreKind::RedisNode | StoreKind::RedisCluster => false,
        }),
    })
}
