use super::DbInstance;
use crate::terraform::{Address, Body, Halves, list, number, text};

/// A cluster of Aurora `PostgreSQL` without its servers. As of a [`DbInstance`], RDS makes, keeps and replaces its password.
#[derive(Debug, Clone, PartialEq)]
pub struct RdsCluster {
    /// Its name.
    pub name: String,
    /// The database that it is made with.
    pub database: String,
    /// The version: a major one, of which RDS chooses the minor one, or both.
    pub engine_version: String,
    /// How far its servers grow and shrink.
    pub capacity: Capacity,
    /// Days until a daily backup is deleted.
    pub backup_retention_days: u32,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: bool,
    /// Whether a last snapshot is made before it is deleted.
    pub final_snapshot: bool,
    /// Where its log goes, made before; absent where it goes nowhere.
    pub log_group: Option<Address>,
    /// Its parameters.
    pub parameter_group: Address,
    /// The subnets.
    pub subnet_group: Address,
    /// Its own security group.
    pub security_group: Address,
}

/// How far the servers of a cluster grow and shrink, in units of about 2 GB of memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// What each has at least.
    pub min: Halves,
    /// What each has at most.
    pub max: Halves,
    /// Seconds without a connection until a server pauses, where it can have nothing at all.
    pub seconds_until_auto_pause: u32,
}

impl RdsCluster {
    /// The log group that RDS writes a cluster's log to, by its own rule:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html>.
    #[must_use]
    pub fn log_group(name: &str) -> String {
        format!("/aws/rds/cluster/{name}/postgresql")
    }

    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("cluster_identifier", text(&self.name))
            .attribute("database_name", text(&self.database))
            .gap()
            .attribute("engine", text("aurora-postgresql"))
            .attribute("engine_version", text(&self.engine_version))
            .attribute("port", number(DbInstance::PORT))
            .attribute("db_cluster_parameter_group_name", self.parameter_group.attribute("name"))
            .attribute("storage_encrypted", true)
            .gap()
            .attribute("master_username", text(DbInstance::USER))
            .comment("RDS makes the password, keeps it in Secrets Manager, and replaces it every seven days.")
            .attribute("manage_master_user_password", true)
            .gap()
            .attribute("backup_retention_period", number(self.backup_retention_days))
            .attribute("copy_tags_to_snapshot", true)
            .attribute("deletion_protection", self.deletion_protection)
            .attribute("skip_final_snapshot", !self.final_snapshot)
            .optional("final_snapshot_identifier", self.final_snapshot.then(|| text(format!("{}-final", self.name))));
        if self.log_group.is_some() {
            body = body.gap().attribute("enabled_cloudwatch_logs_exports", list([text("postgresql")]));
        }
        body = body
            .gap()
            .attribute("db_subnet_group_name", self.subnet_group.attribute("name"))
            .attribute("vpc_security_group_ids", list([self.security_group.attribute("id")]));
        if let Some(group) = &self.log_group {
            body = body
                .gap()
                .comment("RDS would make a group that keeps its lines for ever.")
                .attribute("depends_on", list([group.whole()]));
        }
        body.block("serverlessv2_scaling_configuration", self.capacity.body())
    }
}

impl Capacity {
    fn body(&self) -> Body {
        let pauses = self.min == Halves::of(0);
        Body::new()
            .attribute("min_capacity", self.min)
            .attribute("max_capacity", self.max)
            .optional("seconds_until_auto_pause", pauses.then(|| number(self.seconds_until_auto_pause)))
    }
}
