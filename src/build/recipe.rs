//! The part of `plan.json` that a build needs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::BuildError;
use crate::app::Packages;
use crate::source::{OUTPUT_MARKER, ProjectPath};

/// The version of `plan.json` that this build understands.
const VERSION: u64 = 2;

/// The whole file, as far as a build reads it.
#[derive(Debug, Deserialize)]
pub(super) struct PlanFile {
    units: BTreeMap<String, Planned>,
}

/// A unit, by what runs it.
#[derive(Debug, Deserialize)]
#[serde(tag = "backing", rename_all = "snake_case")]
pub(super) enum Planned {
    /// As a function: a zip, or an image.
    Lambda(Function),
    /// As an image, in pods.
    Eks(Image),
    /// As an image, in tasks.
    Ecs(Image),
}

/// A function, by what it is made of.
#[derive(Debug, Deserialize)]
#[serde(tag = "package", rename_all = "snake_case")]
pub(super) enum Function {
    /// A zip.
    Zip(Box<Unit>),
    /// An image.
    Image(Image),
}

/// What to say of a unit whose image any builder makes of its Dockerfile.
#[derive(Debug, Deserialize)]
pub(super) struct Image {
    pub(super) architecture: Architecture,
    /// The unit's files, relative to the compiled directory.
    #[serde(deserialize_with = "inside")]
    pub(super) directory: ProjectPath,
}

/// How one unit is built.
#[derive(Debug, Deserialize)]
pub(super) struct Unit {
    pub(super) runtime: Runtime,
    pub(super) architecture: Architecture,
    /// The unit's files, relative to the compiled directory.
    #[serde(deserialize_with = "inside")]
    pub(super) directory: ProjectPath,
    /// The zip, relative to the compiled directory.
    #[serde(deserialize_with = "inside")]
    pub(super) zip: ProjectPath,
    /// What names the application's dependencies, relative to the unit.
    #[serde(default, deserialize_with = "maybe_inside")]
    pub(super) manifest: Option<ProjectPath>,
    /// How the packages of a Node unit are installed, where npm alone would not do.
    #[serde(default)]
    pub(super) packages: Option<Box<Packages>>,
    /// What compiles its TypeScript.
    #[serde(default)]
    pub(super) typescript_compiler: Compiler,
}

/// What compiles the TypeScript of a unit, by the names of `plan.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Compiler {
    /// What the project needs.
    #[default]
    Project,
    Esbuild,
    Swc,
    Tsc,
}

/// A Lambda runtime: it alone decides the language, so the plan's `language` is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    /// Python 3.
    Python { minor: u32 },
    /// Node.js.
    Node { major: u32 },
}

/// A processor architecture, by Lambda's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Architecture {
    #[serde(rename = "arm64")]
    Arm64,
    #[serde(rename = "x86_64")]
    X86_64,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// `out` as an absolute path, if it is one that inferra made.
pub(super) fn compiled_directory(out: &Path) -> Result<PathBuf, BuildError> {
    let directory = out.display().to_string();
    if !out.is_dir() {
        return Err(BuildError::NoDirectory { directory });
    }
    if !out.join(OUTPUT_MARKER).is_file() {
        return Err(BuildError::NotOurs { directory });
    }
    out.canonicalize().map_err(BuildError::io(format!("find {directory}")))
}

impl PlanFile {
    pub(super) fn read(out: &Path) -> Result<Self, BuildError> {
        let text = std::fs::read(out.join("plan.json")).map_err(|error| BuildError::PlanMissing { error })?;
        Self::parse(&text)
    }

    /// The version is read on its own first: nothing can be said about the rest of an unknown version.
    fn parse(text: &[u8]) -> Result<Self, BuildError> {
        let Version { version } = serde_json::from_slice(text).map_err(BuildError::PlanInvalid)?;
        if version != VERSION {
            return Err(BuildError::PlanVersion { found: version, known: VERSION });
        }
        serde_json::from_slice(text).map_err(BuildError::PlanInvalid)
    }

