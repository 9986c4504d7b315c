//! The only reader of the user's files.

use std::io;
use std::path::Path;

use ignore::WalkBuilder;
use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::{Language, ProjectPath};

/// Folders that hold other people's code or build products, skipped even where no `.gitignore` names them.
const SKIPPED_FOLDERS: [&str; 5] = ["node_modules", "__pycache__", "venv", "site-packages", "bower_components"];

/// The file that marks a folder as inferra's own output, which is never read as source.
pub(crate) const OUTPUT_MARKER: &str = ".inferra";

/// A project that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The root is missing or no directory.
    #[error("{0} is not a directory")]
    NotADirectory(String),
}

/// A file that could not be read, and why.
#[derive(Debug)]
pub struct ReadFailure {
    /// The file.
    pub path: ProjectPath,
    /// What the operating system said.
    pub error: io::Error,
}

/// Every file of a project, as read once, sorted by path. Sources are in memory; other files are known by name and read on demand.
#[derive(Debug)]
pub struct Project {
    root: std::path::PathBuf,
    sources: IndexMap<ProjectPath, Vec<u8>>,
    others: IndexSet<ProjectPath>,
    failures: Vec<ReadFailure>,
}

impl Project {
    /// Walks `root` as git would (`.gitignore`, no hidden folders, no links) and reads every source file, in parallel.
    pub fn read(root: &Path) -> Result<Self, ProjectError> {
        if !root.is_dir() {
            return Err(ProjectError::NotADirectory(root.display().to_string()));
        }
        let (sources, others): (Vec<_>, Vec<_>) = list(root).into_iter().partition(|path| Language::of(path).is_some());
        let read: Vec<_> =
            sources.into_par_iter().map(|path| (std::fs::read(root.join(path.as_str())), path)).collect();
        let mut project = Self {
            root: root.to_owned(),
            sources: IndexMap::new(),
            others: others.into_iter().collect(),
            failures: Vec::new(),
        };
        for (bytes, path) in read {
            match bytes {
                Ok(bytes) => _ = project.sources.insert(path, bytes),
                Err(error) => project.failures.push(ReadFailure { path, error }),
            }
        }
        project.failures.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(project)
    }

    /// The source files and their bytes, sorted by path.
    pub fn sources(&self) -> impl Iterator<Item = (&ProjectPath, &[u8])> {
        self.sources.iter().map(|(path, bytes)| (path, bytes.as_slice()))
    }

    /// The number of source files.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// The bytes of one source file.
    #[must_use]
    pub fn source(&self, path: &ProjectPath) -> Option<&[u8]> {
        self.sources.get(path).map(Vec::as_slice)
    }

    /// The text of one source file; `None` where there is none or it is not UTF-8.
    #[must_use]
    pub fn text(&self, path: &ProjectPath) -> Option<&str> {
        std::str::from_utf8(self.source(path)?).ok()
    }

    /// Whether the project has this file, source or not.
    #[must_use]
    pub fn contains(&self, path: &ProjectPath) -> bool {
        self.sources.contains_key(path) || self.others.contains(path)
    }

    /// The source file at `path`, if there is one.
    #[must_use]
    pub fn source_path(&self, path: &str) -> Option<ProjectPath> {
        self.sources.get_key_value(path).map(|(path, _)| path.clone())
    }

    /// Whether `path` names a file of the project that is no source.
    #[must_use]
    pub fn other_path(&self, path: &str) -> Option<ProjectPath> {
        self.others.get(path).cloned()
    }

    /// The bytes of any file of the project, read now if it is no source.
    pub fn bytes(&self, path: &ProjectPath) -> io::Result<Vec<u8>> {
        match self.source(path) {
            Some(bytes) => Ok(bytes.to_owned()),
            None => std::fs::read(self.root.join(path.as_str())),
        }
    }

    /// The source files that could not be read.
    #[must_use]
    pub fn failures(&self) -> &[ReadFailure] {
        &self.failures
    }
}

fn list(root: &Path) -> Vec<ProjectPath> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let walk = WalkBuilder::new(root)
        // `.ignore` is a convention of search tools: it says nothing of what runs.
        .ignore(false)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .follow_links(false)
        .filter_entry(|entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let skipped = entry.file_name().to_str().is_some_and(|name| SKIPPED_FOLDERS.contains(&name));
            // The root itself may have any name.
            entry.depth() == 0 || !folder || !(skipped || entry.path().join(OUTPUT_MARKER).exists())
        })
        .build_parallel();
    walk.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Ok(entry) = entry
                && entry.file_type().is_some_and(|kind| kind.is_file())
                && let Some(path) = entry.path().strip_prefix(root).ok().and_then(ProjectPath::new)
            {
                _ = sender.send(path);
            }
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    let mut paths: Vec<_> = receiver.into_iter().collect();
    paths.sort();
    paths
}
