//! What all containers have, whatever runs them.

mod balancer;
mod image;
mod place;

use std::collections::BTreeSet;

use super::Draft;
use super::store::{Mount, port};
use crate::app::Unit;
use crate::diag::Diagnostics;
use crate::plan::{PlannedContainer, naming};
use crate::source::Language;

pub(super) use balancer::Balanced;

impl Draft<'_> {
    /// The load balancers of the units behind gateways, and the connections that they open to them.
    pub(super) fn load_balancers(&mut self) {
        for gateway in self.application.gateways.values() {
            self.load_balancer(gateway);
        }
    }

    /// The unit as a container: its repository of images, its environment, its queue and its way out. The rest is up to what
    /// runs it.
    pub(super) fn container(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        let settings = self.settings.units.get(&unit.id)?;
        self.check_port(unit, diagnostics);
        let repository = self.repository(unit);
        self.way_out(unit);
        self.queue(unit);
        let place = self.place(unit);
        self.bind_place(unit, &place);
        let base_image = match unit.language {
            Language::Python => &settings.python_image,
            Language::TypeScript => &settings.node_image,
        };
        let used = self.accesses.connections.iter().filter(|access| *access.unit == unit.id);
        // What is mounted is connected to by whatever mounts it, and not by the container.
        let used = used.filter(|access| !self.file_systems.contains_key(access.construct));
        let stores = used.filter_map(|access| self.application.stores.get(access.construct));
        let stands = self.stands(unit);
        let ports: BTreeSet<u16> = stores.filter_map(|store| port(store, self.settings)).collect();
        Some(PlannedContainer {
            workload: naming::kubernetes_name(&unit.id),
            base_image: base_image.value.clone(),
            repository,
            port: place.port,
            health_port: place.health_port,
            cpu_units: settings.cpu_units.value,
            memory_mb: settings.memory_mb.value,
            min_replicas: if stands { settings.min_replicas.value } else { 0 },
            max_replicas: if stands { settings.max_replicas.value } else { 0 },
            cpu_target_percent: settings.cpu_target_percent.value,
            grace_s: place.grace_s,
            connects_to: ports.into_iter().collect(),
            mounts: self.mounts(&unit.id).iter().map(Mount::planned).collect(),
        })
    }
}