    /// The unit of that name, or all of them.
    pub(super) fn select(&self, name: Option<&str>) -> Result<Vec<(&str, &Planned)>, BuildError> {
        let all = self.units.iter().map(|(name, unit)| (name.as_str(), unit));
        let Some(wanted) = name else { return Ok(all.collect()) };
        match self.units.get_key_value(wanted) {
            Some((name, unit)) => Ok(vec![(name, unit)]),
            None => {
                Err(BuildError::UnknownUnit { unit: wanted.to_owned(), known: self.units.keys().cloned().collect() })
            }
        }
    }
}

impl Runtime {
    fn parse(text: &str) -> Option<Self> {
        if let Some(minor) = text.strip_prefix("python3.") {
            return Some(Self::Python { minor: minor.parse().ok()? });
        }
        let major = text.strip_prefix("nodejs")?.strip_suffix(".x")?;
        Some(Self::Node { major: major.parse().ok()? })
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Python { minor } => write!(f, "python3.{minor}"),
            Self::Node { major } => write!(f, "nodejs{major}.x"),
        }
    }
}

impl<'de> Deserialize<'de> for Runtime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no runtime that inferra builds for")))
    }
}

impl Architecture {
    /// The name that Python's platform tags and Rust-like triples have for it.
    pub(super) const fn machine(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64",
            Self::X86_64 => "x86_64",
        }
    }

    /// The name that images have for it: <https://github.com/opencontainers/image-spec/blob/main/image-index.md>.
    pub(super) const fn image(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "amd64",
        }
    }

    /// Node's name for it (`process.arch`).
    pub(super) const fn cpu(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        })
    }
}

/// A path that stays inside the folder it is relative to, so that no plan makes a build write elsewhere.
fn inside<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProjectPath, D::Error> {
    let text = String::deserialize(deserializer)?;
    ProjectPath::new(Path::new(&text))
        .filter(|path| !path.as_str().is_empty())
        .ok_or_else(|| de::Error::custom(format!("`{text}` leaves the directory")))
}

fn maybe_inside<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ProjectPath>, D::Error> {
    #[derive(Deserialize)]
    struct Inside(#[serde(deserialize_with = "inside")] ProjectPath);

    Ok(Option::<Inside>::deserialize(deserializer)?.map(|Inside(path)| path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(zip: &str, runtime: &str) -> String {
        format!(
            r#"{{"version": 2, "application": "a", "units": {{"main": {{"language": "python", "backing": "lambda", "package": "zip", "runtime": "{runtime}",
                "architecture": "arm64", "handler": "h", "directory": "units/main", "zip": "{zip}", "manifest": null}}}}}}"#
        )
    }

    #[test]
    fn a_plan_is_read() {
        let plan = PlanFile::parse(plan("build/main.zip", "python3.13").as_bytes()).unwrap();
        let [(name, Planned::Lambda(Function::Zip(unit)))] = plan.select(None).unwrap()[..] else { panic!("one unit") };
        assert_eq!(
            (name, unit.runtime, unit.architecture),
            ("main", Runtime::Python { minor: 13 }, Architecture::Arm64)
        );
        assert_eq!(plan.select(Some("mian")).unwrap_err().to_string(), "there is no unit `mian`: the units are main");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let error = |text: &str| PlanFile::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error(r#"{"version": 1, "units": 7}"#).starts_with("plan.json has version 1"));
        assert!(error("{}").contains("missing field `version`"));
        assert!(error(&plan("../x.zip", "python3.13")).contains("`../x.zip` leaves the directory"));
        assert!(error(&plan("/tmp/x.zip", "python3.13")).contains("leaves the directory"));
        assert!(error(&plan("build/main.zip", "ruby3.3")).contains("`ruby3.3` is no runtime"));
    }

    #[test]
    fn a_directory_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = compiled_directory(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("was not made by inferra"), "{refused}");
        std::fs::write(folder.path().join(OUTPUT_MARKER), "").unwrap();
        assert!(compiled_directory(folder.path()).is_ok());
        let missing = PlanFile::read(folder.path()).unwrap_err().to_string();
        assert!(missing.starts_with("plan.json cannot be read"), "{missing}");
    }
}
