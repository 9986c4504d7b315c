//! From a plan to what its chart says.

use std::collections::BTreeMap;

use super::{
    Architecture, Chart, Egress, FileSystem, Listens, Migration, Mount, Nodes, Peer, Replicas, Schedule, Unit, Value,
};
use crate::app::{Capability, ConstructRef, Id};
use crate::config;
use crate::plan::naming::{binding_prefix, kubernetes_name, kubernetes_namespace, slug};
use crate::plan::{
    BindingValue, Plan, PlannedContainer, PlannedKubernetes, PlannedMigration, PlannedMount, PlannedUnit, Runs, Subject,
};

/// What is generated anew with every compile has no history of its own: what runs is told apart by the images' tag.
const VERSION: &str = "0.1.0";

/// The seconds between the moment when a pod is taken out of its load balancer and the one when it is told to stop. It takes
/// a load balancer some seconds to hear of it:
/// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/>.
const PRE_STOP_S: u32 = 15;

impl Chart {
    /// The chart of the units on Kubernetes; `None` where there is none.
    #[must_use]
    pub fn of(plan: &Plan) -> Option<Self> {
        let kubernetes = plan.kubernetes.as_ref()?;
        let units = plan.units.iter().filter_map(|(id, unit)| match &unit.runs {
            Runs::Eks(container) => Some((slug(id), self::unit(plan, id, unit, container))),
            Runs::Lambda(_) | Runs::Ecs(_) => None,
        });
        Some(Self {
            application: plan.application.clone(),
            title: plan.title(),
            name: kubernetes_namespace(&plan.application),
            version: VERSION.to_owned(),
            nodes: match kubernetes.nodes {
                config::Nodes::Managed => Nodes::Managed,
                config::Nodes::Fargate => Nodes::Fargate,
            },
            files: files(plan, kubernetes),
            units: units.collect(),
        })
    }
}

fn unit(plan: &Plan, id: &Id, unit: &PlannedUnit, container: &PlannedContainer) -> Unit {
    let exposed = plan.gateways.values().flat_map(|gateway| gateway.routes.values()).any(|route| route.unit == *id);
    let listens = match container.port {
        Some(port) if exposed => Listens::Gateway(port),
        Some(port) => Listens::Inside(port),
        None => Listens::Nowhere,
    };
    Unit {
        name: container.workload.clone(),
        prefix: binding_prefix(Capability::ExecutionUnit, id),
        comments: vec![unit.origin.to_string()],
        architecture: match unit.architecture {
            config::Architecture::Arm64 => Architecture::Arm64,
            config::Architecture::X86 => Architecture::Amd64,
        },
        listens,
        health_port: container.health_port,
        replicas: Replicas {
            min: container.min_replicas,
            max: container.max_replicas,
            cpu_percent: container.cpu_target_percent,
        },
        cpu: format!("{}m", container.cpu_units * 1000 / 1024),
        memory: format!("{}Mi", container.memory_mb),
        grace_seconds: container.grace_s,
        pre_stop_seconds: if listens.port().is_some() { PRE_STOP_S } else { 0 },
        environment: environment(plan, id),
        egress: egress(plan, id, container),
        mounts: container.mounts.iter().map(mount).collect(),
        schedules: schedules(plan, id),
        migration: unit.migration.as_ref().map(migration),
    }
}

fn files(plan: &Plan, kubernetes: &PlannedKubernetes) -> BTreeMap<String, FileSystem> {
    let origins = |store: &Id| plan.stores.get(store).map(|store| store.origin.to_string());
    let named = kubernetes.files.iter();
    named.map(|(name, store)| (name.clone(), FileSystem { comments: origins(store).into_iter().collect() })).collect()
}

fn migration(planned: &PlannedMigration) -> Migration {
    Migration {
        command: ["python", "inferra_entry.py", "job", planned.job].map(str::to_owned).into(),
        comments: vec![planned.origin.to_string()],
    }
}

/// What the unit is told of what it uses. What it is told of itself the chart makes of its own values.
fn environment(plan: &Plan, id: &Id) -> BTreeMap<String, Value> {
    let bindings = plan.bindings.get(id).into_iter().flatten();
    let used = bindings.filter(|(_, binding)| match binding.subject {
        Subject::Unit(_) => false,
        Subject::Gateway(_) | Subject::Construct(_) => true,
    });
    used.map(|(name, binding)| {
        let value = match &binding.value {
            BindingValue::Text(text) => Value::Text(text.to_string()),
            BindingValue::Reference(_) | BindingValue::Events(_) => Value::FromTerraform,
        };
        (name.clone(), value)
    })
    .collect()
}

fn mount(mount: &PlannedMount) -> Mount {
    Mount { files: mount.volume.clone(), path: mount.path.clone(), read_only: mount.read_only }
}

/// What runs at certain times.
fn schedules(plan: &Plan, id: &Id) -> BTreeMap<String, Schedule> {
    let own = plan.schedules.iter().filter(|(_, schedule)| schedule.unit == *id);
    own.map(|(id, schedule)| {
        let planned = Schedule {
            cron: schedule.when.clone(),
            command: schedule.command.clone(),
            retries: schedule.max_retries,
            max_delay_seconds: schedule.max_delay_s,
            comments: vec![schedule.origin.to_string()],
        };
        (kubernetes_name(id), planned)
    })
    .collect()
}

/// The ways to the unit's stores.
fn egress(plan: &Plan, id: &Id, container: &PlannedContainer) -> Vec<Egress> {
    let stores =
        plan.accesses.iter().filter(|access| access.unit == *id).filter_map(|access| match &access.construct {
            ConstructRef::Store(store) => plan.stores.get(store),
            ConstructRef::Topic(_) | ConstructRef::Parameter(_) => None,
        });
    let comments: Vec<_> = stores.map(|store| store.origin.to_string()).collect();
    let ports = container.connects_to.iter();
    ports.map(|port| Egress { port: *port, to: Peer::Vpc, comments: comments.clone() }).collect()
}
