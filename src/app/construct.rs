use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Id, Origin, SourceLine};
use crate::source::ProjectPath;

/// What the code expects of a persisted thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// Values by key.
    Kv,
    /// Files.
    Fs,
    /// One value that nobody else may know.
    Secret,
    /// A relational database.
    Orm,
    /// One Redis server.
    RedisNode,
    /// A cluster of Redis servers.
    RedisCluster,
}

impl StoreKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Kv, Self::Fs, Self::Secret, Self::Orm, Self::RedisNode, Self::RedisCluster];

    /// The name used in data and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kv => "kv",
            Self::Fs => "fs",
            Self::Secret => "secret",
            Self::Orm => "orm",
            Self::RedisNode => "redis_node",
            Self::RedisCluster => "redis_cluster",
        }
    }

    /// Whether two objects of the code may be one store: connections to one server may, two maps with keys of their own may not.
    #[must_use]
    pub const fn is_shareable(self) -> bool {
        match self {
            Self::Kv => false,
            Self::Fs | Self::Secret | Self::Orm | Self::RedisNode | Self::RedisCluster => true,
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Data that outlives a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Store {
    /// Its id.
    pub id: Id,
    /// Its first directive.
    pub origin: Origin,
    /// What the code expects of it.
    pub kind: StoreKind,
    /// The clients that the code already uses, one for each directive, in order of file and line.
    pub clients: Vec<StoreClient>,
    /// Environment variables that the user named, with what each is to hold; sorted by name.
    pub variables: BTreeMap<String, String>,
}

/// A client of a store, with the directive above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreClient {
    /// The directive.
    pub origin: Origin,
    /// The client; absent where the user's own environment variables connect it.
    pub client: Option<Client>,
}

impl Store {
    /// The directives that ask for it, in order of file and line.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.clients.iter().map(|one| &one.origin)
    }

    /// The libraries whose objects it backs, each once.
    #[must_use]
    pub fn libraries(&self) -> BTreeSet<&str> {
        self.clients.iter().filter_map(|one| one.client.as_ref()).map(|client| client.library.as_str()).collect()
    }
}

/// A value that is set where the application runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// Whether nobody else may know it.
    pub secret: bool,
    /// What the code itself falls back on, where that is a plain text.
    pub default: Option<String>,
    /// The expression that reads it.
    pub client: Client,
}

/// A function that runs at certain times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// The unit that runs it.
    pub unit: Id,
    /// The file that defines the function.
    pub file: ProjectPath,
    /// The function's name in that file.
    pub function: String,
    /// When.
    pub when: When,
}

/// When a function runs, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At the minutes that a crontab's five fields say.
    Cron(Cron),
    /// Every so many minutes.
    EveryMinutes(u32),
}

/// As it was written, or would be.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cron(cron) => f.write_str(&cron.text),
            Self::EveryMinutes(1) => f.write_str("every minute"),
            Self::EveryMinutes(60) => f.write_str("every hour"),
            Self::EveryMinutes(1440) => f.write_str("every day"),
            Self::EveryMinutes(minutes) if minutes % 1440 == 0 => write!(f, "every {} days", minutes / 1440),
            Self::EveryMinutes(minutes) if minutes % 60 == 0 => write!(f, "every {} hours", minutes / 60),
            Self::EveryMinutes(minutes) => write!(f, "every {minutes} minutes"),
        }
    }
}

/// The five fields of a crontab: the values of each, in order, each once. Sunday is 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cron {
    /// As written, with single spaces.
    pub text: String,
    /// Minutes, from 0 to 59.
    #[serde(skip)]
    pub minutes: Vec<u32>,
    /// Hours, from 0 to 23.
    #[serde(skip)]
    pub hours: Vec<u32>,
    /// Days of the month, from 1 to 31.
    #[serde(skip)]
    pub days: Vec<u32>,
    /// Months, from 1 to 12.
    #[serde(skip)]
    pub months: Vec<u32>,
    /// Days of the week, from 0 to 6. Where these are not all, the days of the month are.
    #[serde(skip)]
    pub weekdays: Vec<u32>,
}

