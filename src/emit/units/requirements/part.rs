use crate::app::{Application, Unit};
use crate::plan::{PlannedUnit, Runs};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 2] = [Self::LambdaHttp, Self::ContainerWeb];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::ContainerWeb => "container-web",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::ContainerWeb => "to answer requests in a container",
        }
    }

    /// Whether a unit needs it.
    pub(super) fn is_needed(self, application: &Application, unit: &Unit, planned: &PlannedUnit) -> bool {
        let exposed = || application.gateways.values().any(|gateway| gateway.backend(&unit.id).is_some());
        match (self, &planned.runs) {
            (Self::LambdaHttp, Runs::Lambda(_)) | (Self::ContainerWeb, Runs::Eks(_) | Runs::Ecs(_)) => exposed(),
            (Self::LambdaHttp, Runs::Eks(_) | Runs::Ecs(_)) | (Self::ContainerWeb, Runs::Lambda(_)) => false,
        }
    }
}
