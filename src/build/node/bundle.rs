//! Runs `bundle.mjs`, which drives esbuild through its API: the command line has no plugins, and only a plugin sees which
//! packages a bundle takes in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::super::command::Tool;
use super::super::recipe::{Architecture, Compiler};
use super::super::{BuildError, Job, Warning};
use super::packages::{self, Installed};
use crate::app::{Generated, Kept};
use crate::source::ProjectPath;

/// What is started, and what that imports.
const SCRIPTS: [(&str, &str); 2] =
    [("bundle.mjs", include_str!("bundle.mjs")), ("compiler.mjs", include_str!("compiler.mjs"))];

/// The entry point that inferra generates at the unit's root.
pub(super) const ENTRY: &str = "inferra_entry.mjs";

/// The newest syntax that a bundle uses, so that it also runs on the Node that tests run on.
const NEWEST_TARGET: u32 = 20;

/// The sources that stand in for what a build would make, by the folder of the importing package and the module's name.
type Sources = BTreeMap<String, BTreeMap<String, String>>;

/// A bundle and what has to lie beside it.
pub(super) struct Bundle {
    pub(super) code: PathBuf,
    pub(super) map: PathBuf,
    /// Packages that could not be bundled, relative to the folder that packages are installed in.
    pub(super) folders: Vec<ProjectPath>,
}

/// As `bundle.mjs` documents it.
#[derive(Serialize)]
struct Settings<'a> {
    unit: &'a Path,
    packages: &'a Path,
    manifest: Option<&'a str>,
    compiler: Compiler,
    compilers: Option<PathBuf>,
    kept: Option<&'a Kept>,
    scratch: PathBuf,
    sources: Sources,
    generated: Vec<Generated>,
    entry: &'a str,
    target: String,
    platform: String,
    result: PathBuf,
    code: PathBuf,
    map: PathBuf,
}

#[derive(Deserialize)]
struct Outcome {
    folders: Vec<String>,
    scripts: Vec<String>,
}

/// Bundles the copy of the unit, whose packages are installed.
pub(super) fn make(job: &mut Job<'_>, installed: &Installed, major: u32) -> Result<Bundle, BuildError> {
    let at = |name: &str| job.scratch.join(name);
    let mut settings = Settings {
        unit: &installed.unit,
        packages: &installed.folder,
        manifest: job.unit.manifest.as_ref().map(ProjectPath::as_str),
        compiler: job.unit.typescript_compiler,
        compilers: None,
        kept: job.unit.packages.as_ref().and_then(|packages| packages.kept.as_ref()),
        scratch: at("compiled"),
        sources: job.unit.packages.as_ref().map(|packages| packages.sources.clone()).unwrap_or_default(),
        generated: job.unit.packages.as_ref().map(|packages| packages.generated.clone()).unwrap_or_default(),
        entry: ENTRY,
        target: format!("node{}", major.min(NEWEST_TARGET)),
        platform: platform(job.unit.architecture),
        result: at("result.json"),
        code: at("index.mjs"),
        map: at("index.mjs.map"),
    };
    let outcome = if let Some(outcome) = run(job, &settings)? {
        outcome
    } else {
        settings.compilers = Some(packages::install_for_this_machine(job)?);
        run(job, &settings)?.ok_or_else(|| no_compiler(job))?
    };
    if !outcome.scripts.is_empty() {
        job.warn(Warning::ScriptsNotRun { packages: outcome.scripts });
    }
    names_no_machine(job, &[&settings.code, &settings.map])?;
    let folders = outcome.folders.iter().filter_map(|folder| ProjectPath::new(Path::new(folder))).collect();
    Ok(Bundle { code: settings.code, map: settings.map, folders })
}

/// Runs the script; gives nothing where the project's compiler is installed for another machine only.
fn run(job: &mut Job<'_>, settings: &Settings<'_>) -> Result<Option<Outcome>, BuildError> {
    let node = packages::find(job, "node")?;
    let writing = || BuildError::io("write a temporary file");
    let text = serde_json::to_vec(settings).map_err(std::io::Error::from).map_err(writing())?;
    let file = job.scratch.join("settings.json");
    std::fs::write(&file, text).map_err(writing())?;
    for (name, text) in SCRIPTS {
        std::fs::write(job.scratch.join(name), text).map_err(writing())?;
    }
    let [(script, _), _] = SCRIPTS;
    let tool = Tool::new(&node).arg(job.scratch.join(script)).arg(&file);
    let said = tool.run(job, settings.unit, "bundling")?;
    if !said.stderr.trim().is_empty() {
        job.warn(Warning::Bundler { text: said.stderr });
    }
    read_outcome(&settings.result).map_err(BuildError::io("read the bundler's result"))
}

fn read_outcome(file: &Path) -> std::io::Result<Option<Outcome>> {
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
}

fn no_compiler(job: &Job<'_>) -> BuildError {
    BuildError::Manifest {
        unit: job.name.to_owned(),
        manifest: job.unit.manifest.as_ref().map_or_else(|| "package.json".to_owned(), ToString::to_string),
        problem: "has a TypeScript compiler that does not run on this machine, although it was installed for it: set \
                  `execution_unit.typescript_compiler` to another one in inferra.toml"
            .to_owned(),
    }
}

/// As addons name a platform.
fn platform(architecture: Architecture) -> String {
    format!("linux-{}", architecture.cpu())
}

/// The temporary folder has another name in each build, so its name in the output would make every zip a new one.
fn names_no_machine(job: &Job<'_>, files: &[&Path]) -> Result<(), BuildError> {
    let folder = job.scratch.to_string_lossy();
    for file in files {
        let bytes = std::fs::read(file).map_err(BuildError::io("read the bundle"))?;
        if memmem::find(&bytes, folder.as_bytes()).is_some() {
            return Err(BuildError::MachinePath { unit: job.name.to_owned() });
        }
    }
    Ok(())
}
