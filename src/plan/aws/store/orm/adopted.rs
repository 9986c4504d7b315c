use super::super::Draft;
use super::super::adopted::KeyUse;
use super::Database;
use crate::app::Store;
use crate::config::{Adoptable, DatabaseAdoption, DatabaseSettings, OrmBacking};
use crate::plan::naming::label;
use crate::plan::{Backing, BindingValue};
use crate::resource::{DbInstance, ExistingDatabase, ExistingDbInstance, ExistingRdsCluster, ExistingSecret, Resource};
use crate::terraform::Reference;

impl Draft<'_> {
    /// A database of a server that is there already, and the group that lets units in there.
    pub(super) fn adopted_database(&mut self, store: &Store, settings: &DatabaseSettings) -> Option<Database> {
        let adoption = &settings.adoption;
        let (kind, backing) = match settings.backing.value {
            OrmBacking::RdsPostgres => (Adoptable::DbInstance, Backing::RdsPostgres),
            OrmBacking::AuroraPostgres => (Adoptable::DbCluster, Backing::AuroraPostgres),
        };
        let named = kind.named(&adoption.server.existing.value).ok()?;
        let wanted = ExistingDatabase {
            name: named.name,
            arn: named.arn,
            reads_secret_of_rds: adoption.secret.value.is_empty(),
            uses_first_database: adoption.database.value.is_empty(),
        };
        let (source, host, name): (Resource, _, _) = match settings.backing.value {
            OrmBacking::RdsPostgres => (ExistingDbInstance(wanted).into(), "address", "db_name"),
            OrmBacking::AuroraPostgres => (ExistingRdsCluster(wanted).into(), "endpoint", "database_name"),
        };
        let why = "The server that is there already: the code speaks SQL to it, and it is not changed.";
        let server = self.read_existing(store, &label(&store.id), source, &adoption.server.existing, why);
        let group = self.adopted_group(store, &adoption.server, &server)?;
        let secret = self.secret_of_database(store, adoption).unwrap_or_else(|| DbInstance::secret(&server));
        Some(Database {
            backing,
            host: server.attribute(host),
            port: server.attribute("port"),
            name: match adoption.database.value.as_str() {
                "" => BindingValue::Reference(server.attribute(name)),
                name => BindingValue::Text(name.to_owned().into()),
            },
            secret,
            server,
            group,
        })
    }

    /// The secret with user and password, where another is named than the one that RDS keeps.
    fn secret_of_database(&mut self, store: &Store, adoption: &DatabaseAdoption) -> Option<Reference> {
        let named = Adoptable::Secret.named(&adoption.secret.value).ok()?;
        let has_key = !adoption.server.kms_key.value.is_empty();
        let source = ExistingSecret { name: named.name, arn: named.arn, has_key };
        let why = "The secret with the user and the password. Terraform does not read them.";
        let name = format!("database_{}", label(&store.id));
        Some(self.read_existing(store, &name, source, &adoption.secret, why).attribute("arn"))
    }

    /// What reading the secret takes where it is encrypted with a key of its own.
    pub(super) fn use_key_of_secret(&mut self, unit: &crate::app::Id, settings: &DatabaseSettings) {
        let key = &settings.adoption.server.kms_key.value;
        self.use_key(unit, key, "secretsmanager", KeyUse::Read);
    }
}
