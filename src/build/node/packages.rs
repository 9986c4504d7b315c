//! npm, pnpm and Yarn, told to install for Lambda instead of for this machine, into `node_modules` without links between packages:
//! what the bundler finds is then the same with each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::super::command::Tool;
use super::super::files;
use super::super::{BuildError, Job, Warning};
use super::SHIM;
use crate::app::{PackageManager, Packages};
use crate::source::ProjectPath;

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

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
    let folder = application(job, &unit, Platform::Lambda)?;
    let shim = unit.join(SHIM);
    // Without its development dependencies, but for this machine: esbuild runs here.
    let tool = quiet(&find(job, "npm")?, "ci").arg("--omit=dev");
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
    application(job, &copy, Platform::Here)?;
    Ok(copy)
}

/// How the unit's packages are installed: as the plan says, or by npm beside its manifest.
fn packages(job: &Job<'_>, manifest: &ProjectPath) -> Packages {
    let plain = || Packages { folder: manifest.parent().to_owned(), ..Packages::default() };
    job.unit.packages.clone().unwrap_or_else(plain)
}

/// Development dependencies come along because a `tsconfig.json` may extend one of them, and one may be the compiler; the bundle
/// takes only what the code imports. Stated explicitly, or else `NODE_ENV` would decide.
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
    let tool = match packages.manager {
        PackageManager::Npm => npm(&find(job, "npm")?, &packages, locked),
        PackageManager::Pnpm => pnpm(&manager(job, &packages)?, locked),
        PackageManager::YarnClassic => yarn_classic(&yarn(job, &packages, &folder, &manifest)?, locked),
        PackageManager::Yarn => {
            configure_yarn(job, &folder, platform)?;
            yarn_berry(&yarn(job, &packages, &folder, &manifest)?, locked, &folder)
        }
    };
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

/// Of a workspace, only the packages that the unit has code of, and what they need.
fn npm(npm: &Path, packages: &Packages, locked: bool) -> Tool {
    let tool = if locked { quiet(npm, "ci") } else { quiet(npm, "install").arg("--no-package-lock") };
    let inside =
        |member: &String| member.strip_prefix(&packages.folder).map(|rest| rest.trim_start_matches('/').to_owned());
    let members: Vec<_> = packages.members.iter().filter_map(inside).collect();
    let root = (!members.is_empty()).then_some("--include-workspace-root");
    tool.arg("--include=dev").args(members.iter().map(|member| format!("--workspace={member}"))).args(root)
}

fn quiet(npm: &Path, action: &str) -> Tool {
    Tool::new(npm).arg(action).args(["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
}

fn pnpm(pnpm: &Path, locked: bool) -> Tool {
    let lock = if locked { "--frozen-lockfile" } else { "--no-lockfile" };
    let tool = Tool::new(pnpm).args(["install", lock, "--prod=false", "--ignore-scripts", "--reporter=append-only"]);
    // As npm does it: without links, so that a package with machine code can be copied.
    tool.arg("--config.node-linker=hoisted").env("CI", "true")
}

fn yarn_classic(yarn: &Path, locked: bool) -> Tool {
    let lock = if locked { "--frozen-lockfile" } else { "--no-lockfile" };
    Tool::new(yarn).args([
        "install",
        lock,
        "--production=false",
        "--ignore-scripts",
        "--ignore-engines",
        "--non-interactive",
        "--no-progress",
    ])
}

/// Its settings are variables. The lock file has the hashes of archives, whose compression is a setting too and which its own head
/// tells: <https://yarnpkg.com/configuration/yarnrc#compressionLevel>.
fn yarn_berry(yarn: &Path, locked: bool, folder: &Path) -> Tool {
    let lock = if locked { "--immutable" } else { "--no-immutable" };
    let text = std::fs::read_to_string(folder.join("yarn.lock")).unwrap_or_default();
    let key = text.lines().find_map(|line| line.trim().strip_prefix("cacheKey: ")).unwrap_or_default();
    let compression = match key.split_once('c') {
        Some((_, "0")) => Some("0"),
        None if key.trim_matches('"').parse::<u32>().is_ok_and(|key| key >= 10) => Some("mixed"),
        Some(_) | None => None,
    };
    let tool = Tool::new(yarn).args(["install", lock, "--mode=skip-build"]).env("YARN_NODE_LINKER", "node-modules");
    let tool = tool.env("YARN_ENABLE_TELEMETRY", "false").env("YARN_ENABLE_GLOBAL_CACHE", "true");
    match compression {
        Some(level) => tool.env("YARN_COMPRESSION_LEVEL", level),
        None => tool,
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
