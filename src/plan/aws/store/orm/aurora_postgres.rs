use super::super::Draft;
use super::{Database, Place, major};
use crate::config::DatabaseSettings;
use crate::plan::naming::{database, label};
use crate::plan::{Backing, BindingValue, Concern, Provenance};
use crate::resource::{Capacity, DbInstance, RdsCluster, RdsClusterInstance, RdsClusterParameterGroup};
use crate::terraform::Address;

impl Draft<'_> {
    /// A cluster of Aurora and its servers, with what is its alone.
    pub(super) fn aurora_postgres(&mut self, place: &Place<'_>) -> Database {
        let Place { store, settings, group, .. } = place;
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, label) = (Concern::Store(store.id.clone()), label(&store.id));
        let name = self.names.database(&store.id);
        let subnets = self.database_subnets(place, &name);
        let version = major(&settings.engine_version.value);
        let parameters = RdsClusterParameterGroup {
            name: format!("{name}-pg{version}"),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            version,
        };
        let why = because("Connections that are not encrypted are refused.").with(&settings.engine_version);
        let parameters = self.graph.add(&concern, &label, parameters, why);
        let logs = self.database_logs(place, RdsCluster::log_group(&name));
        let aurora = &settings.aurora;
        let cluster = RdsCluster {
            name: name.clone(),
            database: database(&store.id),
            engine_version: settings.engine_version.value.clone(),
            capacity: Capacity {
                min: aurora.min_capacity_units.value,
                max: aurora.max_capacity_units.value,
                seconds_until_auto_pause: aurora.seconds_until_auto_pause.value,
            },
            backup_retention_days: settings.backup_retention_days.value,
            deletion_protection: settings.deletion_protection.value.is_on(),
            final_snapshot: settings.final_snapshot.value.is_on(),
            log_group: logs,
            parameter_group: parameters,
            subnet_group: subnets.clone(),
            security_group: (*group).clone(),
        };
        let why = because("The code speaks SQL to it: a cluster of Aurora, encrypted at rest and in transit.");
        let cluster = self.graph.add(&concern, &label, cluster, with_settings(why, settings));
        self.servers_of_cluster(place, &name, &cluster, &subnets);
        Database {
            backing: Backing::AuroraPostgres,
            host: cluster.attribute("endpoint"),
            port: cluster.attribute("port"),
            name: BindingValue::Reference(cluster.attribute("database_name")),
            secret: DbInstance::secret(&cluster),
            group: (*group).clone(),
            server: cluster,
        }
    }

    fn servers_of_cluster(&mut self, place: &Place<'_>, name: &str, cluster: &Address, subnets: &Address) {
        let Place { store, settings, .. } = place;
        for number in 1..=settings.aurora.readers.value + 1 {
            let server = RdsClusterInstance {
                name: format!("{name}-{number}"),
                cluster: cluster.clone(),
                subnet_group: subnets.clone(),
                ca_certificate: settings.ca_certificate.value.clone(),
                performance_insights: settings.performance_insights.value.is_on(),
            };
            let why = "A server of the cluster: Aurora spreads them over the zones, and chooses the one that writes.";
            let why = Provenance::new(store.origins(), why)
                .with(&settings.aurora.readers)
                .with(&settings.performance_insights)
                .with(&settings.ca_certificate);
            let label = format!("{}_{number}", label(&store.id));
            self.graph.add(&Concern::Store(store.id.clone()), &label, server, why);
        }
    }
}

fn with_settings(why: Provenance, settings: &DatabaseSettings) -> Provenance {
    why.with(&settings.backing)
        .with(&settings.engine_version)
        .with(&settings.aurora.min_capacity_units)
        .with(&settings.aurora.max_capacity_units)
        .with(&settings.aurora.seconds_until_auto_pause)
        .with(&settings.backup_retention_days)
        .with(&settings.deletion_protection)
        .with(&settings.final_snapshot)
        .with(&settings.logs)
}
