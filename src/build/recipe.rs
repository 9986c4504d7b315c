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

/// A root of the output: one folder that has all that a compile for one environment writes.
#[derive(Debug)]
pub(super) struct Root {
    /// Its folder in the compiled directory; empty where that is the one root.
    pub(super) folder: String,
    /// The names of its environments; none where it is a compile's for one.
    pub(super) environments: Vec<String>,
    pub(super) plan: PlanFile,
}

/// `plan.json` of several environments, as far as a build reads it. What is built is the same for all environments of a root.
#[derive(Debug, Deserialize)]
struct Index {
    roots: Vec<OfRoot>,
}

#[derive(Debug, Deserialize)]
struct OfRoot {
    #[serde(deserialize_with = "folder")]
    directory: String,
    environments: BTreeMap<String, OfEnvironment>,
}

#[derive(Debug, Deserialize)]
struct OfEnvironment {
    #[serde(deserialize_with = "inside")]
    plan: ProjectPath,
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

impl Root {
    /// The roots of `out`: one, unless several environments were compiled for whose graphs differ.
    pub(super) fn read(out: &Path) -> Result<Vec<Self>, BuildError> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| BuildError::PlanMissing { error });
        let text = read(&out.join("plan.json"))?;
        let Ok(Index { roots }) = serde_json::from_slice(&text) else {
            return Ok(vec![Self { folder: String::new(), environments: Vec::new(), plan: PlanFile::parse(&text)? }]);
        };
        PlanFile::check_version(&text)?;
        let of_root = |OfRoot { directory: folder, environments }| {
            let within = out.join(&folder);
            let path =
                environments.values().next().map_or_else(|| within.clone(), |one| within.join(one.plan.as_str()));
            let plan = PlanFile::parse(&read(&path)?)?;
            Ok(Self { folder, environments: environments.into_keys().collect(), plan })
        };
        roots.into_iter().map(of_root).collect()
    }

    /// `path`, relative to the compiled directory.
    pub(super) fn inside(&self, path: &str) -> String {
        if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) }
    }
}

impl PlanFile {
    /// The version is read on its own first: nothing can be said about the rest of an unknown version.
    fn parse(text: &[u8]) -> Result<Self, BuildError> {
        Self::check_version(text)?;
        serde_json::from_slice(text).map_err(BuildError::PlanInvalid)
    }

    fn check_version(text: &[u8]) -> Result<(), BuildError> {
        let Version { version } = serde_json::from_slice(text).map_err(BuildError::PlanInvalid)?;
        if version == VERSION { Ok(()) } else { Err(BuildError::PlanVersion { found: version, known: VERSION }) }
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

/// The folder of a root: the whole directory, or one in it.
fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == "." {
        return Ok(String::new());
    }
    let path = ProjectPath::new(Path::new(&text)).filter(|path| !path.as_str().is_empty());
    path.map(|path| path.as_str().to_owned()).ok_or_else(|| de::Error::custom(format!("`{text}` leaves the directory")))
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
    fn the_roots_of_several_environments_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("prod/environments/prod");
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::write(inside.join("plan.json"), plan("build/main.zip", "python3.13")).unwrap();
        let index = |directory: &str| {
            format!(
                r#"{{"version": 2, "roots": [{{"directory": "{directory}", "environments": {{"prod": {{"plan": "environments/prod/plan.json"}}}}}}]}}"#
            )
        };
        std::fs::write(folder.path().join("plan.json"), index("prod")).unwrap();
        let roots = Root::read(folder.path()).unwrap();
        assert_eq!((roots.len(), roots[0].environments.as_slice()), (1, ["prod".to_owned()].as_slice()));
        assert_eq!(roots[0].inside("build/main.zip"), "prod/build/main.zip");
        assert_eq!(roots[0].plan.select(None).unwrap().len(), 1);
        std::fs::write(folder.path().join("plan.json"), index("../prod")).unwrap();
        assert!(Root::read(folder.path()).is_err());
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
        let missing = Root::read(folder.path()).unwrap_err().to_string();
        assert!(missing.starts_with("plan.json cannot be read"), "{missing}");
    }
}
