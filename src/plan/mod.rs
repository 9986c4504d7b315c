//! From what the application asks for to what a cloud has: resources, what they are called, and what units are told of them.
//!
//! A plan is plain data. It knows no syntax, and every resource in it can say why it is there ([`Provenance`]).

mod aws;
mod backing;
mod binding;
mod comparison;
mod extra;
mod graph;
mod matrix;
pub mod naming;
mod slots;
mod state;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

pub use backing::Backing;
pub use binding::{Binding, BindingValue, Subject};
pub use comparison::{Comparison, compare};
pub use extra::{OutsideTheModel, Written};
pub use graph::{Concern, Graph, PlannedResource, Provenance};
pub use matrix::{Cell, Row, matrix, matrix_table};
pub use state::PlannedState;

use crate::app::{Access, Application, Id, Origin, Packages, Route, StoreKind};
use crate::config::{Architecture, Nodes, Settings, Target, TypescriptCompiler};
use crate::diag::Diagnostics;
use crate::source::{Language, ProjectPath};
use crate::terraform::{Address, Expression};

/// Everything that will be written for a target.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The application's name.
    pub application: String,
    /// The target.
    pub target: Target,
    /// The environment whose settings it was made with.
    pub environment: Option<String>,
    /// The units.
    pub units: IndexMap<Id, PlannedUnit>,
    /// The gateways.
    pub gateways: IndexMap<Id, PlannedGateway>,
    /// The stores.
    pub stores: IndexMap<Id, PlannedStore>,
    /// The topics.
    pub topics: IndexMap<Id, PlannedTopic>,
    /// The web sites.
    pub sites: IndexMap<Id, PlannedSite>,
    /// The values that are set where the application runs.
    pub parameters: IndexMap<Id, PlannedParameter>,
    /// The functions that run at certain times.
    pub schedules: IndexMap<Id, PlannedSchedule>,
    /// Who uses what, as the code says.
    pub accesses: Vec<Access>,
    /// The resources, in the order in which they are written.
    pub resources: Graph,
    /// Per unit, the environment variables that it is given.
    pub bindings: IndexMap<Id, IndexMap<String, Binding>>,
    /// What the chart is made for; absent where no unit is on Kubernetes.
    pub kubernetes: Option<PlannedKubernetes>,
    /// The outputs of the Terraform module.
    pub outputs: IndexMap<String, Output>,
    /// Tags on every resource.
    pub tags: BTreeMap<String, String>,
    /// Where Terraform keeps its state; absent where whoever applies the module says it.
    pub state: Option<PlannedState>,
}

impl Plan {
    /// What it is for, as people say it: the application, the environment where there is one, and the target.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.environment {
            Some(environment) => format!("{}, environment {environment}, on {}", self.application, self.target),
            None => format!("{} on {}", self.application, self.target),
        }
    }
}

/// A unit on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedUnit {
    /// The directive behind it.
    pub origin: Origin,
    /// Its language.
    pub language: Language,
    /// The processor that its dependencies are built for.
    pub architecture: Architecture,
    /// Its folder in the output.
    pub directory: String,
    /// The file that lists its dependencies.
    pub manifest: Option<ProjectPath>,
    /// The minor version of the Python 3 that its dependencies are chosen for; absent for other languages.
    #[serde(skip)]
    pub python_minor: Option<u32>,
    /// How the packages of a Node unit are installed, where npm alone would not do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Packages>,
    /// What compiles its TypeScript, where somebody has chosen.
    #[serde(skip_serializing_if = "TypescriptCompiler::is_project")]
    pub typescript_compiler: TypescriptCompiler,
    /// The application's files in it.
    pub files: Vec<ProjectPath>,
    /// What runs before a new version of it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<PlannedMigration>,
    /// Whether it is in the private network.
    pub private_network: bool,
    /// What runs it.
    #[serde(flatten)]
    pub runs: Runs,
}

impl PlannedUnit {
    /// What serves it.
    #[must_use]
    pub const fn backing(&self) -> Backing {
        match &self.runs {
            Runs::Lambda(_) => Backing::Lambda,
            Runs::Eks(_) => Backing::Eks,
            Runs::Ecs(_) => Backing::Ecs,
        }
    }

