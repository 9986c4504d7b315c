//! The adaptive matrix: which backing can serve units on which compute. [`plan`](super::plan) asks the same functions that
//! the printed table is made of.

use std::fmt::{self, Write as _};

use crate::app::{Application, ConstructRef, Id, Origin, Store, StoreKind};
use crate::config::{
    Compute, ExposeBacking, FsBacking, KvBacking, OrmBacking, PubsubBacking, RedisClusterBacking, RedisNodeBacking,
    ScheduleBacking, SecretBacking, Setting, Settings,
};
use crate::diag::{Code, Diagnostic, Diagnostics};

/// Whether a backing can serve a unit on a compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It can.
    Legal,
    /// It cannot, for this reason: a clause that follows "because".
    Illegal(&'static str),
}

/// A backing, and what it can serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The table of settings that chooses it, such as `persist.kv`.
    pub table: &'static str,
    /// Its word there.
    pub backing: String,
    /// A cell for each compute, in the order of [`Compute::ALL`].
    pub cells: [Cell; 3],
}

const fn expose(backing: ExposeBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (ExposeBacking::HttpApi | ExposeBacking::Alb, Compute::Lambda | Compute::Eks | Compute::Ecs)
        | (ExposeBacking::RestApi, Compute::Lambda) => Cell::Legal,
        (ExposeBacking::RestApi, Compute::Eks | Compute::Ecs) => Cell::Illegal(
            "a REST API reaches into a private network over a Network Load Balancer alone, which tells no path and checks no header",
        ),
    }
}

const fn kv(backing: KvBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (KvBacking::Dynamodb | KvBacking::Elasticache, Compute::Lambda | Compute::Eks | Compute::Ecs) => Cell::Legal,
    }
}

const fn fs(backing: FsBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (FsBacking::S3 | FsBacking::Efs, Compute::Lambda | Compute::Eks | Compute::Ecs) => Cell::Legal,
    }
}

const fn secret(backing: SecretBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (
            SecretBacking::SecretsManager | SecretBacking::ParameterStore,
            Compute::Lambda | Compute::Eks | Compute::Ecs,
        ) => Cell::Legal,
    }
}

const fn orm(backing: OrmBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (OrmBacking::RdsPostgres | OrmBacking::AuroraPostgres, Compute::Lambda | Compute::Eks | Compute::Ecs) => {
            Cell::Legal
        }
    }
}

const fn redis_node(backing: RedisNodeBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (
            RedisNodeBacking::Elasticache | RedisNodeBacking::ElasticacheServerless | RedisNodeBacking::Memorydb,
            Compute::Lambda | Compute::Eks | Compute::Ecs,
        ) => Cell::Legal,
    }
}

const fn redis_cluster(backing: RedisClusterBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (
            RedisClusterBacking::Elasticache | RedisClusterBacking::Memorydb,
            Compute::Lambda | Compute::Eks | Compute::Ecs,
        ) => Cell::Legal,
    }
}

const fn pubsub(backing: PubsubBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (PubsubBacking::Sns | PubsubBacking::Eventbridge, Compute::Lambda | Compute::Eks | Compute::Ecs) => Cell::Legal,
    }
}

const fn schedule(backing: ScheduleBacking, compute: Compute) -> Cell {
    match (backing, compute) {
        (ScheduleBacking::Fitting, Compute::Lambda | Compute::Eks | Compute::Ecs)
        | (ScheduleBacking::Scheduler, Compute::Lambda | Compute::Ecs)
        | (ScheduleBacking::Cronjob, Compute::Eks) => Cell::Legal,
        (ScheduleBacking::Scheduler, Compute::Eks) => Cell::Illegal("EventBridge Scheduler cannot start a pod"),
        (ScheduleBacking::Cronjob, Compute::Lambda | Compute::Ecs) => {
            Cell::Illegal("a CronJob runs on a Kubernetes cluster only")
        }
    }
}

/// A kind of construct: where its backing is chosen, what there is to choose from, and what that can serve.
struct Kind<T: 'static> {
    table: &'static str,
    backings: &'static [T],
    cell: fn(T, Compute) -> Cell,
}

const EXPOSE: Kind<ExposeBacking> = Kind { table: "expose", backings: ExposeBacking::ALL, cell: expose };
const REDIS_NODE: Kind<RedisNodeBacking> =
    Kind { table: "persist.redis_node", backings: RedisNodeBacking::ALL, cell: redis_node };
const ORM: Kind<OrmBacking> = Kind { table: "persist.orm", backings: OrmBacking::ALL, cell: orm };
const REDIS_CLUSTER: Kind<RedisClusterBacking> =
    Kind { table: "persist.redis_cluster", backings: RedisClusterBacking::ALL, cell: redis_cluster };
const KV: Kind<KvBacking> = Kind { table: "persist.kv", backings: KvBacking::ALL, cell: kv };
const FS: Kind<FsBacking> = Kind { table: "persist.fs", backings: FsBacking::ALL, cell: fs };
const SECRET: Kind<SecretBacking> = Kind { table: "persist.secret", backings: SecretBacking::ALL, cell: secret };
const PUBSUB: Kind<PubsubBacking> = Kind { table: "pubsub", backings: PubsubBacking::ALL, cell: pubsub };
/// Without [`ScheduleBacking::Fitting`], which stands for one of these.
const SCHEDULE: Kind<ScheduleBacking> =
    Kind { table: "schedule", backings: &[ScheduleBacking::Scheduler, ScheduleBacking::Cronjob], cell: schedule };

