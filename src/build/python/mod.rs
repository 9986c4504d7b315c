//! A Python unit: its files at the zip's root, beside them its dependencies as wheels for Lambda's platform.
//!
//! uv is preferred to pip because it evaluates environment markers (`; python_version < "3.12"`, `; sys_platform == …`)
//! for the target; pip evaluates them for the Python that runs it.

mod install;
mod prune;

use std::path::Path;

use super::archive::Entries;
use super::{BuildError, Job, Warning, files};
use install::Installer;

/// What is installed, and what is after that; `inferra compile` writes them.
const LISTS: [&str; 2] = ["inferra_requirements.txt", "inferra_requirements_shim.txt"];

/// Installs what the unit depends on and lists the files of its zip.
pub(super) fn assemble(job: &mut Job<'_>, minor: u32) -> Result<Entries, BuildError> {
    let dependencies = job.scratch.join("dependencies");
    std::fs::create_dir(&dependencies).map_err(BuildError::io("create a temporary folder"))?;
    install(job, minor, &dependencies)?;
    let mut entries = Entries::default();
    for file in prune::needed(&dependencies)? {
        entries.insert(file.path.to_string(), dependencies.join(file.path.as_str()), file.executable);
    }
    add_application(job, &mut entries)?;
    Ok(entries)
}

/// One run for the application's dependencies and the shim's, so that a conflict is the installer's to explain.
///
/// Hashes are the exception: a file that has any makes the installer demand them of every file. The shim's dependencies then
/// have a list of their own, which is held to the versions of the first, and come second.
fn install(job: &mut Job<'_>, minor: u32, target: &Path) -> Result<(), BuildError> {
    let [first, second] = LISTS.map(|name| job.source.join(name));
    if !first.is_file() {
        return Ok(());
    }
    let installer = Installer::find(job, minor)?;
    let text = std::fs::read_to_string(&first).map_err(BuildError::io(format!("read {}", first.display())))?;
    installer.install(job, &first, text.contains("--hash="), target)?;
    if second.is_file() {
        let apart = job.scratch.join("shim");
        std::fs::create_dir(&apart).map_err(BuildError::io("create a temporary folder"))?;
        installer.install(job, &second, false, &apart)?;
        merge(&apart, target)?;
    }
    Ok(())
}

/// Adds what the second run installed and the first did not.
fn merge(from: &Path, to: &Path) -> Result<(), BuildError> {
    for file in files::list(from, &|_, _| true)? {
        let (source, target) = (from.join(file.path.as_str()), to.join(file.path.as_str()));
        let moving = || BuildError::io(format!("move {}", file.path));
        if !target.exists() {
            std::fs::create_dir_all(target.parent().unwrap_or(to)).map_err(moving())?;
            std::fs::rename(&source, &target).map_err(moving())?;
        }
    }
    Ok(())
}

/// The application's own files win, as they do when it runs from its own folder.
fn add_application(job: &mut Job<'_>, entries: &mut Entries) -> Result<(), BuildError> {
    let mut shadowed = Vec::new();
    for file in files::of_unit(&job.source)? {
        if entries.insert(file.path.to_string(), job.source.join(file.path.as_str()), file.executable) {
            shadowed.push(file.path.to_string());
        }
    }
    if !shadowed.is_empty() {
        job.warn(Warning::Shadowed { paths: shadowed });
    }
    Ok(())
}
