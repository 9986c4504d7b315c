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
mod reference;

pub(crate) use parts::{Compute, has_part};
pub(crate) use reference::ImageReference;

use std::collections::BTreeMap;

use crate::source::{Language, ProjectPath};

/// What an image is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Image<'a> {
    /// The image that it starts from: Python's or Node's own, or one that is made like it.
    pub(crate) base: &'a ImageReference,
    /// The platform that it is built for, such as `linux/arm64`.
    pub(crate) platform: &'a str,
    /// The unit's language.
    pub(crate) language: Language,
    /// What names the application's dependencies, relative to the unit.
    pub(crate) manifest: Option<&'a ProjectPath>,
    /// The application's files in the unit.
    pub(crate) files: &'a [ProjectPath],
    /// Whether the shim's own server serves the unit: it is one more dependency of a Python unit.
    pub(crate) serves: bool,
    /// The ports that the unit listens on.
    pub(crate) ports: &'a [u16],
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

impl Image<'_> {
    /// The application's files that say what to install: all that are not code. They are copied first, so that a change of
    /// the code alone installs nothing again.
    fn manifests(&self) -> Vec<&ProjectPath> {
        self.files.iter().filter(|path| Language::of(path).is_none()).collect()
    }
}

#[cfg(test)]
mod tests;
