//! What the application asks for, as plain data: units, constructs, and who uses what. Knows no cloud and no syntax tree.

mod id;
mod route;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::source::{Language, ProjectPath, Span};

pub use id::{Id, InvalidId};
pub use route::{Method, Route, RoutePath, RouteSegment};

/// What a directive asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// `@klotho::execution_unit`: this file is an entry of a deployable slice.
    ExecutionUnit,
    /// `@klotho::expose`: this web application is reachable over HTTP.
    Expose,
    /// `@klotho::persist`: this client's data outlives the process.
    Persist,
    /// `@klotho::pubsub`: this emitter's events cross units.
    Pubsub,
}

impl Capability {
    /// Every capability, in the order in which documentation lists them.
    pub const ALL: [Self; 4] = [Self::ExecutionUnit, Self::Expose, Self::Persist, Self::Pubsub];

    /// The name as written after `@klotho::`; also the stem of its file in `annotations/`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExecutionUnit => "execution_unit",
            Self::Expose => "expose",
            Self::Persist => "persist",
            Self::Pubsub => "pubsub",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A line of the user's code that something was inferred from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SourceLine {
    /// The file.
    pub file: ProjectPath,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The directive that a unit or construct comes from.
///
/// `Display` gives the comment that every block of Terraform carries: `app/main.py:8 @klotho::persist "redis"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Where the directive starts.
    #[serde(flatten)]
    pub at: SourceLine,
    /// The directive's capability.
    pub capability: Capability,
    /// The directive's id.
    pub id: Id,
    /// The directive in its file, for diagnostics of later stages.
    #[serde(skip)]
    pub span: Span,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} @klotho::{} \"{}\"", self.at, self.capability, self.id)
    }
}

/// The whole application as the code describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Application {
    /// The deployable slices.
    pub units: IndexMap<Id, Unit>,
    /// Web applications exposed over HTTP.
    pub gateways: IndexMap<Id, Gateway>,
    /// Data that outlives a process.
    pub stores: IndexMap<Id, Store>,
    /// Events that cross units.
    pub topics: IndexMap<Id, Topic>,
    /// Who uses what; sorted by unit, then construct. The source of every IAM action and firewall rule.
    pub accesses: Vec<Access>,
}

/// Why a unit exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitOrigin {
    /// `@klotho::execution_unit` directives with this id.
    Declared(Vec<Origin>),
    /// No directive declares a unit, so the exposed application is the only one.
    Implied(Origin),
}

impl UnitOrigin {
    /// The first directive behind the unit, for comments.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            // `analyze` never makes a declared unit without a directive.
            Self::Declared(origins) => &origins[0],
            Self::Implied(origin) => origin,
        }
    }
}

/// A deployable slice of the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its id.
    pub id: Id,
    /// Why it exists.
    pub origin: UnitOrigin,
    /// The language of all its sources.
    pub language: Language,
    /// The files that start it; they are loaded in this order.
    pub entries: Vec<ProjectPath>,
    /// Folders that absolute imports start from (`""` is the project's root). Python only.
    pub import_roots: Vec<String>,
    /// Every file of the unit, sources and manifests, sorted.
    pub files: Vec<ProjectPath>,
    /// The file that lists its dependencies: `requirements.txt`, `pyproject.toml` or `package.json`.
    pub manifest: Option<ProjectPath>,
}

/// A web application reachable over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gateway {
    /// Its id.
    pub id: Id,
    /// Its directive.
    pub origin: Origin,
    /// The unit that serves it.
    pub unit: Id,
    /// Who may call it.
    pub visibility: Visibility,
    /// The framework, such as `FastAPI`.
    pub library: String,
    /// What the entry point hands requests to.
    pub application: WebApplication,
    /// The routes found in the code, sorted, without duplicates.
    pub routes: Vec<Route>,
}

/// Who may call a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone on the internet.
    Public,
}

/// The object that answers requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebApplication {
    /// The file that makes it.
    pub file: ProjectPath,
    /// The name by which other modules can import it; `None` where it is only reachable by its `listen` call.
    pub export: Option<String>,
    /// How it is called.
    pub interface: WebInterface,
}

/// The calling convention between a server and a web application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebInterface {
    /// Python's asynchronous gateway interface, <https://asgi.readthedocs.io>.
    Asgi,
    /// A `(request, response)` listener of `node:http`.
    NodeHttp,
}

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
    /// An entry of [`Application::stores`].
    Store(Id),
    /// An entry of [`Application::topics`].
    Topic(Id),
}

impl fmt::Display for ConstructRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(id) => write!(f, "{} \"{id}\"", Capability::Persist),
            Self::Topic(id) => write!(f, "{} \"{id}\"", Capability::Pubsub),
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
    /// Changes data.
    Write,
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
