//! npm, pnpm and Yarn, told to install for Lambda instead of for this machine, into `node_modules` without links between packages:
//! what the bundler finds is then the same with each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::super::command::Tool;
use super::super::files;
use super::super::{BuildError, Job, Warning};
use super::SHIM;
use crate::app::{PackageManager, Packages, QUIET};
use crate::source::ProjectPath;

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

/// pnpm's list of a workspace's packages.
const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";

/// Yarn's configuration, in the folder that it installs from.
const YARN_CONFIGURATION: &str = ".yarnrc.yml";

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
    let folder = application_alone(job, &unit, Platform::Lambda)?;
    let shim = unit.join(SHIM);
    // Without its development dependencies, but for this machine: esbuild runs here.
    let tool = Tool::new(&find(job, "npm")?).args(["ci", "--prefix=.", "--omit=dev"]).args(QUIET);
    tool.run(job, &shim, "installing the runtime and the bundler")?;
    Ok(Installed { unit, folder })
}

/// Installs the application's packages once more, for this machine, into a folder of their own.
pub(super) fn install_for_this_machine(job: &mut Job<'_>) -> Result<PathBuf, BuildError> {
    let copy = job.scratch.join("compilers");
    if copy.exists() {
        return Ok(copy);
    }
    files::copy_unit(&job.source, &copy)?;
    application_alone(job, &copy, Platform::Here)?;
    Ok(copy)
}

/// Installs the application's packages while the shim is not there, which is none of them, whatever folders a workspace takes in.
fn application_alone(job: &mut Job<'_>, unit: &Path, platform: Platform) -> Result<PathBuf, BuildError> {
    let (shim, aside) = (unit.join(SHIM), job.scratch.join("shim"));
    let moving = || BuildError::io("move a temporary folder");
    std::fs::rename(&shim, &aside).map_err(moving())?;
    let folder = application(job, unit, platform)?;
    std::fs::rename(&aside, &shim).map_err(moving())?;
    Ok(folder)
}

/// How the unit's packages are installed: as the plan says, or by npm beside its manifest.
fn packages(job: &Job<'_>, manifest: &ProjectPath) -> Packages {
    let plain = || Packages { folder: manifest.parent().to_owned(), ..Packages::default() };
    job.unit.packages.as_deref().cloned().unwrap_or_else(plain)
}

/// The bundle takes only what the code imports.
fn application(job: &mut Job<'_>, unit: &Path, platform: Platform) -> Result<PathBuf, BuildError> {
    let Some(manifest) = job.unit.manifest.clone() else { return Ok(unit.to_owned()) };
    let packages = packages(job, &manifest);
    let folder = if packages.folder.is_empty() { unit.to_owned() } else { unit.join(&packages.folder) };
    let manifest = Path::new(&packages.folder).join("package.json").display().to_string();
    if ProjectPath::new(Path::new(&packages.folder)).is_none() || !folder.join("package.json").is_file() {
        let problem = "is not in the unit: run `inferra compile` again".to_owned();
        return Err(BuildError::Manifest { unit: job.name.to_owned(), manifest, problem });
    }
    let locked = packages.lock.is_some() || LOCKS.iter().any(|lock| folder.join(lock).is_file());
    if !locked && platform == Platform::Lambda {
        job.warn(Warning::NoLockFile { manifest: manifest.clone(), manager: packages.manager });
    }
    let program = match packages.manager {
        PackageManager::Npm => find(job, "npm")?,
        PackageManager::Pnpm => manager(job, &packages)?,
        PackageManager::YarnClassic => yarn(job, &packages, &folder, &manifest)?,
        PackageManager::Yarn => {
            configure_yarn(job, &folder, platform)?;
            yarn(job, &packages, &folder, &manifest)?
        }
    };
    let tool = Tool::new(&program).args(packages.installation(".", locked)).envs(packages.environment());
    // Or it would look for a workspace in the folders above.
    let alone = packages.manager == PackageManager::Pnpm && !folder.join(PNPM_WORKSPACE).is_file();
    let tool = tool.args(alone.then_some("--ignore-workspace"));
    match platform {
        Platform::Lambda => {
            let tool = for_lambda(tool, packages.manager, job.unit.architecture.cpu());
            tool.run(job, &folder, "installing the packages for Lambda")?;
        }
        Platform::Here => _ = tool.run(job, &folder, "installing the packages for this machine")?,
    }
    Ok(folder)
}

