use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::source::ProjectPath;

/// What installs the packages of a Node unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageManager {
    /// npm, which comes with Node.
    #[default]
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn from 2 on.
    Yarn,
}

impl PackageManager {
    /// The program.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic | Self::Yarn => "yarn",
        }
    }

    /// The package that has the program in npm's registry.
    #[must_use]
    pub const fn package(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic => "yarn",
            // Yarn's own name there ends with its first version: https://yarnpkg.com/getting-started/install.
            Self::Yarn => "@yarnpkg/cli-dist",
        }
    }
}

impl fmt::Display for PackageManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic => "Yarn 1",
            Self::Yarn => "Yarn",
        })
    }
}

/// How the packages of a Node unit are installed and found, where that is not by npm beside the unit's `package.json` alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    /// What installs them.
    pub manager: PackageManager,
    /// Its version: what the project asks for, or one that writes the project's form of lock file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The folder that they are installed from: the root of the workspace.
    pub folder: String,
    /// The file that decides the versions; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// The folders of the workspace's packages that the unit has sources of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Modules that a build of the project would make and that their sources stand in for: the source, by the folder of the
    /// importing package and the module's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, BTreeMap<String, String>>,
    /// The package that is not bundled; absent where all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

/// A package that a unit keeps whole beside its bundle, with all that the project depends on, because it serves what a build
/// of the project makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The package.
    pub package: String,
    /// The folder of the manifest that lists it, which the unit runs in.
    pub folder: String,
    /// The program of the package that builds the project, and what it is told.
    pub build: Vec<String>,
    /// Environment variables of that build.
    pub environment: BTreeMap<String, String>,
    /// The folders that it makes, relative to `folder`.
    pub makes: Vec<String>,
    /// Globs of what is not shipped, of the folders made and of the packages.
    pub without: Vec<String>,
}

impl Packages {
    /// Whether npm alone would do the same without being told.
    #[must_use]
    pub fn is_plain(&self, manifest: &ProjectPath) -> bool {
        let beside = self.folder == manifest.parent();
        let bundled = self.members.is_empty() && self.sources.is_empty() && self.kept.is_none();
        self.manager == PackageManager::Npm && beside && bundled
    }
}
