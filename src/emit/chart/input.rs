use std::collections::BTreeMap;

/// All that the chart says of an application. Texts of the user's may hold anything: they are quoted as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The application, as in the header of every file.
    pub application: String,
    /// What it is for, as in the header of every file.
    pub title: String,
    /// The chart's name: a DNS label.
    pub name: String,
    /// The chart's version, as of semantic versioning.
    pub version: String,
    /// What the pods run on.
    pub nodes: Nodes,
    /// The units by slug, which is their key in Terraform's output, too.
    pub units: BTreeMap<String, Unit>,
    /// The file systems that pods mount, by name, which is their key in Terraform's output, too: a DNS label of at most 52
    /// characters.
    pub files: BTreeMap<String, FileSystem>,
}

/// A file system outside the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSystem {
    /// Where it comes from.
    pub comments: Vec<String>,
}

/// A file system that a unit sees as a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Its name among the chart's [`files`](Chart::files).
    pub files: String,
    /// Where the unit sees it.
    pub path: String,
    /// Whether nothing can be written there.
    pub read_only: bool,
}

/// What the pods of an application run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    /// Machines of a node group. A Pod Identity association gives a unit its role, the VPC CNI enforces network policies.
    Managed,
    /// Fargate, which knows neither of them: the service account names the role. It has amd64 only.
    Fargate,
}

/// A unit that runs on Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The name of its objects: a DNS label of at most 52 characters, no two units the same.
    pub name: String,
    /// The start of its own environment variables, such as `INFERRA_EXECUTION_UNIT_MAIN`. From it the chart makes `_PORT`,
    /// `_HEALTH_PORT` and `_GRACE_S`, which do not belong into [`environment`](Self::environment).
    pub prefix: String,
    /// Where it comes from: the paragraphs of the comment above it, first the lines of code with their directives.
    pub comments: Vec<String>,
    /// What its image is built for.
    pub architecture: Architecture,
    /// Who may call it.
    pub listens: Listens,
    /// Where the shim answers for its health.
    pub health_port: u16,
    /// How many pods.
    pub replicas: Replicas,
    /// The CPU that a pod asks for, such as `250m`.
    pub cpu: String,
    /// The memory that a pod asks for and must not exceed, such as `512Mi`.
    pub memory: String,
    /// The seconds that what is in hand has to end after SIGTERM.
    pub grace_seconds: u32,
    /// The seconds before SIGTERM in which no more requests arrive; 0 for a worker.
    pub pre_stop_seconds: u32,
    /// Environment variables by name.
    pub environment: BTreeMap<String, Value>,
    /// What it connects to, beyond DNS, the APIs of AWS and the source of its credentials.
    pub egress: Vec<Egress>,
    /// The file systems that it sees as folders.
    pub mounts: Vec<Mount>,
    /// What runs at certain times, by id: a DNS label.
    pub schedules: BTreeMap<String, Schedule>,
    /// What runs before a new version does.
    pub migration: Option<Migration>,
}

/// What an image is built for, by the name that container registries and Kubernetes have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// 64-bit ARM.
    Arm64,
    /// 64-bit x86.
    Amd64,
}

/// Who may call a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listens {
    /// Nobody: it is a worker.
    Nowhere,
    /// Other units, on this port.
    Inside(u16),
    /// The load balancer of a gateway and other units, on this port.
    Gateway(u16),
}

impl Listens {
    /// The port, if there is one.
    #[must_use]
    pub const fn port(self) -> Option<u16> {
        match self {
            Self::Nowhere => None,
            Self::Inside(port) | Self::Gateway(port) => Some(port),
        }
    }
}

/// How many pods a unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replicas {
    /// As few as this.
    pub min: u32,
    /// As many as this. Where it is not more than `min`, nothing scales.
    pub max: u32,
    /// The part of the CPU asked for that pods use on average, in percent.
    pub cpu_percent: u32,
}

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Known now.
    Text(String),
    /// Known when Terraform has made what it names. Installing without it fails.
    FromTerraform,
}

/// A connection that a unit opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    /// The other side's port.
    pub port: u16,
    /// The other side.
    pub to: Peer,
    /// Where it comes from.
    pub comments: Vec<String>,
}

/// The other side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Something in the VPC, such as a store.
    Vpc,
    /// Something of which no address is known.
    Anywhere,
}

/// A command that runs at certain times, in the unit's image and environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// When, in UTC: five fields.
    pub cron: String,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// Tries after the first.
    pub retries: u32,
    /// Seconds after which a run that could not be started is left out.
    pub max_delay_seconds: u32,
    /// Where it comes from.
    pub comments: Vec<String>,
}

/// A command that runs before a new version does, in its image and environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// Where it comes from.
    pub comments: Vec<String>,
}

impl Nodes {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Fargate => "fargate",
        }
    }
}

impl Architecture {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::Amd64 => "amd64",
        }
    }
}

impl Peer {
    /// Every peer.
    pub(super) const ALL: [Self; 2] = [Self::Vpc, Self::Anywhere];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Vpc => "vpc",
            Self::Anywhere => "anywhere",
        }
    }
}
