//! What turns a unit's folder into an image: a Dockerfile, a `.dockerignore`, and what the build of a Node image runs.
//!
//! A Dockerfile does what `inferra build` does for a function: the application's dependencies and the shim's are installed
//! by the ecosystem's own installer, TypeScript is bundled by the same script. It needs the folder, a builder (docker,
//! buildah, kaniko) and nothing of inferra; no syntax of one builder alone is used.
//!
//! Everything happens in a first stage. The image itself starts from the same base and takes over what runs: files of root
//! that nobody else may write, run by a user without a name. It works on a read-only file system with a writable `/tmp`.

mod dockerfile;
mod node;
mod parts;
mod python;

pub(crate) use parts::has_part;

use std::collections::BTreeMap;

use crate::app::Packages;
use crate::config::{Architecture, TypescriptCompiler};
use crate::plan::{PlannedPackage, PlannedUnit, Runs};
use crate::source::{Language, ProjectPath};

/// What an image is made of.
#[derive(Debug, Clone)]
pub(crate) struct Image<'a> {
    /// The image that it starts from: Python's or Node's own, or one that is made like it. `FROM` has no way to quote it,
    /// and needs none: the configuration takes nothing but references.
    base: &'a str,
    /// The processor that it is built for.
    architecture: Architecture,
    /// The unit's language.
    language: Language,
    /// What names the application's dependencies, relative to the unit.
    manifest: Option<&'a ProjectPath>,
    /// How the packages of a Node unit are installed, where npm alone would not do.
    packages: Option<&'a Packages>,
    /// What compiles TypeScript.
    typescript_compiler: TypescriptCompiler,
    /// The application's files in the unit.
    files: &'a [ProjectPath],
    /// The files at the unit's root that say what a Python unit installs.
    lists: Vec<&'static str>,
    /// What the image starts.
    runs: Command,
    /// The ports that the unit listens on: its application's, where it is behind a gateway, and the one of the probes. A
    /// function has none.
    ports: [Option<u16>; 2],
}

/// What an image starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// The unit's entry point.
    Program,
    /// Lambda's runtime client, which asks for events and hands them to this function.
    Function(&'static str),
}

/// What is no part of an image, although it may lie in the folder: the same as for a zip.
const IGNORED: &str = "\
# Made by inferra: what tools leave in this folder, and hidden files, such as .env and .git, which may hold secrets.
**/.*
**/__pycache__
**/node_modules
**/site-packages
**/venv
Dockerfile
";

/// The files to add to the unit's folder, by their paths in it.
#[must_use]
pub(crate) fn image_files(image: &Image<'_>) -> BTreeMap<String, String> {
    let mut files = match image.language {
        Language::Python => python::files(image),
        Language::TypeScript => node::files(image),
    };
    files.insert(".dockerignore".to_owned(), IGNORED.to_owned());
    files
}

impl<'a> Image<'a> {
    /// The image of a unit; none of one that is a zip.
    pub(crate) fn new(unit: &'a PlannedUnit, lists: Vec<&'static str>) -> Option<Self> {
        let (base, runs, ports) = match &unit.runs {
            Runs::Lambda(function) => match &function.package {
                PlannedPackage::Zip { .. } => return None,
                PlannedPackage::Image { base_image, handler, .. } => {
                    (base_image, Command::Function(handler), [None; 2])
                }
            },
            Runs::Eks(container) | Runs::Ecs(container) => {
                (&container.base_image, Command::Program, [container.port, Some(container.health_port)])
            }
        };
        Some(Self {
            base,
            architecture: unit.architecture,
            language: unit.language,
            manifest: unit.manifest.as_ref(),
            packages: unit.packages.as_ref(),
            typescript_compiler: unit.typescript_compiler,
            files: &unit.files,
            lists,
            runs,
            ports,
        })
    }

    /// The application's files that installing the packages of a Node unit reads. They are copied first, so that a change of
    /// anything else installs nothing again.
    fn manifests(&self) -> Vec<&ProjectPath> {
        self.files.iter().filter(|path| is_installed_from(path)).collect()
    }
}

/// Whether a package manager reads the file: a list of packages, or what one of them is unpacked from or patched with.
fn is_installed_from(path: &ProjectPath) -> bool {
    const LISTS: [&str; 6] = [
        "npm-shrinkwrap.json",
        "package-lock.json",
        "package.json",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        "yarn.lock",
    ];
    LISTS.contains(&path.file_name()) || matches!(path.extension(), Some("gz" | "patch" | "tgz"))
}

#[cfg(test)]
mod tests;
