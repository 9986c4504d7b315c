//! What settings choose among, beside [`Compute`](super::Compute) and [`Target`](super::Target).

use std::fmt;

use serde::{Serialize, Serializer};

use super::Compute;

/// A closed set of words that a setting chooses from.
pub(super) trait Choice: Copy + 'static {
    /// The words, as people write them.
    const NAMES: &'static [&'static str];

    /// The first choice.
    const FIRST: Self;

    /// What `word` names.
    fn named(word: &str) -> Option<Self>;
}

macro_rules! choices {
    ($( $(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $about:literal])+ $variant:ident = $word:literal, )+ } )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $( $(#[doc = $about])+ $variant, )+ }

        impl $name {
            /// Every choice.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in settings and plans.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl Choice for $name {
            const NAMES: &'static [&'static str] = &[$($word),+];
            const FIRST: Self = Self::ALL[0];

            fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.name() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    )+ };
}

choices! {
    /// A processor architecture.
    Architecture {
        /// 64-bit ARM (Graviton).
        Arm64 = "arm64",
        /// 64-bit x86.
        X86 = "x86_64",
    }

    /// What a function is made of.
    Package {
        /// A zip: made without a builder of images, starts fastest, and is limited in size.
        Zip = "zip",
        /// A container image: up to 10 GB.
        Image = "image",
    }

    /// What compiles the TypeScript of a unit.
    TypescriptCompiler {
        /// What the project itself uses where esbuild does not do, esbuild otherwise.
        Project = "project",
        /// esbuild, which erases types.
        Esbuild = "esbuild",
        /// The project's own swc.
        Swc = "swc",
        /// The project's own TypeScript.
        Tsc = "tsc",
    }

    /// A server that speaks Redis' protocol.
    Engine {
        /// Redis, up to 7.1 on `ElastiCache`.
        Redis = "redis",
        /// Valkey, the open-source continuation of Redis 7.2.
        Valkey = "valkey",
    }

    /// How private subnets reach the internet.
    NatGateways {
        /// A gateway in each zone: no zone depends on another.
        PerZone = "per_zone",
        /// One gateway for all: cheaper, and lost with its zone.
        Single = "single",
    }

    /// What happens to data when what holds it is destroyed.
    OnDestroy {
        /// It is in the way: nothing is destroyed that holds any.
        Keep = "keep",
        /// It is lost.
        Delete = "delete",
    }

    /// What pods run on.
    Nodes {
        /// Machines of a managed node group.
        Managed = "managed",
        /// Fargate: a machine of its own for each pod, nobody's to manage.
        Fargate = "fargate",
    }

    /// Something that can be switched off.
    Switch {
        /// It is there.
        On = "on",
        /// It is not.
        Off = "off",
    }

    /// In how many availability zones a server is.
    Zones {
        /// In two: the second has a copy that takes over.
        Multiple = "multiple",
        /// In one, and lost with it until it is restored.
        Single = "single",
    }

    /// What a web site answers with where there is no file.
    NotFoundPage {
        /// Its page `404.html`, if it has one.
        Page = "page",
        /// Its index document: the application in the browser reads the address itself.
        Index = "index",
    }

    /// What takes a gateway's requests.
    ExposeBacking {
        /// An HTTP API of API Gateway.
        HttpApi = "http_api",
    }

    /// What holds values by key.
    KvBacking {
        /// A table of `DynamoDB`.
        Dynamodb = "dynamodb",
        /// A replication group of `ElastiCache`.
        Elasticache = "elasticache",
    }

    /// What holds files.
    FsBacking {
        /// A bucket of S3.
        S3 = "s3",
        /// A file system of EFS.
        Efs = "efs",
    }

    /// How fast a file system of EFS is.
    Throughput {
        /// As fast as is asked for, and paid by what is read and written.
        Elastic = "elastic",
        /// The faster, the more it holds.
        Bursting = "bursting",
        /// As fast as a number says, which is paid for.
        Provisioned = "provisioned",
    }

    /// What holds a value that nobody else may know.
    SecretBacking {
        /// A secret of Secrets Manager.
        SecretsManager = "secrets_manager",
        /// A parameter of Parameter Store, encrypted.
        ParameterStore = "parameter_store",
    }

    /// What is a `PostgreSQL` server.
    OrmBacking {
        /// A server of RDS.
        RdsPostgres = "rds_postgres",
        /// A cluster of Aurora whose servers grow and shrink by themselves.
        AuroraPostgres = "aurora_postgres",
    }

    /// What a client of one Redis server talks to.
    RedisNodeBacking {
        /// A replication group of `ElastiCache`.
        Elasticache = "elasticache",
        /// A cache of `ElastiCache` Serverless.
        ElasticacheServerless = "elasticache_serverless",
        /// A cluster of `MemoryDB` with one node.
        Memorydb = "memorydb",
    }

    /// What a client of a Redis cluster talks to.
    RedisClusterBacking {
        /// A replication group of `ElastiCache` in cluster mode.
        Elasticache = "elasticache",
        /// A cluster of `MemoryDB`.
        Memorydb = "memorydb",
    }

    /// What carries events between units.
    PubsubBacking {
        /// Topics of SNS.
        Sns = "sns",
        /// A bus of `EventBridge`.
        Eventbridge = "eventbridge",
    }

    /// Where Terraform keeps its state.
    StateBackend {
        /// Whoever applies the module says it.
        None = "none",
        /// A file beside the module.
        Local = "local",
        /// An S3 bucket.
        S3 = "s3",
        /// A server that speaks Terraform's protocol, such as GitLab.
        Http = "http",
    }
    /// What keeps two applies of one state in S3 apart.
    StateLock {
        /// An object beside the state.
        Lockfile = "lockfile",
        /// An item of a `DynamoDB` table.
        Dynamodb = "dynamodb",
        /// Nothing.
        None = "none",
    }
    /// What calls a function at certain times.
    ScheduleBacking {
        /// What fits the unit that runs it.
        Fitting = "fitting",
        /// `EventBridge` Scheduler.
        Scheduler = "scheduler",
        /// A `CronJob` of Kubernetes.
        Cronjob = "cronjob",
    }
}

