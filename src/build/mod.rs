//! `inferra build`: turns each unit of a compiled directory that Lambda runs into its zip. Units that are images are only
//! named: any builder makes those of their Dockerfiles.
//!
//! What to build is read from `plan.json`, never guessed from the files. Dependencies are installed for Lambda's platform
//! by the ecosystem's own installer (uv or pip, npm), TypeScript is bundled by esbuild. Everything happens in a temporary
//! folder; `build/<unit>.zip` is replaced in one step at the end, so a failed build leaves the previous zip.
//!
//! The same directory gives the same bytes, wherever it lies and whoever builds it, as long as the installer resolves the
//! same versions: that is what a lock file or pinned requirements are for, and their absence in a Node unit is a warning.

mod archive;
mod command;
mod error;
mod event;
mod files;
mod limits;
mod node;
mod python;
mod recipe;
mod tools;

use std::path::{Path, PathBuf};

pub(crate) use command::quoted;
pub use error::BuildError;
pub use event::{Event, Warning};
pub use limits::{LIMITS_PAGE, UNZIPPED_LIMIT, ZIPPED_LIMIT};
pub use tools::Tools;

use archive::Entries;
use recipe::{Function, Planned, Root, Runtime, Unit};

/// What the caller decides about a build.
#[derive(Debug, Clone)]
pub struct Options {
    /// The only unit to build; all of them if absent.
    pub unit: Option<String>,
    /// Where installers and runtimes are looked for.
    pub tools: Tools,
}

/// One zip that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The unit's name.
    pub unit: String,
    /// The zip's path, relative to the compiled directory.
    pub zip: String,
    /// The number of files in the zip.
    pub files: usize,
    /// The zip's size in bytes.
    pub zipped: u64,
    /// The size of its files in bytes.
    pub unzipped: u64,
    /// The zip's SHA-256 in hexadecimal.
    pub sha256: String,
}

/// One unit on its way to a zip.
struct Job<'a> {
    name: &'a str,
    unit: &'a Unit,
    /// The unit's files: absolute, read only.
    source: PathBuf,
    /// A folder for this job alone: absolute, without links, gone afterwards.
    scratch: PathBuf,
    tools: &'a Tools,
    progress: &'a mut dyn FnMut(Event),
}

impl Job<'_> {
    fn warn(&mut self, warning: Warning) {
        (self.progress)(Event::Warning { unit: self.name.to_owned(), warning });
    }
}

/// Builds the units of `out`, a directory that `inferra compile` wrote, in the order of their names. A unit that runs as a
/// container is only named: any builder makes its image of its Dockerfile.
///
/// Stops at the first unit that fails; the zips of the units before it are written.
pub fn build(out: &Path, options: &Options, progress: &mut dyn FnMut(Event)) -> Result<Vec<Report>, BuildError> {
    let out = recipe::compiled_directory(out)?;
    let mut reports = Vec::new();
    for root in Root::read(&out)? {
        if !root.folder.is_empty() {
            progress(Event::Root { directory: root.folder.clone() });
        }
        for (name, planned) in root.plan.select(options.unit.as_deref())? {
            reports.extend(build_planned(&out, &root, name, planned, &options.tools, progress)?);
        }
    }
    Ok(reports)
}

/// The environments of `out`, each behind the folder of its root; none where a compile for one environment wrote it.
pub fn environments(out: &Path) -> Result<Vec<(String, String)>, BuildError> {
    let names = |root: Root| root.environments.into_iter().map(move |name| (root.folder.clone(), name));
    Ok(Root::read(out)?.into_iter().flat_map(names).collect())
}

fn build_planned(
    out: &Path,
    root: &Root,
    name: &str,
    planned: &Planned,
    tools: &Tools,
    progress: &mut dyn FnMut(Event),
) -> Result<Option<Report>, BuildError> {
    match planned {
        Planned::Lambda(Function::Zip(unit)) => {
            let report = build_unit(&out.join(&root.folder), name, unit, tools, progress)?;
            Ok(Some(Report { zip: root.inside(&report.zip), ..report }))
        }
        Planned::Lambda(Function::Image(image)) | Planned::Eks(image) | Planned::Ecs(image) => {
            progress(Event::Image {
                unit: name.to_owned(),
                directory: root.inside(image.directory.as_str()),
                platform: format!("linux/{}", image.architecture.image()),
            });
            Ok(None)
        }
    }
}

fn build_unit(
    out: &Path,
    name: &str,
    unit: &Unit,
    tools: &Tools,
    progress: &mut dyn FnMut(Event),
) -> Result<Report, BuildError> {
    progress(Event::Started {
        unit: name.to_owned(),
        runtime: unit.runtime.to_string(),
        architecture: unit.architecture.to_string(),
    });
    let source = out.join(unit.directory.as_str());
    if !source.is_dir() {
        return Err(BuildError::UnitMissing { unit: name.to_owned(), directory: unit.directory.to_string() });
    }
    let scratch = tempfile::Builder::new()
        .prefix("inferra-build-")
        .tempdir()
        .map_err(BuildError::io("create a temporary folder"))?;
    // Tools resolve links, and a path that is spelt in two ways would show up in their output as a detour.
    let real = scratch.path().canonicalize().map_err(BuildError::io("find the temporary folder"))?;
    let mut job = Job { name, unit, source, scratch: real, tools, progress };
    let entries = match unit.runtime {
        Runtime::Python { minor } => python::assemble(&mut job, minor)?,
        Runtime::Node { major } => node::assemble(&mut job, major)?,
    };
    write(out, &mut job, &entries)
}

fn write(out: &Path, job: &mut Job<'_>, entries: &Entries) -> Result<Report, BuildError> {
    let unzipped = entries.unzipped()?;
    if unzipped > UNZIPPED_LIMIT {
        // An image of a function may have 10 GB, and a container any size; of Node units only the latter are made.
        let instead = match job.unit.runtime {
            Runtime::Python { .. } => "package = \"image\"",
            Runtime::Node { .. } => "compute = \"ecs\"",
        };
        let setting = format!("execution_unit.by_id.{:?}.{instead}", job.name);
        let largest = entries.largest_folders()?;
        return Err(BuildError::TooLarge { unit: job.name.to_owned(), unzipped, setting, largest });
    }
    (job.progress)(Event::Zipping { unit: job.name.to_owned(), files: entries.len() });
    let written = archive::write(entries, &out.join(job.unit.zip.as_str()))?;
    if written.size > ZIPPED_LIMIT {
        job.warn(Warning::NoDirectUpload { zipped: written.size });
    }
    let report = Report {
        unit: job.name.to_owned(),
        zip: job.unit.zip.to_string(),
        files: entries.len(),
        zipped: written.size,
        unzipped,
        sha256: written.sha256,
    };
    (job.progress)(Event::Built(report.clone()));
    Ok(report)
}
