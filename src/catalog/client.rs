use indexmap::IndexMap;
use serde::Deserialize;

use super::{Expose, Generated, KeptPackage};
use crate::app::{Capability, Operation, StoreKind, Wiring};

/// A file of `annotations/clients/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    client: Vec<Client>,
    /// What methods do, for stanzas of one library that have them in common.
    #[serde(default)]
    pub(super) methods: IndexMap<String, Methods>,
    /// What is not bundled, but kept whole.
    #[serde(default)]
    kept: Vec<KeptPackage>,
}

/// What the methods of a client do to the data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Methods {
    reads: Vec<String>,
    writes: Vec<String>,
    lists: Vec<String>,
    deletes: Vec<String>,
    neutral: Vec<String>,
}

impl File {
    /// Stanzas, and the lists of methods that they can name.
    pub(super) fn of(client: Vec<Client>, methods: IndexMap<String, Methods>) -> Self {
        Self { client, methods, kept: Vec::new() }
    }

    /// The stanzas, each with the methods that it refers to; fails with a name that nothing has.
    pub(super) fn into_parts(self) -> Result<(Vec<Client>, Vec<KeptPackage>), String> {
        let Self { mut client, methods, kept } = self;
        for one in &mut client {
            let Use::Persist(facts) = &mut one.used_for else { continue };
            let Some(name) = &facts.methods else { continue };
            let Some(common) = methods.get(name).cloned() else { return Err(format!("no `methods.{name}`")) };
            facts.reads.extend(common.reads);
            facts.writes.extend(common.writes);
            facts.lists.extend(common.lists);
            facts.deletes.extend(common.deletes);
            facts.neutral.extend(common.neutral);
        }
        Ok((client, kept))
    }
}

/// A library that applications already use.
#[derive(Debug, Deserialize)]
pub struct Client {
    /// Its name as people say it.
    pub library: String,
    /// The canonical names of what the annotated statement uses: `redis.Redis` for what is called, `builtins.open` for a name of
    /// the language's own, `os.environ[]` for an item, `{}` for a literal, `DATABASE_URI=` for a value that is given that name
    /// (by assignment, as an item or as an argument), `import aiofiles` for an import of that module, and
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
        Some(Self {
            library: self.library.clone(),
            symbols: self.symbols.clone(),
            names: self.names.clone(),
            when: self.when.clone(),
            hints: self.hints.clone(),
            used_for: Use::Persist(facts),
        })
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
    /// The canonical names that it may be.
    #[serde(default)]
    pub is: Vec<String>,
    /// What it may start with, where it is a text.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Whether it may be absent.
    #[serde(default)]
    pub or_absent: bool,
}

/// What a library is for, with the facts that inferring needs.
#[derive(Debug, Deserialize)]
#[serde(tag = "capability", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "there is one for each library, read once")]
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

/// A client of a data store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persist {
    /// What the code expects of the store. `secret` counts for directives with `secret = true` only, and no other kind does.
    pub kind: StoreKind,
    /// How the client is connected.
    pub wiring: Wiring,
    /// The function of the shim that brings the store's data into the form that new code expects, with its module below the
    /// shim's package.
    #[serde(default)]
    pub migration: Option<String>,
    /// The names of Django's database backends, without the packages that they are in, that the backing can stand in for.
    #[serde(default)]
    pub engines: Vec<String>,
    /// Arguments that the wiring cannot stand in for.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// The argument that names the database by a URL.
    #[serde(default)]
    pub url: Option<Url>,
    /// The option that names the kind of database by a plain text.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// Texts in the code that only the database on the user's own machine understands, each with what to use instead.
    #[serde(default)]
    pub local_only: IndexMap<String, String>,
    /// For a client that is made from a schema in the project.
    #[serde(default)]
    pub generated: Option<Box<Generated>>,
    /// Packages that speak to the backing. A bundle has one copy of each, for the application, its libraries and the runtime.
    #[serde(default)]
    pub drivers: Vec<String>,
    /// The name of a list of methods that count beside those named here.
    #[serde(default)]
    pub methods: Option<String>,
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
    /// What making the object does already.
    #[serde(default)]
    pub making: Vec<DataOperation>,
    /// Arguments that the backing takes with one value only, as it is written.
    #[serde(default)]
    pub only: IndexMap<String, String>,
    /// The meaning of `object[key]`, where the object is a mapping of the language's own.
    #[serde(default)]
    pub items: Option<Items>,
    /// For JavaScript's own `Map`: what answers a promise where the data is kept outside of the process.
    #[serde(default)]
    pub awaited: Option<Awaited>,
    /// For files: what is made of the object, which is followed through the code.
    #[serde(default)]
    pub files: Option<Files>,
}

/// An object of JavaScript's own whose methods answer at once, and which is stood in for by one whose methods answer promises:
/// each use has to wait for them, which code may do with plain values as well.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Awaited {
    /// What is read as a property, and not called.
    pub properties: Vec<String>,
    /// Methods whose answer a loop can go through: `for await (const value of sessions.values())`.
    pub iterators: Vec<String>,
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
    /// The mode of those of them that do not read where none is given.
    #[serde(default)]
    pub modes: IndexMap<String, String>,
    /// How the names of functions end that do not let others work while they wait.
    #[serde(default)]
    pub synchronous_ending: Option<String>,
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

/// What code does with a mapping of the language's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// The number of arguments before those that are its first entries. It belongs to the module: a function makes a new one in
    /// every call.
    pub entries_from: usize,
    /// What reading an item does.
    pub reading: Vec<DataOperation>,
    /// Methods whose result is an item's value.
    pub values: Vec<String>,
    /// Methods of such values that change them in place, which the store does not see.
    pub changes: Vec<String>,
}

/// An operation on data, as the catalog names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataOperation {
    /// Reads data.
    Read,
    /// Adds or changes data.
    Write,
    /// Finds out what there is.
    List,
    /// Takes data away.
    Delete,
}

impl DataOperation {
    /// The same in the application.
    #[must_use]
    pub const fn operation(self) -> Operation {
        match self {
            Self::Read => Operation::Read,
            Self::Write => Operation::Write,
            Self::List => Operation::List,
            Self::Delete => Operation::Delete,
        }
    }
}

/// An argument that is a URL.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Url {
    /// Its keyword.
    pub keyword: String,
    /// Its position where it stands without the keyword, from 0.
    pub position: usize,
    /// The schemes that the backing can stand in for, without what follows a `+`.
    pub schemes: Vec<String>,
}

/// An option that names a kind of database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// Its name.
    pub keyword: String,
    /// The values that the backing can stand in for.
    pub known: Vec<String>,
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
    /// Methods that cannot keep their meaning across processes, each with what to do instead. One that subscribes is among
    /// `subscribes`, too.
    #[serde(default)]
    pub unsupported: IndexMap<String, String>,
    /// Whether the object is one event by itself, named by the first argument of what makes it, or without one by the
    /// directive. Its methods then name none, and the first argument of what publishes is the sender, a text or nothing.
    #[serde(default)]
    pub is_signal: bool,
    /// Canonical names of what gives the same object to everybody who names it.
    #[serde(default)]
    pub named: Vec<String>,
}
