//! Units as services of ECS, on Fargate.

mod size;
mod task;

use super::Draft;
use crate::app::Unit;
use crate::config::Compute;
use crate::diag::Diagnostics;
use crate::plan::naming::{kubernetes_name, label};
use crate::plan::{Concern, Output, PlannedContainer, Provenance};
use crate::resource::{
    AppautoscalingPolicy, AppautoscalingTarget, CallerIdentity, EcsCluster, EcsClusterCapacityProviders, EcsService,
    EcsTargets, Region, ServiceDiscoveryNamespace, ServiceDiscoveryService,
};
use crate::terraform::Address;

/// Seconds after which Fargate ends a task that it has told to stop:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>.
const LONGEST_STOP_S: u32 = 120;
/// Seconds of those for what comes after the work in hand: to close, and to say so.
const CLOSING_S: u32 = 10;
/// Seconds that work in hand has at most.
pub(super) const LONGEST_GRACE_S: u32 = LONGEST_STOP_S - CLOSING_S;

/// What the services share.
#[derive(Clone)]
pub(super) struct Cluster {
    pub address: Address,
    /// What says that the cluster is on Fargate.
    providers: Address,
    /// The domain in which services find each other.
    namespace: Address,
    region: Address,
    account: Address,
}

impl Draft<'_> {
    /// The cluster, where a unit is on it.
    pub(super) fn ecs_cluster(&mut self) {
        let units: Vec<_> = self.units_on(Compute::Ecs).collect();
        let Some(network) = self.network.clone().filter(|_| !units.is_empty()) else { return };
        let because = |rule: &str| Provenance::new(units.iter().map(|unit| unit.origin.origin()), rule);
        let concern = Concern::Cluster;

        let cluster = EcsCluster { name: self.names.cluster() };
        let why =
            because("Groups the services. It is free by itself; the measurements that it keeps of them are billed.");
        let cluster = self.graph.add(&concern, "main", cluster, why);
        let providers = EcsClusterCapacityProviders { cluster: cluster.clone() };
        let why = because("Fargate: a machine of its own for each task, nobody's to keep.");
        let providers = self.graph.add(&concern, "main", providers, why);
        let namespace = ServiceDiscoveryNamespace {
            name: self.names.private_domain(),
            description: format!("Services of {}", self.settings.name.value),
            vpc: network.vpc,
        };
        let why = because("The names by which services can be found, inside the private network and nowhere else.");
        let namespace = self.graph.add(&concern, "main", namespace, why);
        let region = self.read(&concern, Region, because("Tasks are told where they are, and log there."));
        let account = self.read(&concern, CallerIdentity, because("Roles trust ECS on behalf of this account alone."));
        let output = Output {
            description: "The cluster of the services.".to_owned(),
            value: cluster.attribute("name").into(),
            origins: units.iter().map(|unit| unit.origin.origin().clone()).collect(),
        };
        self.outputs.insert("ecs_cluster".to_owned(), output);
        self.ecs = Some(Cluster { address: cluster, providers, namespace, region, account });
    }

    /// The unit as a service.
    pub(super) fn service(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        let (cluster, network) = (self.ecs.clone()?, self.network.clone()?);
        self.check_machine(unit, diagnostics);
        let mut planned = self.container(unit, diagnostics)?;
        planned.workload = self.names.service(&unit.id);
        let task = self.task(unit, &cluster, &planned)?;
        self.migration_command(unit, &cluster.address, &task.definition);
        if !self.stands(unit) {
            return Some(planned);
        }
        let settings = self.settings.units.get(&unit.id)?;
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));

        let registry = planned.port.map(|_| {
            let registry =
                ServiceDiscoveryService { name: kubernetes_name(&unit.id), namespace: cluster.namespace.clone() };
            self.graph.add(&concern, &name, registry, because("The unit's name in the private domain."))
        });
        let balanced = self.target_groups.get(&unit.id);
        let targets = balanced.zip(planned.port);
        let mut needs = vec![cluster.providers.clone()];
        needs.extend(task.rights);
        needs.extend(self.rules_of(unit));
        needs.extend(self.mounts(&unit.id).into_iter().flat_map(|mount| mount.file_system.targets));
        needs.extend(network.egress);
        needs.extend(balanced.map(|balanced| balanced.tie().clone()));
        let service = EcsService {
            name: planned.workload.clone(),
            cluster: cluster.address.clone(),
            task_definition: task.definition,
            tasks: planned.min_replicas,
            scales: planned.max_replicas > planned.min_replicas,
            subnets: network.subnets,
            security_group: network.unit_groups.get(&unit.id)?.clone(),
            load_balancer: targets.map(|(it, port)| EcsTargets { target_group: it.target_group.clone(), port }),
            registry,
            needs,
        };
        let why = because("Keeps the unit's tasks running, in private subnets and several zones.");
        let service = self.graph.add(&concern, &name, service, why.with(&settings.min_replicas));
        self.scaling(unit, &cluster, &planned, &service);
        Some(planned)
    }

    /// More tasks under load, where there may be more.
    fn scaling(&mut self, unit: &Unit, cluster: &Cluster, planned: &PlannedContainer, service: &Address) {
        let Some(settings) = self.settings.units.get(&unit.id) else { return };
        if planned.max_replicas <= planned.min_replicas {
            return;
        }
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let target = AppautoscalingTarget {
            cluster: cluster.address.clone(),
            service: service.clone(),
            min: planned.min_replicas,
            max: planned.max_replicas,
        };
        let why = because("The number of tasks follows the load within these bounds.");
        let why = why.with(&settings.min_replicas).with(&settings.max_replicas);
        let target = self.graph.add(&concern, &name, target, why);
        let policy =
            AppautoscalingPolicy { name: planned.workload.clone(), target, cpu_percent: planned.cpu_target_percent };
        let why = because("Adds tasks above this use of the CPU, and removes them below.");
        self.graph.add(&concern, &name, policy, why.with(&settings.cpu_target_percent));
    }
}
