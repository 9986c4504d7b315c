use super::Statement;
use crate::terraform::{Address, Body, Reference, list, number, text};

/// A `PostgreSQL` server of RDS. Its password is made, kept and replaced by RDS, and is in no state of Terraform.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is an argument of its own")]
pub struct DbInstance {
    /// Its name.
    pub name: String,
    /// The database that it is made with.
    pub database: String,
    /// The version: a major one, of which RDS chooses the minor one, or both.
    pub engine_version: String,
    /// The size of machine.
    pub instance_class: String,
    /// Storage to begin with.
    pub storage_gb: u32,
    /// The most that storage grows to by itself; 0 for never.
    pub max_storage_gb: u32,
    /// Whether another zone has a copy that takes over.
    pub multi_az: bool,
    /// Days until a daily backup is deleted.
    pub backup_retention_days: u32,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: bool,
    /// Whether a last snapshot is made before it is deleted.
    pub final_snapshot: bool,
    /// Whether RDS records what it is busy with.
    pub performance_insights: bool,
    /// Where its log goes, made before; absent where it goes nowhere.
    pub log_group: Option<Address>,
    /// The authority that signs its certificate.
    pub ca_certificate: String,
    /// Its parameters.
    pub parameter_group: Address,
    /// The subnets.
    pub subnet_group: Address,
    /// Its own security group.
    pub security_group: Address,
}

impl DbInstance {
    /// The port of `PostgreSQL` servers unless told otherwise: <https://www.iana.org/assignments/service-names-port-numbers>.
    pub const PORT: u16 = 5432;

    /// The first user. It is no name that `PostgreSQL` or RDS keeps for itself.
    pub const USER: &str = "app";

    /// The secret with user and password, which RDS makes and keeps:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>.
    #[must_use]
    pub fn secret(instance: &Address) -> Reference {
        instance.attribute("master_user_secret").element(0).attribute("secret_arn")
    }

    /// Reading user and password.
    #[must_use]
    pub fn read_password(secret: &Reference) -> Statement {
        let actions = vec!["secretsmanager:GetSecretValue"];
        Statement::allow("ReadDatabasePasswords", actions, vec![secret.clone().into()])
    }

    /// The log group that RDS writes an instance's log to, by its own rule:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html>.
    #[must_use]
    pub fn log_group(name: &str) -> String {
        format!("/aws/rds/instance/{name}/postgresql")
    }

    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("identifier", text(&self.name))
            .attribute("db_name", text(&self.database))
            .gap()
            .attribute("engine", text("postgres"))
            .attribute("engine_version", text(&self.engine_version))
            .attribute("instance_class", text(&self.instance_class))
            .attribute("port", number(Self::PORT))
            .attribute("parameter_group_name", self.parameter_group.attribute("name"))
            .attribute("auto_minor_version_upgrade", true)
            .gap()
            .attribute("storage_type", text("gp3"))
            .attribute("allocated_storage", number(self.storage_gb));
        if self.max_storage_gb > 0 {
            body = body.attribute("max_allocated_storage", number(self.max_storage_gb));
        }
        body = body
            .attribute("storage_encrypted", true)
            .gap()
            .attribute("username", text(Self::USER))
            .comment("RDS makes the password, keeps it in Secrets Manager, and replaces it every seven days.")
            .attribute("manage_master_user_password", true)
            .attribute("ca_cert_identifier", text(&self.ca_certificate))
            .gap()
            .attribute("multi_az", self.multi_az)
            .attribute("backup_retention_period", number(self.backup_retention_days))
            .attribute("copy_tags_to_snapshot", true)
            .attribute("deletion_protection", self.deletion_protection)
            .attribute("skip_final_snapshot", !self.final_snapshot)
            .optional("final_snapshot_identifier", self.final_snapshot.then(|| text(format!("{}-final", self.name))))
            .gap()
            .attribute("performance_insights_enabled", self.performance_insights);
        if self.log_group.is_some() {
            body = body.attribute("enabled_cloudwatch_logs_exports", list([text("postgresql")]));
        }
        body = body
            .gap()
            .attribute("publicly_accessible", false)
            .attribute("db_subnet_group_name", self.subnet_group.attribute("name"))
            .attribute("vpc_security_group_ids", list([self.security_group.attribute("id")]));
        match &self.log_group {
            Some(group) => body
                .gap()
                .comment("RDS would make a group that keeps its lines for ever.")
                .attribute("depends_on", list([group.whole()])),
            None => body,
        }
    }
}