    /// The repository of the unit's images, where it is one: a container, or a function made of one.
    #[must_use]
    pub const fn repository(&self) -> Option<&Address> {
        match &self.runs {
            Runs::Lambda(PlannedFunction { package: PlannedPackage::Image { repository, .. }, .. }) => Some(repository),
            Runs::Lambda(PlannedFunction { package: PlannedPackage::Zip { .. }, .. }) => None,
            Runs::Eks(container) | Runs::Ecs(container) => Some(&container.repository),
        }
    }

    /// Whether Terraform says which image runs, and so has to be told its tag.
    #[must_use]
    pub const fn takes_image_tag(&self) -> bool {
        match &self.runs {
            Runs::Lambda(_) | Runs::Ecs(_) => self.repository().is_some(),
            // The chart does.
            Runs::Eks(_) => false,
        }
    }

    /// What its code is built for and with, beside its files, as people say it.
    #[must_use]
    pub fn build(&self) -> String {
        let runs = match &self.runs {
            Runs::Lambda(function) => function.package.to_string(),
            Runs::Eks(container) | Runs::Ecs(container) => container.base_image.clone(),
        };
        let compiler = match self.typescript_compiler {
            TypescriptCompiler::Project => String::new(),
            one @ (TypescriptCompiler::Esbuild | TypescriptCompiler::Swc | TypescriptCompiler::Tsc) => {
                format!(", by {}", one.name())
            }
        };
        format!("{runs} on {}{compiler}", self.architecture.name())
    }

    /// What is said of a unit that runs as a container.
    #[must_use]
    pub const fn container(&self) -> Option<&PlannedContainer> {
        match &self.runs {
            Runs::Lambda(_) => None,
            Runs::Eks(container) | Runs::Ecs(container) => Some(container),
        }
    }
}

/// What brings a unit's data into the form that its code expects.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedMigration {
    /// The directive of the store that it changes.
    pub origin: Origin,
    /// That store.
    pub store: Id,
    /// What the unit's entry point knows it by.
    pub job: &'static str,
}

/// What runs a unit.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "backing")]
pub enum Runs {
    /// A Lambda function.
    Lambda(PlannedFunction),
    /// A Deployment on EKS.
    Eks(PlannedContainer),
    /// A service of ECS.
    Ecs(PlannedContainer),
}

/// A unit as a Lambda function.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedFunction {
    /// What it is made of.
    #[serde(flatten)]
    pub package: PlannedPackage,
    /// The function.
    pub function: Address,
}

/// What a function is made of.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "package")]
pub enum PlannedPackage {
    /// A zip, run by a runtime of Lambda's.
    Zip {
        /// Lambda's runtime, such as `python3.13`.
        runtime: String,
        /// What the runtime calls.
        handler: &'static str,
        /// Its zip in the output.
        zip: String,
    },
    /// An image, which has its runtime in it.
    Image {
        /// What the runtime in it calls.
        handler: &'static str,
        /// The image that its own image starts from.
        base_image: String,
        /// The repository that its image is pushed to.
        repository: Address,
    },
}

/// What runs it, as people say it.
impl std::fmt::Display for PlannedPackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Zip { runtime, .. } => f.write_str(runtime),
            Self::Image { .. } => f.write_str("an image"),
        }
    }
}

/// A unit as a container.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedContainer {
    /// What its Deployment or service is called; unique among the application's units.
    pub workload: String,
    /// The image that its own image starts from.
    pub base_image: String,
    /// The repository that its image is pushed to.
    pub repository: Address,
    /// The port of its web application; absent for a unit behind no gateway.
    pub port: Option<u16>,
    /// The port on which the shim says whether the container works.
    pub health_port: u16,
    /// The share of a processor; 1024 is a whole one.
    pub cpu_units: u32,
    /// Memory in MB.
    pub memory_mb: u32,
    /// The fewest containers; none where the unit is there for what runs at certain times alone.
    pub min_replicas: u32,
    /// The most containers.
    pub max_replicas: u32,
    /// The use of the processor, in percent, above which containers are added.
    pub cpu_target_percent: u32,
    /// Seconds that work in hand has to end when the container is stopped.
    pub grace_s: u32,
    /// Ports of stores that it connects to, inside the network.
    pub connects_to: Vec<u16>,
    /// The file systems that it sees as folders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<PlannedMount>,
}

