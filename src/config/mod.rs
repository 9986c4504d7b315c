//! Settings: built-in defaults, the files of a platform team, the application's `inferra.toml`, what these say of the
//! environment, the command line; later ones win, value by value.
//!
//! A [`Document`] is a file of settings and a [`layer`] what somebody wrote in it; [`schema`] says what is allowed;
//! [`Settings`] is what was accepted, each value with the [`Origin`] that it came from. A table is merged key by key; a
//! list is one value, and replaces the one below it whole.

mod adoption;
mod choices;
mod days;
mod dependent;
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
mod setting;
mod settings;
mod tables;
mod target;
mod value;

pub use adoption::{Adoption, DatabaseAdoption, NetworkAdoption, Texts};
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
pub use setting::{Entry, Origin, Setting, SettingUse};
pub use settings::{
    AlbSettings, AuroraSettings, DatabaseSettings, EksSettings, EventbridgeSettings, FileStoreSettings,
    FileSystemSettings, GatewaySettings, KvSettings, NetworkSettings, PubsubSettings, RedisClusterSettings,
    RedisNodeSettings, RedisSettings, RestApiSettings, ScheduleSettings, SecretSettings, SecretStoreSettings,
    ServerlessCacheSettings, Settings, SiteSettings, StateSettings, TopicSettings, UnitSettings,
};
pub use target::{Compute, Target, UnknownTarget};

/// The file of built-in defaults, commented for people.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// The name of the application's own file of settings, in its root.
pub const FILE_NAME: &str = "inferra.toml";
