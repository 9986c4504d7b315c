//! Settings: built-in defaults, the application's `inferra.toml`, the command line; later ones win, value by value.
//!
//! A [`layer`] is what somebody wrote; [`schema`] says what is allowed; [`Settings`] is what was accepted, each value with
//! the [`Origin`] that it came from.

mod choices;
mod ipv4;
mod layer;
mod resolve;
mod schema;
mod settings;
mod target;
mod value;

pub use choices::{
    Architecture, Engine, NatGateways, Nodes, NotFoundPage, OnDestroy, Package, Switch, TypescriptCompiler, Zones,
};
pub use ipv4::Network;
pub use resolve::{Sources, resolve};
pub use settings::{
    DatabaseSettings, EksSettings, FileStoreSettings, GatewaySettings, KvSettings, NetworkSettings, Origin,
    PubsubSettings, RedisSettings, ScheduleSettings, SecretSettings, Setting, SettingUse, Settings, SiteSettings,
    UnitSettings,
};
pub use target::{Compute, Target, UnknownTarget};

/// The file of built-in defaults, commented for people.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// The name of the application's own file of settings, in its root.
pub const FILE_NAME: &str = "inferra.toml";
