//! npm, told to install for Lambda instead of for this machine.

use std::path::{Path, PathBuf};

use super::super::command::Tool;
use super::super::files;
use super::super::{BuildError, Job, Warning};
use super::SHIM;

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

/// A copy of a unit whose packages are installed.
pub(super) struct Installed {
    /// The copy.
    pub(super) unit: PathBuf,
    /// The folder in it that the application's packages are installed in.
    pub(super) folder: PathBuf,
}

/// What packages with machine code are installed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    /// What the function runs on.
    Lambda,
    /// What the build runs on.
    Here,
}

/// Installs the application's packages and the shim's into the copy of the unit.
pub(super) fn install(job: &mut Job<'_>, unit: PathBuf) -> Result<Installed, BuildError> {
    let folder = application(job, &unit, Platform::Lambda)?;
    let shim = unit.join(SHIM);
    // Without its development dependencies, but for this machine: esbuild runs here.
    let tool = quiet(&find(job, "npm")?, "ci").arg("--omit=dev");
    tool.run(job, &shim, "installing the runtime and the bundler")?;
    Ok(Installed { unit, folder })
}

/// Installs the application's packages once more, for this machine, into a folder of their own.
pub(super) fn install_for_this_machine(job: &mut Job<'_>, installed: &Installed) -> Result<PathBuf, BuildError> {
    let copy = job.scratch.join("compilers");
    files::copy_unit(&job.source, &copy)?;
    let folder = application(job, &copy, Platform::Here)?;
    debug_assert_eq!(folder.strip_prefix(&copy).ok(), installed.folder.strip_prefix(&installed.unit).ok());
    Ok(copy)
}

/// Development dependencies come along because a `tsconfig.json` may extend one of them, and one may be the compiler; the bundle
/// takes only what the code imports. Stated explicitly, or else `NODE_ENV` would decide.
fn application(job: &mut Job<'_>, unit: &Path, platform: Platform) -> Result<PathBuf, BuildError> {
    let Some(manifest) = job.unit.manifest.clone() else { return Ok(unit.to_owned()) };
    let npm = find(job, "npm")?;
    let parent = manifest.parent();
    let manifest = Path::new(parent).join("package.json").display().to_string();
    let folder = if parent.is_empty() { unit.to_owned() } else { unit.join(parent) };
    if !folder.join("package.json").is_file() {
        let problem = "is not in the unit: run `inferra compile` again".to_owned();
        return Err(BuildError::Manifest { unit: job.name.to_owned(), manifest, problem });
    }
    let locked = LOCKS.iter().any(|lock| folder.join(lock).is_file());
    if !locked && platform == Platform::Lambda {
        job.warn(Warning::NoLockFile { manifest });
    }
    let tool = if locked { quiet(&npm, "ci") } else { quiet(&npm, "install").arg("--no-package-lock") };
    let tool = tool.arg("--include=dev");
    match platform {
        Platform::Lambda => {
            let cpu = format!("--cpu={}", job.unit.architecture.cpu());
            let tool = tool.args(["--os=linux", "--libc=glibc"]).arg(cpu);
            tool.run(job, &folder, "installing the packages for Lambda")?;
        }
        Platform::Here => _ = tool.run(job, &folder, "installing the project's compiler for this machine")?,
    }
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
