use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Id, Origin, SourceLine};
use crate::source::ProjectPath;

/// What the code expects of a persisted thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// One Redis server.
    RedisNode,
}

impl StoreKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::RedisNode];

    /// The name used in data and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RedisNode => "redis_node",
        }
    }
}

/// Data that outlives a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Store {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// What the code expects of it.
    pub kind: StoreKind,
    /// The client that the code already uses.
    pub client: Client,
}

/// An emitter whose events cross units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// The emitter that the code already uses.
    pub client: Client,
    /// The events found in the code, each with the first line that names it.
    pub events: BTreeMap<String, SourceLine>,
}

/// A client library's object in the user's code, and how it is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Client {
    /// The library, such as `redis-py`.
    pub library: String,
    /// The file that makes the client.
    pub file: ProjectPath,
    /// The bytes of the expression that makes it, such as `redis.Redis(host="localhost")`.
    #[serde(skip)]
    pub expression: Range<usize>,
    /// The bytes of what is called or constructed, such as `redis.Redis`.
    #[serde(skip)]
    pub callee: Range<usize>,
    /// How it is connected.
    pub wiring: Wiring,
}

/// The one-line edit that connects a client to its backing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "style", deny_unknown_fields)]
pub enum Wiring {
    /// Python: the callee is wrapped so that the call receives these keyword arguments from the bindings, over the user's
    /// own. Each entry maps a binding's property (`host`) to the library's keyword (`host`).
    Keywords {
        /// Property of the binding -> keyword argument of the library.
        arguments: BTreeMap<String, String>,
    },
    /// JavaScript: the emitter is handed to the shim, which publishes what is emitted.
    Emitter,
}
