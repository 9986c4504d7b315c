//! A Node unit: one ES module that esbuild bundles from the entry point, its source map, and what cannot be bundled.
//!
//! Install scripts are never run (`--ignore-scripts`): what they compile is for this machine, what they download may
//! differ from build to build, and they are the usual way in for a poisoned package. Packages with machine code work where
//! they publish it ready-made, which npm is told to choose for Lambda; they are shipped beside the bundle as they are. One
//! that only compiles on install is an error, other packages with install scripts are a warning. esbuild itself needs none.
//!
//! esbuild erases types. What asks for them while it runs (`emitDecoratorMetadata`) is compiled first by the compiler that the
//! project has among its development dependencies, swc or TypeScript's; `execution_unit.typescript_compiler` decides otherwise.
//!
//! A package that serves what a build of the project makes is not bundled: the unit keeps it, with all that the project depends
//! on, what that build made, and every file of the project.
//!
//! Files of the unit that are neither source nor configuration of tools (templates, data), or that a directive lists, are shipped
//! at their own paths.

mod bundle;
mod kept;
mod packages;

use std::collections::BTreeSet;
use std::path::Path;

use super::archive::Entries;
use super::files;
use super::{BuildError, Job};
use crate::source::{Language, ProjectPath};
use bundle::Bundle;
use kept::Without;

/// The shim's package inside a unit.
const SHIM: &str = "inferra_runtime";

/// The file in it that lists what directives add to the unit.
const ASSETS: &str = "assets.json";

/// What decides versions, and is of no use to what runs.
const LOCKS: [&str; 4] = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"];

/// What configures tools, and is of no use on Lambda.
const CONFIGURATION: [&str; 7] = [
    "nest-cli.json",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
];

/// Installs what the unit depends on, bundles it, and lists the files of its zip.
pub(super) fn assemble(job: &mut Job<'_>, major: u32) -> Result<Entries, BuildError> {
    let unit = job.scratch.join("unit");
    std::fs::create_dir(&unit).map_err(BuildError::io("create a temporary folder"))?;
    isolate(&job.scratch)?;
    let files = files::copy_unit(&job.source, &unit)?;
    let installed = packages::install(job, unit)?;
    let bundle = bundle::make(job, &installed, major)?;
    let mut entries = Entries::default();
    let listed = listed_assets(&job.source)?;
    let kept = kept::of(job).cloned();
    let without = Without::of(kept.as_ref())?;
    let generated: Vec<_> = job.unit.packages.iter().flat_map(|packages| &packages.generated).collect();
    let is_schema = |path: &ProjectPath| {
        generated.iter().any(|made| made.parts.iter().chain([&made.schema]).any(|file| file == path.as_str()))
    };
    let shipped = |path: &ProjectPath| if kept.is_some() { kept::is_shipped(path) } else { is_asset(path) };
    let is_read = |path: &ProjectPath| shipped(path) && !is_schema(path) || listed.contains(path.as_str());
    for file in files.iter().filter(|file| is_read(&file.path)) {
        entries.insert(file.path.to_string(), job.source.join(file.path.as_str()), file.executable);
    }
    add_packages(&mut entries, &installed.folder, &bundle, &without)?;
    if let Some(kept) = &kept {
        kept::add(job, kept, &installed, &without, &mut entries)?;
    }
    entries.insert("index.mjs".to_owned(), bundle.code, false);
    entries.insert("index.mjs.map".to_owned(), bundle.map, false);
    Ok(entries)
}

/// Tools look for their configuration upwards from a file. These end the search before it leaves the temporary folder, so
/// that no stray file in the folder above changes a build.
fn isolate(scratch: &Path) -> Result<(), BuildError> {
    for (name, text) in [("tsconfig.json", "{}"), ("package.json", "{\"private\": true}")] {
        std::fs::write(scratch.join(name), text).map_err(BuildError::io("write a temporary file"))?;
    }
    Ok(())
}

/// The files of which a directive says that they are read when the unit runs, which may be source by their names.
fn listed_assets(unit: &Path) -> Result<BTreeSet<String>, BuildError> {
    match std::fs::read(unit.join(SHIM).join(ASSETS)) {
        Ok(text) => serde_json::from_slice(&text).map_err(std::io::Error::from),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
    .map_err(BuildError::io("read the list of assets"))
}

fn is_asset(path: &ProjectPath) -> bool {
    let shim = path.as_str().starts_with(&format!("{SHIM}/"));
    let configuration = CONFIGURATION.contains(&path.file_name()) || is_tsconfig(path);
    !(shim || configuration || Language::of(path).is_some())
}

/// `tsconfig.json`, and those that it extends by convention: `tsconfig.base.json`.
fn is_tsconfig(path: &ProjectPath) -> bool {
    path.file_name().starts_with("tsconfig") && path.extension() == Some("json")
}

/// The packages that are shipped whole: each folder without the packages inside it, which are listed on their own.
fn add_packages(entries: &mut Entries, folder: &Path, bundle: &Bundle, without: &Without) -> Result<(), BuildError> {
    for package in &bundle.folders {
        let root = folder.join(package.as_str());
        for file in files::list(&root, &|name, is_folder| !(is_folder && name == "node_modules"))? {
            let name = format!("{package}/{}", file.path);
            if !without.matches(&name) {
                entries.insert(name, root.join(file.path.as_str()), file.executable);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_what_is_neither_source_nor_configuration() {
        let asset = |path: &str| is_asset(&ProjectPath::new(Path::new(path)).unwrap());
        assert!(asset("views/index.ejs") && asset("data/package.txt") && asset("src/names.json"));
        for other in
            ["src/a.ts", "inferra_entry.mjs", "api/package.json", "tsconfig.base.json", "inferra_runtime/x.txt"]
        {
            assert!(!asset(other), "{other}");
        }
    }
}
