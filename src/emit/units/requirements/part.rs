use crate::app::{Application, ConstructRef, Store, StoreKind, Unit, WebInterface, Wiring};
use crate::dependencies::{Dependencies, Wanted, parse_requirement};
use crate::plan::{Backing, Plan, PlannedUnit, Runs};
use crate::source::{ProjectPath, Span};

/// A part of the Python shim that needs packages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Lambda's HTTP events, handed to an ASGI application.
    LambdaHttp,
    /// Lambda's runtime client, in the image of a function.
    LambdaImage,
    /// The server of a container, for an application that brings none of its own.
    ContainerWeb,
    /// What stands before a WSGI application in both places.
    Wsgi,
    /// Calls of AWS's own APIs from an image; Lambda's runtime brings what they need.
    Aws,
    /// Values by key that are kept in a Redis.
    Redis,
    /// Engines of `SQLAlchemy`.
    PostgresSync,
    /// Engines of `SQLAlchemy` 1.4.
    PostgresSyncOld,
    /// Asynchronous engines of `SQLAlchemy`.
    PostgresAsync,
    /// The database of a Django project.
    DjangoDatabase,
}

impl Part {
    /// All of them, in the order in which they are written.
    pub(super) const ALL: [Self; 10] = [
        Self::LambdaHttp,
        Self::LambdaImage,
        Self::ContainerWeb,
        Self::Wsgi,
        Self::Aws,
        Self::Redis,
        Self::PostgresSync,
        Self::PostgresSyncOld,
        Self::PostgresAsync,
        Self::DjangoDatabase,
    ];

    /// What names the part in its file's name, `requirements-<part>.txt`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaHttp => "lambda-http",
            Self::LambdaImage => "lambda-image",
            Self::ContainerWeb => "container-web",
            Self::Wsgi => "wsgi",
            Self::Aws => "aws",
            Self::Redis => "redis",
            Self::PostgresSync => "postgres-sync",
            Self::PostgresSyncOld => "postgres-sync-1",
            Self::PostgresAsync => "postgres-async",
            Self::DjangoDatabase => "django-database",
        }
    }

    /// What it is needed for, after "the unit needs it …".
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LambdaHttp => "to answer Lambda's HTTP events",
            Self::LambdaImage => "to be run by Lambda as an image",
            Self::ContainerWeb => "to answer requests in a container",
            Self::Wsgi => "to serve a WSGI application",
            Self::Aws => "to call AWS",
            Self::Redis => "to keep values by key in ElastiCache",
            Self::PostgresSync | Self::PostgresSyncOld => "to connect SQLAlchemy to PostgreSQL",
            Self::PostgresAsync => "to connect SQLAlchemy's asynchronous engines to PostgreSQL",
            Self::DjangoDatabase => "to connect Django to PostgreSQL",
        }
    }

    /// Whether a unit needs it.
    pub(super) fn is_needed(self, application: &Application, plan: &Plan, unit: &Unit, planned: &PlannedUnit) -> bool {
        let backends = || application.gateways.values().filter_map(|gateway| gateway.backend(&unit.id));
        let exposed = || backends().next().is_some();
        let wsgi = || backends().any(|backend| backend.application.interface == WebInterface::Wsgi);
        let on_lambda = match planned.runs {
            Runs::Lambda(_) => true,
            Runs::Eks(_) | Runs::Ecs(_) => false,
        };
        // Containers, and functions that are made of one.
        let is_image = planned.repository().is_some();
        match self {
            Self::LambdaHttp => on_lambda && exposed(),
            Self::LambdaImage => on_lambda && is_image,
            Self::ContainerWeb => !on_lambda && exposed(),
            Self::Wsgi => wsgi(),
            Self::Aws => is_image && calls_aws(application, plan, unit),
            Self::Redis => stores(application, unit).any(|store| store.kind == StoreKind::Kv && in_redis(plan, store)),
            Self::PostgresSync | Self::PostgresSyncOld => connects_by(application, unit, "database.engine."),
            Self::PostgresAsync => connects_by(application, unit, "database.async_engine."),
            Self::DjangoDatabase => connects_by(application, unit, "django."),
        }
    }

    /// Packages of which any one does what this part needs a package for.
    pub(super) const fn instead(self) -> &'static [&'static str] {
        match self {
            Self::PostgresSync => &["pg8000", "psycopg2", "psycopg2-binary"],
            Self::PostgresSyncOld => &["pg8000", "psycopg2"],
            Self::DjangoDatabase => &["psycopg2", "psycopg2-binary"],
            Self::LambdaHttp
            | Self::LambdaImage
            | Self::ContainerWeb
            | Self::Wsgi
            | Self::Aws
            | Self::Redis
            | Self::PostgresAsync => &[],
        }
    }

    /// Whether it fits beside what the application installs: one of two parts for two versions of a library.
    pub(super) fn suits(self, own: &Dependencies) -> bool {
        match self {
            Self::PostgresSync => !has_old_sqlalchemy(own),
            Self::PostgresSyncOld => has_old_sqlalchemy(own),
            Self::LambdaHttp
            | Self::LambdaImage
            | Self::ContainerWeb
            | Self::Wsgi
            | Self::Aws
            | Self::Redis
            | Self::PostgresAsync
            | Self::DjangoDatabase => true,
        }
    }
}

