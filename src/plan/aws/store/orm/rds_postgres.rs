use super::super::Draft;
use super::{Database, Place, major};
use crate::config::{DatabaseSettings, Zones};
use crate::plan::naming::{database, label};
use crate::plan::{Backing, BindingValue, Concern, Provenance};
use crate::resource::{DbInstance, DbParameterGroup};

impl Draft<'_> {
    /// A server of RDS, with what is its alone.
    pub(super) fn rds_postgres(&mut self, place: &Place<'_>) -> Database {
        let Place { store, settings, group, .. } = place;
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, label) = (Concern::Store(store.id.clone()), label(&store.id));
        let name = self.names.database(&store.id);
        let subnets = self.database_subnets(place, &name);
        let version = major(&settings.engine_version.value);
        let parameters = DbParameterGroup {
            name: format!("{name}-pg{version}"),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            version,
        };
        let why = because("Connections that are not encrypted are refused.").with(&settings.engine_version);
        let parameters = self.graph.add(&concern, &label, parameters, why);
        let logs = self.database_logs(place, DbInstance::log_group(&name));
        let server = DbInstance {
            name,
            database: database(&store.id),
            engine_version: settings.engine_version.value.clone(),
            instance_class: settings.instance_class.value.clone(),
            storage_gb: settings.storage_gb.value,
            max_storage_gb: settings.max_storage_gb.value,
            multi_az: settings.zones.value == Zones::Multiple,
            backup_retention_days: settings.backup_retention_days.value,
            deletion_protection: settings.deletion_protection.value.is_on(),
            final_snapshot: settings.final_snapshot.value.is_on(),
            performance_insights: settings.performance_insights.value.is_on(),
            log_group: logs,
            ca_certificate: settings.ca_certificate.value.clone(),
            parameter_group: parameters,
            subnet_group: subnets,
            security_group: (*group).clone(),
        };
        let why = because("The code speaks SQL to it: a PostgreSQL server, encrypted at rest and in transit.");
        let server = self.graph.add(&concern, &label, server, with_settings(why, settings));
        Database {
            backing: Backing::RdsPostgres,
            host: server.attribute("address"),
            port: server.attribute("port"),
            name: BindingValue::Reference(server.attribute("db_name")),
            secret: DbInstance::secret(&server),
            group: (*group).clone(),
            server,
        }
    }
}

fn with_settings(why: Provenance, settings: &DatabaseSettings) -> Provenance {
    why.with(&settings.backing)
        .with(&settings.engine_version)
        .with(&settings.instance_class)
        .with(&settings.storage_gb)
        .with(&settings.max_storage_gb)
        .with(&settings.zones)
        .with(&settings.backup_retention_days)
        .with(&settings.deletion_protection)
        .with(&settings.final_snapshot)
        .with(&settings.performance_insights)
        .with(&settings.logs)
        .with(&settings.ca_certificate)
}
