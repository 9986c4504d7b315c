//! What the application asks for, as plain data: units, constructs, and who uses what. Knows no cloud and no syntax tree.

mod access;
mod construct;
mod gateway;
mod id;
mod origin;
mod packages;
mod route;
mod unit;

use indexmap::IndexMap;
use serde::Serialize;

pub use access::{Access, ConstructRef, Operation};
pub use construct::{
    Client, Cron, ItemCalls, OwnModule, Parameter, Schedule, Site, Store, StoreClient, StoreKind, Topic, TopicEmitter,
    When, Wiring,
};
pub use gateway::{Backend, Gateway, Listens, Visibility, WebApplication, WebInterface};
pub use id::{Id, InvalidId};
pub use origin::{Capability, Origin, SourceLine};
pub use packages::{Generated, Kept, PackageManager, Packages, QUIET, Replaced};
pub use route::{Method, Route, RoutePath, RouteSegment};
pub use unit::{Migration, Unit, UnitOrigin};

/// The whole application as the code describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Application {
    /// The deployable slices.
    pub units: IndexMap<Id, Unit>,
    /// Web applications exposed over HTTP.
    pub gateways: IndexMap<Id, Gateway>,
    /// Data that outlives a process.
    pub stores: IndexMap<Id, Store>,
    /// Events that cross units.
    pub topics: IndexMap<Id, Topic>,
    /// Values that are set where the application runs.
    pub parameters: IndexMap<Id, Parameter>,
    /// Functions that run at certain times.
    pub schedules: IndexMap<Id, Schedule>,
    /// Web sites made of files.
    pub sites: IndexMap<Id, Site>,
    /// Who uses what; sorted by unit, then construct. The source of every IAM action and firewall rule.
    pub accesses: Vec<Access>,
}
