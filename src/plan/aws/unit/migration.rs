//! What brings a database into the form that new code expects, before that code takes requests.

use super::super::Draft;
use crate::app::{Migration, Unit};
use crate::config::{Compute, Package};
use crate::plan::naming::label;
use crate::plan::{Concern, Output, PlannedMigration, Provenance};
use crate::resource::{EcsTaskDefinition, LambdaFunction, LambdaInvocation, LogGroup};
use crate::terraform::Address;

/// Seconds that Lambda gives a function at most: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>.
const LONGEST_S: u32 = 900;

impl Draft<'_> {
    /// What is said of the unit's migration, where there is one.
    pub(super) fn planned_migration(unit: &Unit) -> Option<PlannedMigration> {
        let migration = unit.migration.as_ref()?;
        Some(PlannedMigration { origin: migration.origin.clone(), store: migration.store.clone(), job: Migration::JOB })
    }

    /// The log of the function that migrates.
    pub(super) fn migration_logs(&mut self, unit: &Unit) -> Option<Address> {
        let (migration, settings) = (unit.migration.as_ref()?, self.settings.units.get(&unit.id)?);
        let logs = LogGroup {
            name: self.names.migration_log_group(&unit.id),
            retention_days: settings.log_retention_days.value,
        };
        let why = Provenance::new([&migration.origin], "What the migrations print.").with(&settings.log_retention_days);
        Some(self.graph.add(&Concern::Unit(unit.id.clone()), &format!("unit_{}", migration_label(unit)), logs, why))
    }

    /// The unit's function once more, with all the time that Lambda gives, to run its migrations.
    pub(super) fn migration_function(&mut self, unit: &Unit, own: &LambdaFunction, logs: Address) {
        let Some(migration) = &unit.migration else { return };
        let function = LambdaFunction {
            function_name: self.names.migration_function(&unit.id),
            description: format!("Migrations of unit {} of {}", unit.id, self.settings.name.value),
            timeout_s: LONGEST_S,
            log_group: logs,
            after: None,
            ..own.clone()
        };
        let why = format!(
            "Runs the migrations of {}: the unit's own code and rights, and more time than a request has.",
            migration.store
        );
        let why = Provenance::new([&migration.origin], why);
        self.graph.add(&Concern::Unit(unit.id.clone()), &migration_label(unit), function, why);
    }

    /// The calls of those functions, after everything that they need in the network.
    pub(in super::super) fn migrations(&mut self) {
        for unit in self.application.units.values() {
            let Some(migration) = unit.migration.as_ref().filter(|_| self.compute(&unit.id) == Compute::Lambda) else {
                continue;
            };
            let name = migration_label(unit);
            let function = Address::new(crate::terraform::Mode::Managed, "aws_lambda_function", &name);
            let mut needs = self.rules_of(unit);
            let endpoints = self.graph.iter().map(|(address, _)| address);
            needs.extend(endpoints.filter(|address| address.kind() == "aws_vpc_endpoint").cloned());
            // A cluster has an address before it has a server.
            let (store, kept) = (Concern::Store(migration.store.clone()), self.graph.iter());
            let servers =
                kept.filter(|(address, it)| address.kind() == "aws_rds_cluster_instance" && it.concern == store);
            needs.extend(servers.map(|(address, _)| address.clone()));
            let package = self.settings.units.get(&unit.id).map(|settings| settings.package.value);
            let code = match package {
                Some(Package::Image) => "image_uri",
                Some(Package::Zip) | None => "source_code_hash",
            };
            let invocation = LambdaInvocation { function, code, job: Migration::JOB, needs };
            let why = "Migrates whenever the code is another, before the unit's function runs that code.";
            let why = Provenance::new([&migration.origin], why);
            self.graph.add(&Concern::Unit(unit.id.clone()), &name, invocation, why);
        }
    }

    /// On ECS nothing of Terraform's runs a task once: the command for a person or a pipeline.
    pub(in super::super) fn migration_command(&mut self, unit: &Unit, cluster: &Address, task: &Address) {
        let (Some(migration), Some(network)) = (&unit.migration, self.network.as_ref()) else { return };
        let Some(group) = network.unit_groups.get(&unit.id) else { return };
        let words = ["python", "inferra_entry.py", "job", Migration::JOB];
        let output = Output {
            description: format!("Migrates {}: run it after each `terraform apply` with new code.", migration.store),
            value: EcsTaskDefinition::run_once(task, cluster, &network.subnets, group, &words),
            origins: vec![migration.origin.clone()],
        };
        self.outputs.insert(format!("{}_command", migration_label(unit)), output);
    }
}

/// The part of names in Terraform that is the migrations'. An id may end the same way: names of one kind that meet are an error.
pub(super) fn migration_label(unit: &Unit) -> String {
    format!("{}_migrate", label(&unit.id))
}
