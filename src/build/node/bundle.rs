//! Runs `bundle.mjs`, which drives esbuild through its API: the command line has no plugins, and only a plugin sees which
//! packages a bundle takes in.

use std::path::{Path, PathBuf};

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::super::command::Tool;
use super::super::recipe::Architecture;
use super::super::{BuildError, Job, Warning};
use super::packages;
use crate::source::ProjectPath;

const SCRIPT: &str = include_str!("bundle.mjs");

/// The entry point that inferra generates at the unit's root.
const ENTRY: &str = "inferra_entry.mjs";

/// The newest syntax that a bundle uses, so that it also runs on the Node that tests run on.
const NEWEST_TARGET: u32 = 20;

/// A bundle and what has to lie beside it.
pub(super) struct Bundle {
    pub(super) code: PathBuf,
    pub(super) map: PathBuf,
    /// Packages that could not be bundled, relative to the folder of `package.json`.
    pub(super) folders: Vec<ProjectPath>,
}

/// As `bundle.mjs` documents it.
#[derive(Serialize)]
struct Settings<'a> {
    unit: &'a Path,
    packages: &'a Path,
    entry: &'a str,
    target: String,
    platform: String,
    result: &'a Path,
    code: &'a Path,
    map: &'a Path,
}

#[derive(Deserialize)]
struct Outcome {
    folders: Vec<String>,
    scripts: Vec<String>,
}

/// Bundles the copy of the unit, whose packages are installed.
pub(super) fn make(job: &mut Job<'_>, unit: &Path, folder: &Path, major: u32) -> Result<Bundle, BuildError> {
    let node = packages::find(job, "node")?;
    let at = |name: &str| job.scratch.join(name);
    let (script, settings, result) = (at("bundle.mjs"), at("settings.json"), at("result.json"));
    let (code, map) = (at("index.mjs"), at("index.mjs.map"));
    let text = serde_json::to_vec(&Settings {
        unit,
        packages: folder,
        entry: ENTRY,
        target: format!("node{}", major.min(NEWEST_TARGET)),
        platform: platform(job.unit.architecture),
        result: &result,
        code: &code,
        map: &map,
    });
    let writing = || BuildError::io("write a temporary file");
    std::fs::write(&settings, text.map_err(std::io::Error::from).map_err(writing())?).map_err(writing())?;
    std::fs::write(&script, SCRIPT).map_err(writing())?;
    let said = Tool::new(&node).arg(&script).arg(&settings).run(job, unit, "bundling")?;
    if !said.stderr.trim().is_empty() {
        job.warn(Warning::Bundler { text: said.stderr });
    }
    let outcome = read_outcome(&result).map_err(BuildError::io("read the bundler's result"))?;
    if !outcome.scripts.is_empty() {
        job.warn(Warning::ScriptsNotRun { packages: outcome.scripts });
    }
    names_no_machine(job, &[&code, &map])?;
    let folders = outcome.folders.iter().filter_map(|folder| ProjectPath::new(Path::new(folder))).collect();
    Ok(Bundle { code, map, folders })
}

fn read_outcome(file: &Path) -> std::io::Result<Outcome> {
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
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
