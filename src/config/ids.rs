//! The ids that settings speak of.

use crate::app::{Application, Capability, Id, Origin as Directive, StoreKind};

/// What ids a table's `by_id` takes: of what the application has of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Units,
    Gateways,
    Stores(StoreKind),
    Topics,
    Schedules,
    Parameters,
    Sites,
}

impl Ids {
    /// What has such ids, as people say it.
    pub(super) fn what(self) -> String {
        match self {
            Self::Units => Capability::ExecutionUnit.to_string(),
            Self::Gateways => Capability::Expose.to_string(),
            Self::Stores(kind) => format!("{} of the kind {kind}", Capability::Persist),
            Self::Topics => Capability::Pubsub.to_string(),
            Self::Schedules => Capability::Schedule.to_string(),
            Self::Parameters => Capability::Config.to_string(),
            Self::Sites => Capability::StaticUnit.to_string(),
        }
    }

    /// The ids that `application` has.
    pub(super) fn of(self, application: &Application) -> Vec<&Id> {
        match self {
            Self::Units => application.units.keys().collect(),
            Self::Gateways => application.gateways.keys().collect(),
            Self::Stores(kind) => {
                let stores = application.stores.iter().filter(|(_, store)| store.kind == kind);
                stores.map(|(id, _)| id).collect()
            }
            Self::Topics => application.topics.keys().collect(),
            Self::Schedules => application.schedules.keys().collect(),
            Self::Parameters => application.parameters.keys().collect(),
            Self::Sites => application.sites.keys().collect(),
        }
    }

    /// The directive behind `id`.
    pub(super) fn origin<'a>(self, application: &'a Application, id: &Id) -> Option<&'a Directive> {
        match self {
            Self::Units => application.units.get(id).map(|it| it.origin.origin()),
            Self::Gateways => application.gateways.get(id).map(|it| &it.origin),
            Self::Stores(_) => application.stores.get(id).map(|it| &it.origin),
            Self::Topics => application.topics.get(id).map(|it| &it.origin),
            Self::Schedules => application.schedules.get(id).map(|it| &it.origin),
            Self::Parameters => application.parameters.get(id).map(|it| &it.origin),
            Self::Sites => application.sites.get(id).map(|it| &it.origin),
        }
    }
}
