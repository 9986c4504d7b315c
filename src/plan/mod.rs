//! From what the application asks for to what a cloud has: resources, what they are called, and what units are told of them.
//!
//! A plan is plain data. It knows no syntax, and every resource in it can say why it is there ([`Provenance`]).

mod aws_lambda;
mod backing;
mod binding;
mod graph;
pub mod naming;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use serde::Serialize;

pub use backing::Backing;
pub use binding::{Binding, BindingValue};
pub use graph::{Concern, Graph, PlannedResource, Provenance};

use crate::app::{Access, Application, Id, Origin, Route, StoreKind};
use crate::config::{Architecture, Settings};
use crate::diag::{Diagnostics, closest};
use crate::source::{Language, ProjectPath};
use crate::terraform::{Address, Reference};

/// Where an application can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// AWS, with a Lambda function per unit.
    AwsLambda,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 1] = [Self::AwsLambda];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsLambda => "aws-lambda",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no target `{written}`; {}", self.hint())]
pub struct UnknownTarget {
    written: String,
}

impl UnknownTarget {
    fn hint(&self) -> String {
        let names = Target::ALL.map(Target::name);
        match closest(&self.written, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of: {}", names.join(", ")),
        }
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|target| target.name() == text);
        found.ok_or_else(|| UnknownTarget { written: text.to_owned() })
    }
}

/// Everything that will be written for a target.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The application's name.
    pub application: String,
    /// The target.
    pub target: Target,
    /// The units.
    pub units: IndexMap<Id, PlannedUnit>,
    /// The gateways.
    pub gateways: IndexMap<Id, PlannedGateway>,
    /// The stores.
    pub stores: IndexMap<Id, PlannedStore>,
    /// The topics.
    pub topics: IndexMap<Id, PlannedTopic>,
    /// Who uses what, as the code says.
    pub accesses: Vec<Access>,
    /// The resources, in the order in which they are written.
    pub resources: Graph,
    /// Per unit, the environment variables that it is given.
    pub bindings: IndexMap<Id, IndexMap<String, Binding>>,
    /// The outputs of the Terraform module.
    pub outputs: IndexMap<String, Output>,
    /// Tags on every resource.
    pub tags: BTreeMap<String, String>,
}

/// A unit on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedUnit {
    /// The directive behind it.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// Its language.
    pub language: Language,
    /// The runtime that the target gives it, such as `python3.13`.
    pub runtime: String,
    /// The processor that its dependencies are built for.
    pub architecture: Architecture,
    /// What the runtime calls.
    pub handler: &'static str,
    /// Its folder in the output.
    pub directory: String,
    /// Its zip in the output.
    pub zip: String,
    /// The file that lists its dependencies.
    pub manifest: Option<ProjectPath>,
    /// The application's files in it.
    pub files: Vec<ProjectPath>,
    /// The function that runs it.
    pub function: Address,
    /// Whether it is in the private network.
    pub private_network: bool,
}

/// A gateway on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedGateway {
    /// Its directive.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// The unit that answers.
    pub unit: Id,
    /// The API.
    pub api: Address,
    /// The module's output that holds its address.
    pub output: String,
    /// The routes, as API Gateway writes them, with the route of the application that each comes from.
    pub routes: IndexMap<String, Route>,
}

/// A store on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedStore {
    /// Its directive.
    pub origin: Origin,
    /// What the code expects.
    pub kind: StoreKind,
    /// What serves it.
    pub backing: Backing,
    /// The resource that does.
    pub resource: Address,
}

/// A topic on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedTopic {
    /// Its directive.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// Its events.
    pub events: BTreeMap<String, PlannedEvent>,
}

/// An event on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedEvent {
    /// What carries it.
    pub resource: Address,
    /// The units that publish it.
    pub publishers: Vec<Id>,
    /// The units that handle it.
    pub subscribers: Vec<Id>,
}

/// An output of the Terraform module.
#[derive(Debug, Clone, Serialize)]
pub struct Output {
    /// What it is, for people.
    pub description: String,
    /// Its value.
    pub value: Reference,
    /// The directive behind it.
    pub origin: Origin,
}

/// Plans `application` for `target`.
///
/// `settings` are those of the same application. What the target cannot do is pushed to `diagnostics`; the plan is complete
/// otherwise, and useful only where there are no errors.
pub fn plan(application: &Application, settings: &Settings, target: Target, diagnostics: &mut Diagnostics) -> Plan {
    naming::check(application, diagnostics);
    match target {
        Target::AwsLambda => aws_lambda::plan(application, settings, diagnostics),
    }
}

#[cfg(test)]
mod tests;
