//! npm, told to install for Lambda instead of for this machine.

use std::path::{Path, PathBuf};

use super::super::command::Tool;
use super::super::{BuildError, Job, Warning};
use super::SHIM;

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

/// Installs the application's packages and the shim's into the copy of the unit; gives the folder of the application's.
pub(super) fn install(job: &mut Job<'_>, unit: &Path) -> Result<PathBuf, BuildError> {
    let npm = find(job, "npm")?;
    let folder = match &job.unit.manifest {
        None => unit.to_owned(),
        Some(manifest) => application(job, &npm, unit, manifest.clone().parent())?,
    };
    let shim = unit.join(SHIM);
    // Without its development dependencies, but for this machine: esbuild runs here.
    let tool = quiet(&npm, "ci").arg("--omit=dev");
    tool.run(job, &shim, "installing the runtime and the bundler")?;
    Ok(folder)
}

/// Development dependencies come along because a `tsconfig.json` may extend one of them; the bundle takes only what the
/// code imports. Stated explicitly, or else `NODE_ENV` would decide.
fn application(job: &mut Job<'_>, npm: &Path, unit: &Path, parent: &str) -> Result<PathBuf, BuildError> {
    let manifest = Path::new(parent).join("package.json").display().to_string();
    let folder = if parent.is_empty() { unit.to_owned() } else { unit.join(parent) };
    if !folder.join("package.json").is_file() {
        let problem = "is not in the unit: run `inferra compile` again".to_owned();
        return Err(BuildError::Manifest { unit: job.name.to_owned(), manifest, problem });
    }
    let locked = LOCKS.iter().any(|lock| folder.join(lock).is_file());
    if !locked {
        job.warn(Warning::NoLockFile { manifest });
    }
    let tool = if locked { quiet(npm, "ci") } else { quiet(npm, "install").arg("--no-package-lock") };
    let cpu = format!("--cpu={}", job.unit.architecture.cpu());
    let tool = tool.args(["--include=dev", "--os=linux", "--libc=glibc"]).arg(cpu);
    tool.run(job, &folder, "installing the packages for Lambda")?;
    Ok(folder)
}

fn quiet(npm: &Path, action: &str) -> Tool {
    Tool::new(npm).arg(action).args(["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
}

/// `node` or `npm`.
pub(super) fn find(job: &Job<'_>, name: &'static str) -> Result<PathBuf, BuildError> {
    job.tools.find(name).ok_or_else(|| BuildError::ToolMissing {
        unit: job.name.to_owned(),
        tool: name,
        install: "install Node.js 20 or later with npm (https://nodejs.org/)".to_owned(),
    })
}
