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

/// What npm is always told: <https://docs.npmjs.com/cli/commands/npm-install>.
pub const QUIET: [&str; 4] = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];

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
    /// The hash of that version's program, as Corepack has it behind a `+`: `sha512.<hexadecimal>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// How Yarn compresses what it downloads, where the hashes of its lock file are of something else than its default:
    /// <https://yarnpkg.com/configuration/yarnrc#compressionLevel>.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
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
    /// The package that is not bundled; absent where all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
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
        let adds =
            !(self.members.is_empty() && self.sources.is_empty() && self.generated.is_empty() && self.kept.is_none());
        self.manager == PackageManager::Npm && beside && !adds
    }

    /// The arguments with which the package manager installs them in `folder`, wherever it is started, and looks for nothing above
    /// that. Development dependencies come along because a `tsconfig.json` may extend one of them, and one may be the compiler;
    /// stated, or else `NODE_ENV` would decide.
    #[must_use]
    pub fn installation(&self, folder: &str, locked: bool) -> Vec<String> {
        let lock = if locked { "--frozen-lockfile" } else { "--no-lockfile" };
        match self.manager {
            PackageManager::Npm => self.by_npm(folder, locked),
            PackageManager::Pnpm => owned(&[
                "install",
                &format!("--dir={folder}"),
                lock,
                "--prod=false",
                "--ignore-scripts",
                "--reporter=append-only",
                // As npm does it: without links, so that a package with machine code can be copied.
                "--config.node-linker=hoisted",
            ]),
            PackageManager::YarnClassic => owned(&[
                "install",
                "--cwd",
                folder,
                lock,
                "--production=false",
                "--ignore-scripts",
                "--ignore-engines",
                "--non-interactive",
                "--no-progress",
            ]),
            PackageManager::Yarn => {
                let lock = if locked { "--immutable" } else { "--no-immutable" };
                owned(&["--cwd", folder, "install", lock, "--mode=skip-build"])
            }
        }
    }

    /// Of a workspace, only the packages that the unit has code of, and what they need.
    fn by_npm(&self, folder: &str, locked: bool) -> Vec<String> {
        let mut words = owned(if locked { &["ci"] } else { &["install", "--no-package-lock"] });
        words.extend([format!("--prefix={folder}"), "--include=dev".to_owned()]);
        words.extend(owned(&QUIET));
        let inside = |member: &String| Some(member.strip_prefix(&self.folder)?.trim_start_matches('/').to_owned());
        words.extend(self.members.iter().filter_map(inside).map(|member| format!("--workspace={member}")));
        words.extend((!self.members.is_empty()).then(|| "--include-workspace-root".to_owned()));
        words
    }

    /// The variables that tell the package manager the rest.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, &str)> {
        match self.manager {
            PackageManager::Npm | PackageManager::YarnClassic => Vec::new(),
            PackageManager::Pnpm => vec![("CI", "true")],
            PackageManager::Yarn => {
                let level = self.compression.as_deref().map(|level| ("YARN_COMPRESSION_LEVEL", level));
                let always = [
                    ("YARN_NODE_LINKER", "node-modules"),
                    ("YARN_ENABLE_TELEMETRY", "false"),
                    ("YARN_ENABLE_GLOBAL_CACHE", "true"),
                ];
                always.into_iter().chain(level).collect()
            }
        }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