/// A file system that a container sees as a folder.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedMount {
    /// The volume's name, which no other store's is.
    pub volume: String,
    /// Where the container sees it.
    pub path: String,
    /// Whether nothing can be written there.
    pub read_only: bool,
}

/// What the chart is made for.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedKubernetes {
    /// The cluster's version; absent of one that is adopted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What pods run on.
    pub nodes: Nodes,
    /// The namespace of the application's objects.
    pub namespace: String,
    /// The file systems that pods mount: the store that each is of, by the volume's name.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub files: IndexMap<String, Id>,
}

/// A gateway on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedGateway {
    /// Its directive.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// The API.
    pub api: Address,
    /// The module's output that holds its address.
    pub output: String,
    /// The routes, as API Gateway writes them.
    pub routes: IndexMap<String, PlannedRoute>,
}

/// A route on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedRoute {
    /// The unit that answers.
    pub unit: Id,
    /// The route of the application that it comes from.
    #[serde(flatten)]
    pub route: Route,
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
    /// The resource that does; absent where that is none of Terraform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Address>,
    /// Whether it was there before, and is only read.
    #[serde(skip_serializing_if = "is_not")]
    pub existing: bool,
}

/// A web site on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedSite {
    /// Its directive.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// Its folder in the output.
    pub directory: String,
    /// What answers for its address.
    pub resource: Address,
    /// The module's output that holds its address.
    pub output: String,
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

impl PlannedTopic {
    /// Whether all that carries its events was there before.
    #[must_use]
    pub fn is_existing(&self) -> bool {
        !self.events.is_empty() && self.events.values().all(|event| event.existing)
    }
}

/// A function that runs at certain times, on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedSchedule {
    /// Its directive.
    pub origin: Origin,
    /// The unit that runs it.
    pub unit: Id,
    /// The function.
    pub function: String,
    /// What calls it.
    pub backing: Backing,
    /// When, in the words of what calls it; in UTC.
    pub when: String,
    /// What a container runs for it; empty for a function.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// Tries after the first.
    pub max_retries: u32,
    /// Seconds after which a run that could not be started is given up.
    pub max_delay_s: u32,
    /// The resource that calls it; absent where the cluster keeps its own time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Address>,
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
    /// What chooses it for each of them, where it shares what carries it with other events.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<Id, Address>,
    /// Whether what carries it was there before, and is only read.
    #[serde(skip_serializing_if = "is_not")]
    pub existing: bool,
}

/// A value of the configuration on its target.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedParameter {
    /// Its directive.
    pub origin: Origin,
    /// What serves it.
    pub backing: Backing,
    /// The resource that does.
    pub resource: Address,
    /// The variable of the module that holds it; absent for a secret, which no Terraform sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The variable's own value; absent where whoever applies the module has to say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// An output of the Terraform module.
#[derive(Debug, Clone, Serialize)]
pub struct Output {
    /// What it is, for people.
    pub description: String,
    /// Its value.
    #[serde(serialize_with = "as_text")]
    pub value: Expression,
    /// The directives behind it.
    pub origins: Vec<Origin>,
}

/// For serde: whether there is nothing to say.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_not(it: &bool) -> bool {
    !*it
}

fn as_text<S: serde::Serializer>(value: &Expression, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::terraform::inline(value))
}

/// Plans `application` for `target`.
///
/// `settings` are those of the same application and target. What the target cannot do is pushed to `diagnostics`; the plan is
/// complete otherwise, and useful only where there are no errors.
pub fn plan(application: &Application, settings: &Settings, target: Target, diagnostics: &mut Diagnostics) -> Plan {
    naming::check(application, diagnostics);
    matrix::check(application, settings, diagnostics);
    slots::check(application, settings, diagnostics);
    let mut plan = match target {
        Target::AwsLambda | Target::Eks | Target::Ecs => aws::plan(application, settings, target, diagnostics),
    };
    extra::merge(&mut plan, settings, diagnostics);
    plan
}

#[cfg(test)]
mod tests;
