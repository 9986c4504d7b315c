//! Databases: what is the same whatever keeps them. Each backing has a file of its own.

mod adopted;
mod aurora_postgres;
mod rds_postgres;

use super::super::network::{Guarded, Network};
use super::super::service::AwsService;
use super::Draft;
use crate::app::{Id, Store};
use crate::config::{DatabaseSettings, OrmBacking};
use crate::plan::naming::label;
use crate::plan::{Backing, BindingValue, Concern, Provenance};
use crate::resource::{DbInstance, DbSubnetGroup, LogGroup, SecurityGroup};
use crate::terraform::{Address, Reference};

/// A database as units see it.
struct Database {
    /// What keeps it.
    backing: Backing,
    /// The server.
    server: Address,
    host: Reference,
    port: Reference,
    name: BindingValue,
    /// The secret with user and password.
    secret: Reference,
    /// The security group that lets units in.
    group: Address,
}

/// What a backing makes its servers of.
struct Place<'p> {
    store: &'p Store,
    settings: &'p DatabaseSettings,
    network: &'p Network,
    /// The security group of the servers.
    group: &'p Address,
}

impl Draft<'_> {
    pub(super) fn orm(&mut self, store: &Store) {
        let Some(settings) = self.settings.databases.get(&store.id) else { return };
        let adoption = Some(&settings.adoption.server).filter(|adoption| adoption.is_there());
        let database = match adoption {
            Some(_) => self.adopted_database(store, settings),
            None => self.made_database(store, settings),
        };
        let Some(database) = database else { return };
        let (concern, label) = (Concern::Store(store.id.clone()), format!("store_{}", label(&store.id)));
        for access in self.accesses.connections.clone().into_iter().filter(|access| *access.construct == store.id) {
            let to = Guarded {
                concern: &concern,
                label: &label,
                title: store.id.as_str(),
                security_group: &database.group,
                port: DbInstance::PORT,
            };
            let why = format!("Unit {} uses {}: {}.", access.unit, store.id, access.lines());
            let why = Provenance::new(store.origins(), why);
            match adoption {
                Some(adoption) => self.connect_adopted(access.unit, &to, adoption, &why),
                None => self.connect(access.unit, &to, &why),
            }
            self.call(access.unit, AwsService::SecretsManager, DbInstance::read_password(&database.secret));
            self.use_key_of_secret(access.unit, settings);
            self.bind_database(access.unit, store, settings, &database);
        }
        self.serve(store, database.backing, Some(database.server), adoption.is_some());
    }

    /// A database that is made, behind a security group of its own.
    fn made_database(&mut self, store: &Store, settings: &DatabaseSettings) -> Option<Database> {
        let network = self.network.clone()?;
        let group = SecurityGroup {
            name: self.names.security_group("store", store.id.as_str()),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = "Lets in the units that use it, one rule for each, and nothing out.";
        let why = Provenance::new(store.origins(), why);
        let name = format!("store_{}", label(&store.id));
        let group = self.graph.add(&Concern::Store(store.id.clone()), &name, group, why);
        let place = Place { store, settings, network: &network, group: &group };
        Some(match settings.backing.value {
            OrmBacking::RdsPostgres => self.rds_postgres(&place),
            OrmBacking::AuroraPostgres => self.aurora_postgres(&place),
        })
    }

    fn database_subnets(&mut self, place: &Place<'_>, name: &str) -> Address {
        let Place { store, network, .. } = place;
        let subnets = DbSubnetGroup {
            name: name.to_owned(),
            description: format!("Private subnets for store {} of {}", store.id, self.settings.name.value),
            subnets: network.subnets.clone(),
        };
        let why = Provenance::new(store.origins(), "The server is in the private subnets.");
        self.graph.add(&Concern::Store(store.id.clone()), &label(&store.id), subnets, why)
    }

    /// The log group `name`, where the log is kept.
    fn database_logs(&mut self, place: &Place<'_>, name: String) -> Option<Address> {
        let Place { store, settings, .. } = place;
        settings.logs.value.is_on().then(|| {
            let logs = LogGroup { name, retention_days: settings.log_retention_days.value };
            let why = "Made before the server, which would make one that keeps its lines for ever.";
            let why = Provenance::new(store.origins(), why).with(&settings.log_retention_days);
            self.graph.add(&Concern::Store(store.id.clone()), &format!("store_{}", label(&store.id)), logs, why)
        })
    }

    fn bind_database(&mut self, unit: &Id, store: &Store, settings: &DatabaseSettings, database: &Database) {
        let mut properties = vec![
            ("host", BindingValue::Reference(database.host.clone())),
            ("port", BindingValue::Reference(database.port.clone())),
            ("name", database.name.clone()),
            ("secret", BindingValue::Reference(database.secret.clone())),
            ("tls", BindingValue::Text("true".into())),
        ];
        if !settings.ca_bundle.value.is_empty() {
            properties.push(("ca", BindingValue::Text(settings.ca_bundle.value.clone().into())));
        }
        self.bind_store(unit, store, &properties);
    }
}

/// The major part of a version.
fn major(version: &str) -> String {
    version.split('.').next().unwrap_or(version).to_owned()
}
