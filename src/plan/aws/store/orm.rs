use super::super::network::{Guarded, Network};
use super::super::service::AwsService;
use super::Draft;
use crate::app::{Id, Store};
use crate::config::{DatabaseSettings, Setting, Switch, Zones};
use crate::plan::naming::{database, label};
use crate::plan::{Backing, BindingValue, Concern, PlannedStore, Provenance};
use crate::resource::{DbInstance, DbParameterGroup, DbSubnetGroup, LogGroup, SecurityGroup};
use crate::terraform::Address;

impl Draft<'_> {
    pub(super) fn orm(&mut self, store: &Store) {
        let Some(network) = self.network.clone() else { return };
        let Some(settings) = self.settings.databases.get(&store.id) else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let concern = Concern::Store(store.id.clone());
        let group = SecurityGroup {
            name: self.names.security_group("store", store.id.as_str()),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let label = format!("store_{}", label(&store.id));
        let why = because("Lets in the units that use it, one rule for each, and nothing out.");
        let group = self.graph.add(&concern, &label, group, why);
        let server = self.database_server(store, settings, &network, &group);

        for access in self.accesses.connections.clone().into_iter().filter(|access| *access.construct == store.id) {
            let to = Guarded {
                concern: &concern,
                label: &label,
                title: store.id.as_str(),
                security_group: &group,
                port: DbInstance::PORT,
            };
            let why = because(&format!("Unit {} uses {}: {}.", access.unit, store.id, access.lines()));
            self.connect(access.unit, &to, &why);
            self.call(access.unit, AwsService::SecretsManager, DbInstance::read_password(&server));
            self.bind_database(access.unit, store, settings, &server);
        }
        let planned = PlannedStore {
            origin: store.origin.clone(),
            kind: store.kind,
            backing: Backing::RdsPostgres,
            resource: Some(server),
        };
        self.stores.insert(store.id.clone(), planned);
    }

    /// The server, with what is its alone.
    fn database_server(
        &mut self,
        store: &Store,
        settings: &DatabaseSettings,
        network: &Network,
        group: &Address,
    ) -> Address {
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, label) = (Concern::Store(store.id.clone()), label(&store.id));
        let (name, application) = (self.names.database(&store.id), &self.settings.name.value);
        let subnets = DbSubnetGroup {
            name: name.clone(),
            description: format!("Private subnets for store {} of {application}", store.id),
            subnets: network.subnets.clone(),
        };
        let subnets = self.graph.add(&concern, &label, subnets, because("The server is in the private subnets."));
        let version = &settings.engine_version.value;
        let major = version.split('.').next().unwrap_or(version).to_owned();
        let parameters = DbParameterGroup {
            name: format!("{name}-pg{major}"),
            description: format!("Store {} of {application}", store.id),
            version: major,
        };
        let why = because("Connections that are not encrypted are refused.").with(&settings.engine_version);
        let parameters = self.graph.add(&concern, &label, parameters, why);
        let logs = settings.logs.value.is_on().then(|| {
            let logs =
                LogGroup { name: DbInstance::log_group(&name), retention_days: settings.log_retention_days.value };
            let why = because("Made before the server, which would make one that keeps its lines for ever.")
                .with(&settings.log_retention_days);
            self.graph.add(&concern, &format!("store_{label}"), logs, why)
        });
        let server = DbInstance {
            name,
            database: database(&store.id),
            engine_version: version.clone(),
            instance_class: settings.instance_class.value.clone(),
            storage_gb: settings.storage_gb.value,
            max_storage_gb: settings.max_storage_gb.value,
            multi_az: settings.zones.value == Zones::Multiple,
            backup_retention_days: settings.backup_retention_days.value,
            deletion_protection: is_on(&settings.deletion_protection),
            final_snapshot: is_on(&settings.final_snapshot),
            performance_insights: is_on(&settings.performance_insights),
            log_group: logs,
            ca_certificate: settings.ca_certificate.value.clone(),
            parameter_group: parameters,
            subnet_group: subnets,
            security_group: group.clone(),
        };
        let why = because("The code speaks SQL to it: a PostgreSQL server, encrypted at rest and in transit.");
        self.graph.add(&concern, &label, server, with_settings(why, settings))
    }

    fn bind_database(&mut self, unit: &Id, store: &Store, settings: &DatabaseSettings, server: &Address) {
        let mut properties = vec![
            ("host", BindingValue::Reference(server.attribute("address"))),
            ("port", BindingValue::Reference(server.attribute("port"))),
            ("name", BindingValue::Reference(server.attribute("db_name"))),
            ("secret", BindingValue::Reference(DbInstance::secret(server))),
            ("tls", BindingValue::Text("true".into())),
        ];
        if !settings.ca_bundle.value.is_empty() {
            properties.push(("ca", BindingValue::Text(settings.ca_bundle.value.clone().into())));
        }
        self.bind_store(unit, store, &properties);
    }
}

const fn is_on(setting: &Setting<Switch>) -> bool {
    setting.value.is_on()
}

fn with_settings(why: Provenance, settings: &DatabaseSettings) -> Provenance {
    why.with(&settings.engine_version)
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
