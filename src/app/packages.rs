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
    /// Code that is made when the unit is built, before it is bundled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<Generated>,
}

/// Code that a tool of the application's own makes from a file of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The package whose program of the same name is the tool.
    pub package: String,
    /// The folder that it is run in.
    pub folder: String,
    /// What it is told.
    pub arguments: Vec<String>,
    /// Its environment beside the build's own.
    pub environment: BTreeMap<String, String>,
    /// Variables that name a program which it does not use, and would fetch where none is named.
    pub programs: Vec<String>,
    /// The file.
    pub schema: String,
    /// Others that it is one with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// Packages, each with others that it loads and that nothing uses in the unit.
    pub unused: BTreeMap<String, Vec<String>>,
    /// What the file says of the database when the unit is built. The unit's copy is the project's: where nothing binds the
    /// unit, it is made from that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// A text that takes the place of a part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The first byte of the part.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// The text.
    pub text: String,
}

impl Packages {
    /// Whether npm alone would do the same without being told.
    #[must_use]
    pub fn is_plain(&self, manifest: &ProjectPath) -> bool {
        let beside = self.folder == manifest.parent();
        let adds = !(self.members.is_empty() && self.sources.is_empty() && self.generated.is_empty());
        self.manager == PackageManager::Npm && beside && !adds
    }
}
