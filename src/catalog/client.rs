use indexmap::IndexMap;
use serde::Deserialize;

use super::Expose;
use crate::app::{Capability, StoreKind, Wiring};

/// A file of `annotations/clients/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) client: Vec<Client>,
}

/// A library that applications already use.
#[derive(Debug, Deserialize)]
pub struct Client {
    /// Its name as people say it.
    pub library: String,
    /// The canonical names of what is called or constructed.
    pub symbols: Vec<String>,
    /// What people annotate instead of `symbols`, by canonical name, and what to do about it.
    #[serde(default)]
    pub hints: IndexMap<String, String>,
    /// What the library is for.
    #[serde(flatten)]
    pub used_for: Use,
}

/// What a library is for, with the facts that inferring needs.
#[derive(Debug, Deserialize)]
#[serde(tag = "capability", rename_all = "snake_case")]
pub enum Use {
    /// A web framework.
    Expose(Expose),
    /// A client of a data store.
    Persist(Persist),
    /// An event emitter.
    Pubsub(Pubsub),
}

impl Use {
    /// The capability that annotates such a library.
    #[must_use]
    pub const fn capability(&self) -> Capability {
        match self {
            Self::Expose(_) => Capability::Expose,
            Self::Persist(_) => Capability::Persist,
            Self::Pubsub(_) => Capability::Pubsub,
        }
    }
}

/// A client of a data store.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persist {
    /// What the code expects of the store.
    pub kind: StoreKind,
    /// How the client is connected.
    pub wiring: Wiring,
    /// Arguments that the wiring cannot stand in for.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// Methods that only read.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Methods that only write.
    #[serde(default)]
    pub writes: Vec<String>,
}

/// An event emitter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pubsub {
    /// How the emitter is connected.
    pub wiring: Wiring,
    /// Methods that publish the event named by their first argument.
    pub publishes: Vec<String>,
    /// Methods that subscribe to the event named by their first argument.
    pub subscribes: Vec<String>,
    /// Methods that return the object that they are called on, so that calls can follow.
    #[serde(default)]
    pub chains: Vec<String>,
    /// Events that never leave their process.
    #[serde(default)]
    pub local_events: Vec<String>,
    /// Methods that cannot keep their meaning across processes.
    #[serde(default)]
    pub refuses: Vec<String>,
}
