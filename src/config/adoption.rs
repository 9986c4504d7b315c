//! What settings say of things that are there already.

use std::fmt;

use super::setting::Setting;
use super::{Endpoints, Switch};

/// What is there already and taken as it is.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// Its name or ARN; empty where a new one is made.
    pub existing: Setting<String>,
    /// The key of KMS that it is encrypted with; empty for one that AWS manages.
    pub kms_key: Setting<String>,
    /// The security group that lets units in, of what is inside a network; empty for the first that it has.
    pub security_group: Setting<String>,
    /// Whether that group gets a rule for each unit.
    pub ingress: Setting<Switch>,
}

impl Adoption {
    /// Whether there is something to adopt.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        !self.existing.value.is_empty()
    }
}

/// A database that is there already.
#[derive(Debug, Clone)]
pub struct DatabaseAdoption {
    /// The server.
    pub server: Adoption,
    /// The database of the server; empty for the one that it was made with.
    pub database: Setting<String>,
    /// The secret with user and password; empty for the one that RDS keeps.
    pub secret: Setting<String>,
}

/// Texts in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<String>);

impl fmt::Display for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// A network that is there already.
#[derive(Debug, Clone)]
pub struct NetworkAdoption {
    /// The VPC; empty where one is made.
    pub vpc: Setting<String>,
    /// Its private subnets that are used.
    pub private_subnets: Setting<Texts>,
    /// Its subnets that the internet reaches, for public load balancers.
    pub public_subnets: Setting<Texts>,
    /// Who makes the ways to AWS's own APIs.
    pub endpoints: Setting<Endpoints>,
    /// The route tables of those subnets, for ways that are routes.
    pub route_tables: Setting<Texts>,
}

impl NetworkAdoption {
    /// Whether there is a network to adopt.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        !self.vpc.value.is_empty()
    }
}
