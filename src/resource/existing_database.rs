use super::DbInstance;
use super::existing::{Demand, answer, demanding};
use crate::terraform::{Body, equal, number, text};

/// What an adopted `PostgreSQL` server is asked for, whatever keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingDatabase {
    /// The server's name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
    /// Whether the secret that RDS keeps is the one that units read.
    pub reads_secret_of_rds: bool,
    /// Whether the database that it was made with is the one that units use.
    pub uses_first_database: bool,
}

/// A server of RDS that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingDbInstance(pub ExistingDatabase);

/// A cluster of Aurora that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct ExistingRdsCluster(pub ExistingDatabase);

impl ExistingDbInstance {
    pub(super) fn body(&self) -> Body {
        let body = Body::new().attribute("db_instance_identifier", text(&self.0.name));
        demanding(body, self.0.demands("postgres", "db_instance_arn", "db_name"))
    }
}

impl ExistingRdsCluster {
    pub(super) fn body(&self) -> Body {
        let body = Body::new().attribute("cluster_identifier", text(&self.0.name));
        demanding(body, self.0.demands("aurora-postgresql", "arn", "database_name"))
    }
}

impl ExistingDatabase {
    fn demands(&self, engine: &'static str, arn: &'static str, name: &'static str) -> Vec<Demand> {
        let engine =
            Demand::that(equal(answer("engine"), text(engine)), format!("The server's engine is not {engine:?}."));
        let encrypted = Demand::that(answer("storage_encrypted"), "The server's storage is not encrypted.");
        let port = Demand::that(
            equal(answer("port"), number(DbInstance::PORT)),
            format!("The server does not listen on port {}, the one that units are let out to.", DbInstance::PORT),
        );
        let secret = self.reads_secret_of_rds.then(|| {
            let wrong = "RDS keeps no password of the server: name the secret that has it in existing_secret.";
            Demand::some("master_user_secret", wrong)
        });
        let database = self
            .uses_first_database
            .then(|| Demand::some(name, "The server was made without a database: name one in existing_database."));
        let more = secret.into_iter().chain(database).chain(Demand::arn(arn, self.arn.as_ref()));
        [engine, encrypted, port].into_iter().chain(more).collect()
    }
}