impl TypescriptCompiler {
    /// Whether nobody has chosen.
    #[must_use]
    pub const fn is_project(&self) -> bool {
        matches!(self, Self::Project)
    }
}

impl Engine {
    /// Whether `ElastiCache` and `MemoryDB` have such a version, as far as major and minor numbers tell: Redis ends where Valkey
    /// begins. <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html>,
    /// <https://docs.aws.amazon.com/memorydb/latest/devguide/engine-versions.html>
    pub(super) fn has_version(self, version: &str) -> bool {
        let number = |part: &str| part.parse::<u32>().unwrap_or_default();
        let version = version.split_once('.').map(|(major, minor)| (number(major), number(minor))).unwrap_or_default();
        match self {
            Self::Valkey => version >= (7, 2),
            // Encryption in transit can be changed, and TLS 1.2 be required, from 6.x on; older ones are out of support.
            Self::Redis => version == (6, 2) || version == (7, 0) || version == (7, 1),
        }
    }
}

impl ScheduleBacking {
    /// What fits a unit that runs there.
    pub(super) const fn of(compute: Compute) -> Self {
        match compute {
            Compute::Lambda | Compute::Ecs => Self::Scheduler,
            Compute::Eks => Self::Cronjob,
        }
    }
}

impl Switch {
    /// Whether it is there.
    #[must_use]
    pub const fn is_on(self) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_ends_where_valkey_begins() {
        assert!(Engine::Valkey.has_version("8.2") && !Engine::Valkey.has_version("7.1"));
        assert!(Engine::Redis.has_version("7.1") && !Engine::Redis.has_version("8.2"));
    }

    #[test]
    fn words_and_choices_are_the_same() {
        assert_eq!(Architecture::NAMES, ["arm64", "x86_64"]);
        assert_eq!(Architecture::named("x86_64"), Some(Architecture::X86));
        assert_eq!(Architecture::named("arm"), None);
    }
}
