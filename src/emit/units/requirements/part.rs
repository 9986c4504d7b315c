use crate::app::{Application, Unit};
use crate::plan::{PlannedUnit, Runs};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// Lambda's runtime client, in the image of a function.
    LambdaImage,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 3] = [Self::LambdaHttp, Self::LambdaImage, Self::ContainerWeb];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::LambdaImage => "lambda-image",
            Self::ContainerWeb => "container-web",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::LambdaImage => "to be run by Lambda as an image",
            Self::ContainerWeb => "to answer requests in a container",
        }
    }

    /// Whether a unit needs it.
    pub(super) fn is_needed(self, application: &Application, unit: &Unit, planned: &PlannedUnit) -> bool {
        let exposed = || application.gateways.values().any(|gateway| gateway.backend(&unit.id).is_some());
        let on_lambda = match planned.runs {
            Runs::Lambda(_) => true,
            Runs::Eks(_) | Runs::Ecs(_) => false,
        };
        match self {
            Self::LambdaHttp => on_lambda && exposed(),
            Self::LambdaImage => on_lambda && planned.repository().is_some(),
            Self::ContainerWeb => !on_lambda && exposed(),
        }
    }
}