/// Files that are a web site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// Its files, each with its path below the site's address; sorted.
    pub files: BTreeMap<String, ProjectPath>,
    /// Those of its files that no unit holds.
    #[serde(skip)]
    pub own_files: Vec<ProjectPath>,
    /// What answers for the address itself: one of the keys of `files`.
    pub index_document: Option<String>,
}

/// An emitter whose events cross units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Its id.
    pub id: Id,
    /// Its first directive.
    pub origin: Origin,
    /// The emitters that the code already uses, one in each language, in order of file and line.
    pub emitters: Vec<TopicEmitter>,
    /// The events found in the code, each with the first line that names it.
    pub events: BTreeMap<String, SourceLine>,
}

/// An emitter of a topic, with the directive above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicEmitter {
    /// The directive.
    pub origin: Origin,
    /// The emitter.
    pub client: Client,
}

impl Topic {
    /// The directives that ask for it, in order of file and line.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.emitters.iter().map(|one| &one.origin)
    }

    /// The libraries whose emitters it connects, each once.
    #[must_use]
    pub fn libraries(&self) -> BTreeSet<&str> {
        self.emitters.iter().map(|one| one.client.library.as_str()).collect()
    }
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
    /// The bytes of what is called or constructed, such as `redis.Redis`; empty where nothing is.
    #[serde(skip)]
    pub callee: Range<usize>,
    /// The name by which the code speaks of the object; empty where it has none.
    #[serde(skip)]
    pub name: String,
    /// How it is connected.
    pub wiring: Wiring,
}

/// The one-line edit that connects a client to its backing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "style", deny_unknown_fields)]
pub enum Wiring {
    /// What is called or constructed is wrapped by a function of the shim, which connects what the call makes.
    Callee {
        /// The function, with its module below the shim's package, such as `redis.from_url`.
        function: String,
        /// Further arguments of the function by name; for `keywords`, each maps a binding's property to the library's keyword.
        #[serde(default)]
        arguments: BTreeMap<String, String>,
    },
    /// The expression's value is handed to a function of the shim, which gives what stands in for it.
    Value {
        /// The function, as above.
        function: String,
        /// How what stands in for it goes about items.
        #[serde(default, skip_serializing)]
        items: ItemCalls,
    },
    /// As [`Wiring::Value`], with a function that gives the value: without a binding it may be there, with one it may not.
    Lazy {
        /// The function, as above.
        function: String,
    },
    /// Python: after an import, its name means what a function of the shim makes of the module or object. JavaScript: what is
    /// imported is another module, whose exports are what a function of the shim makes of those of the own one.
    Module {
        /// The function, as above.
        function: String,
        /// JavaScript's own module.
        #[serde(default, skip_serializing)]
        own: Option<OwnModule>,
    },
}

/// How many items one call of a store by key is for, and how it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemCalls {
    /// Whether each call is for one item.
    #[serde(default)]
    pub one_at_a_time: bool,
    /// Whether every write is an update of what may be there.
    #[serde(default)]
    pub by_updates: bool,
}

/// A module of Node that another stands in for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct OwnModule {
    /// Its name, without `node:`.
    pub name: String,
    /// What it exports, as far as it is known; sorted.
    pub exports: Vec<String>,
}

impl Wiring {
    /// How items of a store by key are gone about.
    #[must_use]
    pub fn items(&self) -> ItemCalls {
        match self {
            Self::Value { items, .. } => *items,
            Self::Callee { .. } | Self::Lazy { .. } | Self::Module { .. } => ItemCalls::default(),
        }
    }

    /// The function of the shim, with its module below the shim's package.
    #[must_use]
    pub fn function(&self) -> &str {
        match self {
            Self::Callee { function, .. }
            | Self::Value { function, .. }
            | Self::Lazy { function }
            | Self::Module { function, .. } => function,
        }
    }
}
