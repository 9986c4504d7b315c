//! Settings: built-in defaults, the files of a platform team, the application's `inferra.toml`, what these say of the
//! environment, the command line; later ones win, value by value.
//!
//! A [`Document`] is a file of settings and a [`layer`] what somebody wrote in it; [`schema`] says what is allowed;
//! [`Settings`] is what was accepted, each value with the [`Origin`] that it came from. A table is merged key by key; a
//! list is one value, and replaces the one below it whole.

mod choices;
mod days;
mod document;
mod existing;
mod extra;
mod forms;
mod ids;
mod ipv4;
mod json_schema;
mod layer;
mod literal;
mod report;
mod resolve;
mod schema;
mod settings;
mod target;
mod value;

pub use choices::{
    ApiEndpoint, Architecture, Endpoints, Engine, ExposeBacking, FsBacking, KvBacking, LogRole, MinimumTls,
    NatGateways, Nodes, NotFoundPage, OnDestroy, OrmBacking, Package, PodIdentity, PubsubBacking, RedisClusterBacking,
    RedisNodeBacking, ScheduleBacking, SecretBacking, StateBackend, StateLock, Switch, Throughput, TypescriptCompiler,
    WebProtocol, Zones,
};
pub use document::{Attachment, Document, environments, gather};
pub use existing::{Adoptable, Named, region_of};
pub use extra::{Extra, Place};
pub use ipv4::Network;
pub use json_schema::schema;
pub use literal::Literal;
pub use report::{differing, report};
pub use resolve::{Resolved, Sources, resolve};
pub use settings::{
    Adoption, AlbSettings, AuroraSettings, DatabaseAdoption, DatabaseSettings, EksSettings, Entry, EventbridgeSettings,
    FileStoreSettings, FileSystemSettings, GatewaySettings, KvSettings, NetworkAdoption, NetworkSettings, Origin,
    PubsubSettings, RedisClusterSettings, RedisNodeSettings, RedisSettings, RestApiSettings, ScheduleSettings,
    SecretSettings, SecretStoreSettings, ServerlessCacheSettings, Setting, SettingUse, Settings, SiteSettings,
    StateSettings, Texts, TopicSettings, UnitSettings,
};
pub use target::{Compute, Target, UnknownTarget};

/// The file of built-in defaults, commented for people.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// The name of the application's own file of settings, in its root.
pub const FILE_NAME: &str = "inferra.toml";
