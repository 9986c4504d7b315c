use crate::app::{Application, ConstructRef, StoreKind, Unit, WebInterface, Wiring};
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
    /// Calls of AWS's own APIs from a container; Lambda's runtime brings what they need.
    Aws,
    /// The database of a Django project.
    DjangoDatabase,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 5] =
        [Self::LambdaHttp, Self::ContainerWeb, Self::Wsgi, Self::Aws, Self::DjangoDatabase];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::ContainerWeb => "container-web",
            Self::Wsgi => "wsgi",
            Self::Aws => "aws",
            Self::DjangoDatabase => "django-database",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::ContainerWeb => "to answer requests in a container",
            Self::Wsgi => "to serve a WSGI application",
            Self::Aws => "to call AWS",
            Self::DjangoDatabase => "to connect Django to PostgreSQL",
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
            (Self::DjangoDatabase, Runs::Lambda(_) | Runs::Eks(_) | Runs::Ecs(_)) => {
                has_django_database(application, unit)
            }
            (Self::LambdaHttp, Runs::Eks(_) | Runs::Ecs(_)) | (Self::ContainerWeb | Self::Aws, Runs::Lambda(_)) => {
                false
            }
        }
    }

    /// Packages of which any one does what this part needs a package for.
    pub(super) const fn instead(self) -> &'static [&'static str] {
        match self {
            Self::DjangoDatabase => &["psycopg2", "psycopg2-binary"],
            Self::LambdaHttp | Self::ContainerWeb | Self::Wsgi | Self::Aws => &[],
        }
    }
}

/// Whether a unit uses anything that is an API of AWS.
fn calls_aws(application: &Application, unit: &Unit) -> bool {
    let used = application.accesses.iter().filter(|access| access.unit == unit.id);
    used.map(|access| &access.construct).any(|construct| match construct {
        ConstructRef::Topic(_) => true,
        // The password of a database is in Secrets Manager.
        ConstructRef::Store(store) => application.stores.get(store).is_some_and(|store| store.kind == StoreKind::Orm),
        ConstructRef::Parameter(_) => false,
    })
}

/// Whether a unit has a Django project's database that the shim connects.
fn has_django_database(application: &Application, unit: &Unit) -> bool {
    let used = application.accesses.iter().filter(|access| access.unit == unit.id);
    let stores = used.filter_map(|access| match &access.construct {
        ConstructRef::Store(store) => application.stores.get(store),
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => None,
    });
    let mut clients = stores.flat_map(|store| &store.clients).filter_map(|one| one.client.as_ref());
    clients.any(|client| matches!(&client.wiring, Wiring::Value { function } if function.starts_with("django.")))
}