/// Whether no version of `SQLAlchemy` from 2 on can be installed.
fn has_old_sqlalchemy(own: &Dependencies) -> bool {
    let nowhere = Span::new(&ProjectPath::root(), 0..0);
    let Ok(Wanted::Versions(new)) = parse_requirement("sqlalchemy>=2.0.0b1", nowhere).map(|one| one.wanted) else {
        return false;
    };
    let all = own.requirements.iter().chain(&own.constraints);
    let mut named = all.filter(|one| one.name.as_ref() == "sqlalchemy");
    named.any(|one| matches!(&one.wanted, Wanted::Versions(theirs) if !theirs.may_agree_with(&new)))
}

/// Whether a unit uses anything that is an API of AWS.
fn calls_aws(application: &Application, plan: &Plan, unit: &Unit) -> bool {
    let used = application.accesses.iter().filter(|access| access.unit == unit.id);
    used.map(|access| &access.construct).any(|construct| match construct {
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => true,
        ConstructRef::Store(store) => application.stores.get(store).is_some_and(|store| match store.kind {
            // The password of a database is in Secrets Manager.
            StoreKind::Fs | StoreKind::Secret | StoreKind::Orm => true,
            StoreKind::Kv => !in_redis(plan, store),
            StoreKind::RedisNode | StoreKind::RedisCluster => false,
        }),
    })
}

/// The stores that a unit uses.
fn stores<'a>(application: &'a Application, unit: &'a Unit) -> impl Iterator<Item = &'a Store> {
    let used = application.accesses.iter().filter(|access| access.unit == unit.id);
    used.filter_map(|access| match &access.construct {
        ConstructRef::Store(store) => application.stores.get(store),
        ConstructRef::Topic(_) | ConstructRef::Parameter(_) => None,
    })
}

fn in_redis(plan: &Plan, store: &Store) -> bool {
    plan.stores.get(&store.id).is_some_and(|planned| planned.backing == Backing::Elasticache)
}

/// Whether a unit has a client that is wired by a function of the shim whose name starts so.
fn connects_by(application: &Application, unit: &Unit, start: &str) -> bool {
    let mut clients = stores(application, unit).flat_map(|store| &store.clients).filter_map(|one| one.client.as_ref());
    clients.any(|client| match &client.wiring {
        Wiring::Callee { function, .. } | Wiring::Value { function, .. } => function.starts_with(start),
        Wiring::Lazy { .. } | Wiring::Module { .. } => false,
    })
}
