use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::{Capability, Id, SourceLine};

/// A unit's use of a construct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// The unit.
    pub unit: Id,
    /// The construct.
    pub construct: ConstructRef,
    /// What it does there; each operation with the lines that do it.
    pub operations: BTreeMap<Operation, BTreeSet<SourceLine>>,
}

/// A construct by capability and id: ids are unique within a capability.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstructRef {
    /// An entry of [`super::Application::stores`].
    Store(Id),
    /// An entry of [`super::Application::topics`].
    Topic(Id),
    /// An entry of [`super::Application::parameters`].
    Parameter(Id),
}

impl fmt::Display for ConstructRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(id) => write!(f, "{} \"{id}\"", Capability::Persist),
            Self::Topic(id) => write!(f, "{} \"{id}\"", Capability::Pubsub),
            Self::Parameter(id) => write!(f, "{} \"{id}\"", Capability::Config),
        }
    }
}

/// What code does with a construct.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Opens a connection; every unit that loads the client does.
    Connect,
    /// Reads data.
    Read,
    /// Adds or changes data.
    Write,
    /// Finds out what there is.
    List,
    /// Takes data away.
    Delete,
    /// Publishes this event.
    Publish(String),
    /// Handles this event.
    Subscribe(String),
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("connect"),
            Self::Read => f.write_str("read"),
            Self::Write => f.write_str("write"),
            Self::List => f.write_str("list"),
            Self::Delete => f.write_str("delete"),
            Self::Publish(event) => write!(f, "publish {event}"),
            Self::Subscribe(event) => write!(f, "subscribe {event}"),
        }
    }
}

// As text, so that it can be the key of a JSON object.
impl Serialize for Operation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
