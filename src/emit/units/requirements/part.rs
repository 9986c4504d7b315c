use crate::app::{Application, Unit, WebInterface};
use crate::plan::{PlannedUnit, Runs};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
    /// What stands before a WSGI application in both places.
    Wsgi,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 3] = [Self::LambdaHttp, Self::ContainerWeb, Self::Wsgi];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::ContainerWeb => "container-web",
            Self::Wsgi => "wsgi",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::ContainerWeb => "to answer requests in a container",
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
            (Self::LambdaHttp, Runs::Eks(_) | Runs::Ecs(_)) | (Self::ContainerWeb, Runs::Lambda(_)) => false,
        }
    }
}
