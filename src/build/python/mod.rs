//! A Python unit: its files at the zip's root, beside them its dependencies as wheels for Lambda's platform.
//!
//! uv is preferred to pip because it evaluates environment markers (`; python_version < "3.12"`, `; sys_platform == …`)
//! for the target; pip evaluates them for the Python that runs it.

mod install;
mod prune;
mod requirements;

use std::path::Path;

use super::archive::Entries;
use super::{BuildError, Job, Warning, files};
use install::Installer;
use requirements::Requirements;

/// The shim's own pinned dependencies, in every unit that needs any.
const SHIM_REQUIREMENTS: &str = "inferra_runtime/requirements.txt";

/// Installs what the unit depends on and lists the files of its zip.
pub(super) fn assemble(job: &mut Job<'_>, minor: u32) -> Result<Entries, BuildError> {
    let own = requirements::of_application(job)?;
    let shim = Requirements::at(job.source.join(SHIM_REQUIREMENTS))?;
    let dependencies = job.scratch.join("dependencies");
    std::fs::create_dir(&dependencies).map_err(BuildError::io("create a temporary folder"))?;
    install(job, minor, own.as_ref(), shim.as_ref(), &dependencies)?;
    let mut entries = Entries::default();
    for file in prune::needed(&dependencies)? {
        entries.insert(file.path.to_string(), dependencies.join(file.path.as_str()), file.executable);
    }
    add_application(job, &mut entries)?;
    Ok(entries)
}

/// One run for the application's requirements and the shim's, so that a conflict is the installer's to explain.
///
/// Hashes are the exception: a file that has any makes the installer demand them of every file. The shim's dependencies
/// then come second, held to the versions that the first run installed.
fn install(
    job: &mut Job<'_>,
    minor: u32,
    own: Option<&Requirements>,
    shim: Option<&Requirements>,
    target: &Path,
) -> Result<(), BuildError> {
    if own.is_none() && shim.is_none() {
        return Ok(());
    }
    let installer = Installer::find(job, minor)?;
    match (own, shim) {
        (Some(own), Some(shim)) if own.hashed => {
            installer.install(job, &[own], None, target)?;
            let versions = job.scratch.join("installed.txt");
            std::fs::write(&versions, requirements::installed(target)?)
                .map_err(BuildError::io("write a temporary file"))?;
            let second = job.scratch.join("shim");
            std::fs::create_dir(&second).map_err(BuildError::io("create a temporary folder"))?;
            installer.install(job, &[shim], Some(&versions), &second)?;
            merge(&second, target)
        }
        (own, shim) => {
            let both: Vec<_> = own.into_iter().chain(shim).collect();
            installer.install(job, &both, None, target)
        }
    }
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
