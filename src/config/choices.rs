//! What settings choose among, beside [`Compute`](super::Compute).

use std::fmt;

use serde::Serialize;

/// A processor architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// 64-bit ARM (Graviton).
    Arm64,
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86,
}

impl Architecture {
    /// The name that Lambda and people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a function is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    /// A zip: made without a builder of images, starts fastest, and is limited in size.
    Zip,
    /// A container image: up to 10 GB.
    Image,
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "zip",
            Self::Image => "image",
        })
    }
}

/// What compiles the TypeScript of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypescriptCompiler {
    /// What the project itself uses where esbuild does not do, esbuild otherwise.
    Project,
    /// esbuild, which erases types.
    Esbuild,
    /// The project's own swc.
    Swc,
    /// The project's own TypeScript.
    Tsc,
}

impl TypescriptCompiler {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Project, Self::Esbuild, Self::Swc, Self::Tsc];

    /// The word in settings and plans.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Esbuild => "esbuild",
            Self::Swc => "swc",
            Self::Tsc => "tsc",
        }
    }

    /// Whether nobody has chosen.
    #[must_use]
    pub const fn is_project(&self) -> bool {
        matches!(self, Self::Project)
    }
}

impl fmt::Display for TypescriptCompiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server that speaks Redis' protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Valkey, the open-source continuation of Redis 7.2.
    Valkey,
    /// Redis, up to 7.1 on `ElastiCache`.
    Redis,
}

impl Engine {
    /// The name that `ElastiCache` uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valkey => "valkey",
            Self::Redis => "redis",
        }
    }

    /// Whether `ElastiCache` has such a version, as far as major and minor numbers tell: Redis ends where Valkey begins.
    /// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html>
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

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How private subnets reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatGateways {
    /// A gateway in each zone: no zone depends on another.
    PerZone,
    /// One gateway for all: cheaper, and lost with its zone.
    Single,
}

impl fmt::Display for NatGateways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PerZone => "per_zone",
            Self::Single => "single",
        })
    }
}

/// What happens to data when what holds it is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDestroy {
    /// It is in the way: nothing is destroyed that holds any.
    Keep,
    /// It is lost.
    Delete,
}

impl fmt::Display for OnDestroy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Delete => "delete",
        })
    }
}

/// What pods run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nodes {
    /// Machines of a managed node group.
    Managed,
    /// Fargate: a machine of its own for each pod, nobody's to manage.
    Fargate,
}

impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Managed => "managed",
            Self::Fargate => "fargate",
        })
    }
}

/// Something that can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It is there.
    On,
    /// It is not.
    Off,
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

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

/// In how many availability zones a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zones {
    /// In two: the second has a copy that takes over.
    Multiple,
    /// In one, and lost with it until it is restored.
    Single,
}

impl fmt::Display for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Multiple => "multiple",
            Self::Single => "single",
        })
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
}

/// What a web site answers with where there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFoundPage {
    /// Its page `404.html`, if it has one.
    Page,
    /// Its index document: the application in the browser reads the address itself.
    Index,
}

impl NotFoundPage {
    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Index => "index",
        }
    }
}

impl fmt::Display for NotFoundPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