/// Yarn is told by its configuration, or leaves nothing out.
fn for_lambda(tool: Tool, manager: PackageManager, cpu: &str) -> Tool {
    match manager {
        PackageManager::Npm | PackageManager::Pnpm => {
            tool.args(["--os=linux", "--libc=glibc"]).arg(format!("--cpu={cpu}"))
        }
        PackageManager::YarnClassic => tool.arg("--ignore-platform"),
        PackageManager::Yarn => tool,
    }
}

/// Says what the packages are installed for: <https://yarnpkg.com/configuration/yarnrc#supportedArchitectures>.
fn configure_yarn(job: &Job<'_>, folder: &Path, platform: Platform) -> Result<(), BuildError> {
    let file = folder.join(YARN_CONFIGURATION);
    let mut text = std::fs::read_to_string(&file).unwrap_or_default();
    if platform == Platform::Lambda && !text.contains("supportedArchitectures:") {
        let cpu = job.unit.architecture.cpu();
        _ = write!(text, "\nsupportedArchitectures:\n  os: [linux]\n  cpu: [{cpu}]\n  libc: [glibc]\n");
    }
    std::fs::write(file, text).map_err(BuildError::io("write a temporary file"))?;
    // Without one, Yarn would look for the project's in the folders above.
    let lock = folder.join("yarn.lock");
    let made = if lock.is_file() { Ok(()) } else { std::fs::write(lock, "") };
    made.map_err(BuildError::io("write a temporary file"))
}

/// `node` or `npm`.
pub(super) fn find(job: &Job<'_>, name: &'static str) -> Result<PathBuf, BuildError> {
    job.tools.find(name).ok_or_else(|| BuildError::ToolMissing {
        unit: job.name.to_owned(),
        tool: name,
        install: "install Node.js 20 or later with npm (https://nodejs.org/)".to_owned(),
    })
}

/// What installs the project's packages, where it does not come with Node.
fn manager(job: &Job<'_>, packages: &Packages) -> Result<PathBuf, BuildError> {
    let tool = packages.manager.program();
    job.tools.find(tool).ok_or_else(|| BuildError::ToolMissing {
        unit: job.name.to_owned(),
        tool,
        install: format!("`{}` installs it, from the registry that npm is configured for", installation(packages)),
    })
}

/// Two programs have this name, of which each destroys the lock files of the other.
fn yarn(job: &Job<'_>, packages: &Packages, folder: &Path, manifest: &str) -> Result<PathBuf, BuildError> {
    let program = manager(job, packages)?;
    let version = Tool::new(&program).arg("--version").ask(folder).unwrap_or_default();
    let is_classic = version.starts_with("1.") || version.starts_with("0.");
    if is_classic == (packages.manager == PackageManager::YarnClassic) {
        return Ok(program);
    }
    let wanted = packages.version.as_deref().unwrap_or_default();
    Err(BuildError::Manifest {
        unit: job.name.to_owned(),
        manifest: manifest.to_owned(),
        problem: format!(
            "is installed by Yarn {wanted}, and the `yarn` on PATH is {}: `{}` installs the one that it needs",
            version.trim(),
            installation(packages)
        ),
    })
}

/// The command that installs a package manager.
fn installation(packages: &Packages) -> String {
    let version = packages.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
    format!("npm install --global {}{version}", packages.manager.package())
}