impl<T: Copy + fmt::Display> Kind<T> {
    fn rows(&self) -> impl Iterator<Item = Row> {
        self.backings.iter().map(|&backing| Row {
            table: self.table,
            backing: backing.to_string(),
            cells: Compute::ALL.map(|compute| (self.cell)(backing, compute)),
        })
    }
}

/// Every backing of every kind, in the order of the built-in defaults.
#[must_use]
pub fn matrix() -> Vec<Row> {
    let stores = REDIS_NODE.rows().chain(ORM.rows()).chain(REDIS_CLUSTER.rows()).chain(KV.rows());
    let stores = stores.chain(FS.rows()).chain(SECRET.rows());
    EXPOSE.rows().chain(stores).chain(PUBSUB.rows()).chain(SCHEDULE.rows()).collect()
}

/// The matrix as a table in Markdown, with the reasons below it.
#[must_use]
pub fn matrix_table() -> String {
    let mut text = String::from("| Setting | Backing |");
    let mut reasons: Vec<String> = Vec::new();
    for compute in Compute::ALL {
        _ = write!(text, " {compute} |");
    }
    text.push_str("\n| --- | --- |");
    text.push_str(&" --- |".repeat(Compute::ALL.len()));
    text.push('\n');
    for Row { table, backing, cells } in matrix() {
        _ = write!(text, "| `{table}.backing` | `{backing}` |");
        for (cell, compute) in cells.iter().zip(Compute::ALL) {
            match cell {
                Cell::Legal => text.push_str(" yes |"),
                Cell::Illegal(reason) => {
                    text.push_str(" no |");
                    reasons.push(format!("- `{backing}` and {compute}: {reason}."));
                }
            }
        }
        text.push('\n');
    }
    if !reasons.is_empty() {
        _ = write!(text, "\n{}\n", reasons.join("\n"));
    }
    text
}

/// Reports every construct whose backing cannot serve a unit that uses it.
pub(super) fn check(application: &Application, settings: &Settings, diagnostics: &mut Diagnostics) {
    let mut checker = Checker { application, settings, diagnostics };
    for gateway in application.gateways.values() {
        let units = gateway.backends.iter().map(|backend| &backend.unit);
        let backing = settings.gateways.get(&gateway.id).map(|it| &it.backing);
        checker.check(&gateway.origin, units, backing, &EXPOSE);
    }
    application.stores.values().for_each(|store| checker.store(store));
    for topic in application.topics.values() {
        let units = checker.users(&ConstructRef::Topic(topic.id.clone()));
        let backing = settings.topics.get(&topic.id).map(|it| &it.backing);
        checker.check(&topic.origin, units.into_iter(), backing, &PUBSUB);
    }
    for schedule in application.schedules.values() {
        let backing = settings.schedules.get(&schedule.id).map(|it| &it.backing);
        checker.check(&schedule.origin, std::iter::once(&schedule.unit), backing, &SCHEDULE);
    }
}

struct Checker<'a> {
    application: &'a Application,
    settings: &'a Settings,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Checker<'a> {
    /// The units that use a construct.
    fn users(&self, construct: &ConstructRef) -> Vec<&'a Id> {
        let own = self.application.accesses.iter().filter(|access| access.construct == *construct);
        own.map(|access| &access.unit).collect()
    }

    fn store(&mut self, store: &Store) {
        let (id, origin, settings) = (&store.id, &store.origin, self.settings);
        let units = self.users(&ConstructRef::Store(id.clone())).into_iter();
        match store.kind {
            StoreKind::Kv => self.check(origin, units, settings.kv.get(id).map(|it| &it.backing), &KV),
            StoreKind::Fs => self.check(origin, units, settings.file_stores.get(id).map(|it| &it.backing), &FS),
            StoreKind::Secret => self.check(origin, units, settings.secrets.get(id).map(|it| &it.backing), &SECRET),
            StoreKind::Orm => self.check(origin, units, settings.databases.get(id).map(|it| &it.backing), &ORM),
            StoreKind::RedisNode => {
                self.check(origin, units, settings.redis_nodes.get(id).map(|it| &it.backing), &REDIS_NODE);
            }
            StoreKind::RedisCluster => {
                self.check(origin, units, settings.redis_clusters.get(id).map(|it| &it.backing), &REDIS_CLUSTER);
            }
        }
    }

    fn check<'u, T: Copy + fmt::Display>(
        &mut self,
        origin: &Origin,
        units: impl Iterator<Item = &'u Id>,
        backing: Option<&Setting<T>>,
        kind: &Kind<T>,
    ) {
        let Some(backing) = backing else { return };
        for unit in units {
            let Some(compute) = self.settings.units.get(unit).map(|unit| unit.compute.value) else { continue };
            let Cell::Illegal(reason) = (kind.cell)(backing.value, compute) else { continue };
            let legal = kind.backings.iter().filter(|&&one| (kind.cell)(one, compute) == Cell::Legal);
            let legal: Vec<_> = legal.map(|one| format!("`{one}`")).collect();
            let message = format!(
                "`{}` is `{}`, which cannot serve unit `{unit}` on {compute}: {reason}",
                backing.key, backing.value
            );
            self.diagnostics.push(
                Diagnostic::new(Code::BackingNotServed, message)
                    .at(origin.span.clone(), format!("the backing is from {}", backing.origin.in_sentence()))
                    .help(format!("on {compute}: {}; `inferra matrix` prints them all", legal.join(", "))),
            );
            return;
        }
    }
}
