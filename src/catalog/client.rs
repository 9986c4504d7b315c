use indexmap::IndexMap;
use serde::Deserialize;

use crate::app::{Capability, Method, StoreKind, WebInterface, Wiring};

/// A file of `annotations/clients/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) client: Vec<Client>,
}

/// A library that applications already use.
#[derive(Debug, Clone, Deserialize)]
pub struct Client {
    /// Its name as people say it.
    pub library: String,
    /// The canonical names of what the annotated statement uses: `redis.Redis` for what is called, `builtins.open` for a name of
    /// the language's own, `os.environ[]` for an item, `{}` for a literal, `import aiofiles` for an import of that module, and
    /// `import aiofiles.open` for one of that name.
    pub symbols: Vec<String>,
    /// The names that the result must be given for this stanza to count; empty for any. Such a stanza comes before others.
    #[serde(default)]
    pub names: Vec<String>,
    /// What an argument must be for this stanza to count. Such a stanza comes before others.
    #[serde(default)]
    pub when: Option<When>,
    /// What people annotate instead of `symbols`, by canonical name, and what to do about it.
    #[serde(default)]
    pub hints: IndexMap<String, String>,
    /// What the library is for.
    #[serde(flatten)]
    pub used_for: Use,
}

impl Client {
    /// The same stanza for directives with `secret = true`, where it counts for those, too.
    pub(super) fn for_secrets(&self) -> Option<Self> {
        let Use::Persist(facts) = &self.used_for else { return None };
        let mut facts = facts.files.as_ref().filter(|files| files.or_secret).map(|_| facts.clone())?;
        facts.kind = StoreKind::Secret;
        Some(Self { used_for: Use::Persist(facts), ..self.clone() })
    }

    /// Whether it counts for directives with `secret = true`, and for no other.
    #[must_use]
    pub fn is_for_secrets(&self) -> bool {
        matches!(&self.used_for, Use::Persist(facts) if facts.kind == StoreKind::Secret)
    }
}

/// A condition on one argument.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Its keyword.
    pub keyword: String,
    /// Its position where it stands without the keyword, from 0.
    pub position: usize,
    /// The canonical names that it must be one of.
    pub is: Vec<String>,
}

/// What a library is for, with the facts that inferring needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "capability", rename_all = "snake_case")]
pub enum Use {
    /// A web framework.
    Expose(Expose),
    /// A client of a data store.
    Persist(Box<Persist>),
    /// An event emitter.
    Pubsub(Pubsub),
    /// What reads a value of the process's environment.
    Config(Config),
}

impl Use {
    /// The capability that annotates such a library.
    #[must_use]
    pub const fn capability(&self) -> Capability {
        match self {
            Self::Expose(_) => Capability::Expose,
            Self::Persist(_) => Capability::Persist,
            Self::Pubsub(_) => Capability::Pubsub,
            Self::Config(_) => Capability::Config,
        }
    }
}

/// A web framework.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expose {
    /// How its application object is called.
    pub interface: WebInterface,
    /// How it writes parameters in paths.
    pub path_syntax: PathSyntax,
    /// Methods that declare a route, by the HTTP method that they declare it for.
    pub routes: IndexMap<String, Method>,
    /// Whether a route has a handler as its second argument; without one the method is something else.
    #[serde(default)]
    pub routes_need_handler: bool,
    /// Methods that mount something whose routes are not followed.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// Methods that return the application itself, so that another call can follow.
    #[serde(default)]
    pub chains: Vec<String>,
    /// Canonical names of middleware that answers OPTIONS requests on every path.
    #[serde(default)]
    pub preflights: Vec<String>,
    /// Methods that make the application listen.
    #[serde(default)]
    pub listens: Vec<String>,
    /// Methods that declare what a gateway cannot serve.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// Canonical names of what takes the application as its argument to serve it, and adds no route.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Canonical names of what may be mounted without answering a path of its own.
    #[serde(default)]
    pub middleware: Vec<String>,
}

/// How a framework writes parameters in paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathSyntax {
    /// `/users/{name}` and `/files/{path:path}`.
    Braces,
    /// `/users/:name` and `/files/*`.
    Colons,
}

/// A client of a data store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persist {
    /// What the code expects of the store. `secret` counts for directives with `secret = true` only, and no other kind does.
    pub kind: StoreKind,
    /// How the client is connected.
    pub wiring: Wiring,
    /// Arguments that the wiring cannot stand in for.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// Methods that only read.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Methods that only add or change.
    #[serde(default)]
    pub writes: Vec<String>,
    /// Methods that find out what there is.
    #[serde(default)]
    pub lists: Vec<String>,
    /// Methods that take data away.
    #[serde(default)]
    pub deletes: Vec<String>,
    /// Methods that do nothing to the data.
    #[serde(default)]
    pub neutral: Vec<String>,
    /// Methods that the backing cannot serve, each with what to use instead.
    #[serde(default)]
    pub unsupported: IndexMap<String, String>,
    /// Whether a method in none of these lists is one that the backing cannot serve; otherwise it counts as all of them.
    #[serde(default)]
    pub closed: bool,
    /// For files: what is made of the object, which is followed through the code.
    #[serde(default)]
    pub files: Option<Files>,
}

/// How code gets from what is annotated to files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Whether the stanza counts for directives with `secret = true`, too.
    #[serde(default)]
    pub or_secret: bool,
    /// The method that calling the annotated thing itself is; absent where it is no function.
    #[serde(default)]
    pub called_as: Option<String>,
    /// Methods that open a file, each with the position of its mode, from 0.
    pub opens: IndexMap<String, usize>,
    /// Methods that open or read the file which their first argument names.
    #[serde(default)]
    pub by_path: Vec<String>,
    /// Methods and attributes whose value is of the store as well.
    #[serde(default)]
    pub makes: Vec<String>,
    /// Methods whose value is several such things.
    #[serde(default)]
    pub yields: Vec<String>,
    /// What an open file of the store does not have, each with what to use instead.
    #[serde(default)]
    pub unsupported: IndexMap<String, String>,
    /// Canonical names of functions that would look for a local file where they are given a path of the store, each with what to
    /// use instead. A name may end in `.*`.
    #[serde(default)]
    pub elsewhere: IndexMap<String, String>,
    /// Canonical names of functions that ask nothing of a path.
    #[serde(default)]
    pub harmless: Vec<String>,
}

/// What reads a value of the process's environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the value is replaced.
    pub wiring: Wiring,
    /// How it is replaced where it is a secret.
    pub secret_wiring: Wiring,
}

/// An event emitter.
#[derive(Debug, Clone, Deserialize)]
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
