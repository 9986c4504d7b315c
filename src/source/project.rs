//! The only reader of the user's files.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::{InFolder, Language, PathMap, PathSet, ProjectPath};

/// Folders that hold other people's code or build products, skipped even where no `.gitignore` names them.
const SKIPPED_FOLDERS: [&str; 5] = ["node_modules", "__pycache__", "venv", "site-packages", "bower_components"];

/// What marks a folder as a Python environment, whatever its name: <https://docs.python.org/3/library/venv.html>, and conda's.
const ENVIRONMENT_MARKERS: [&str; 2] = ["pyvenv.cfg", "conda-meta"];

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
    sources: PathMap<Arc<Vec<u8>>>,
    others: PathSet,
    /// The folders that hold sources, directly or deeper.
    folders: PathSet,
    /// The last parts of sources' and folders' paths, without extensions: what an import can name.
    names: IndexSet<String, FxBuildHasher>,
    failures: Vec<ReadFailure>,
}

impl Project {
    /// Walks `root` as git would (`.gitignore` and `.git/info/exclude`, no hidden folders), and reads every source file, in parallel. Of links, only those
    /// to files of the project are followed.
    pub fn read(root: &Path) -> Result<Self, ProjectError> {
        if !root.is_dir() {
            return Err(ProjectError::NotADirectory(root.display().to_string()));
        }
        let files = walk(root);
        let mut project = Self {
            root: root.to_owned(),
            sources: PathMap::with_capacity_and_hasher(files.len(), FxBuildHasher),
            others: PathSet::default(),
            folders: PathSet::default(),
            names: IndexSet::default(),
            failures: Vec::new(),
        };
        for (path, bytes) in files {
            match bytes {
                Some(Ok(bytes)) => {
                    project.add_folders(&path);
                    project.add_name(path.stem());
                    project.sources.insert(path, Arc::new(bytes));
                }
                Some(Err(error)) => project.failures.push(ReadFailure { path, error }),
                None => _ = project.others.insert(path),
            }
        }
        Ok(project)
    }

    fn add_folders(&mut self, path: &ProjectPath) {
        let mut folder = path.parent();
        while !folder.is_empty() && !self.folders.contains(folder) {
            self.folders.extend(ProjectPath::join("", folder));
            self.add_name(folder);
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn add_name(&mut self, path: &str) {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// The folder that it was read from.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether any source or folder of the project has this name. Most imports are of other people's modules, and this is the
    /// cheapest way to know.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
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
        self.sources.get(path).map(|bytes| bytes.as_slice())
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

    /// The file at `path`, source or not, if there is one.
    pub(crate) fn path(&self, path: &str) -> Option<ProjectPath> {
        self.source_path(path).or_else(|| self.other_path(path))
    }

    /// The files below `folder`, sources first, each kind sorted by path.
    pub(crate) fn below<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = &'p ProjectPath> {
        let inside = move |path: &&ProjectPath| {
            path.as_str().strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
        };
        self.sources.keys().filter(inside).chain(self.others.iter().filter(inside))
    }

    /// Whether `folder` holds sources, directly or deeper.
    #[must_use]
    pub fn has_folder(&self, folder: &str) -> bool {
        folder.is_empty() || self.folders.contains(folder)
    }

    /// Whether `path` names a file of the project that is no source.
    #[must_use]
    pub fn other_path(&self, path: &str) -> Option<ProjectPath> {
        self.others.get(path).cloned()
    }

    /// Whether there is such a file, hidden or not.
    pub(crate) fn has_hidden(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// The files that are no sources, sorted by path.
    pub(crate) fn others(&self) -> impl Iterator<Item = &ProjectPath> {
        self.others.iter()
    }

    /// The bytes of any file of the project, read now if it is no source. Sources are shared, not copied: most of the output is
    /// the application's own files, some of them in many units.
    pub fn bytes(&self, path: &ProjectPath) -> io::Result<Arc<Vec<u8>>> {
        match self.sources.get(path) {
            Some(bytes) => Ok(Arc::clone(bytes)),
            None => std::fs::read(self.root.join(path.as_str())).map(Arc::new),
        }
    }

    /// Every file below `folder`, sorted, those that `.gitignore` names among them: what a directive names may be made by a build
    /// step. Other people's code and inferra's own output stay out, and so do links that lead out of the project.
    pub(crate) fn files_below(&self, folder: &str) -> Vec<ProjectPath> {
        let start = self.root.join(folder);
        let entries = WalkBuilder::new(&start).standard_filters(false).filter_entry(is_ours).build();
        let files = entries.filter_map(Result::ok).filter(|entry| is_file_of(&self.root, entry));
        let paths = files.filter_map(|entry| ProjectPath::new(entry.path().strip_prefix(&self.root).ok()?));
        let mut paths: Vec<_> = paths.collect();
        paths.sort_unstable();
        paths
    }

    /// The number of files, source or not.
    pub(crate) fn file_count(&self) -> usize {
        self.sources.len() + self.others.len()
    }

    /// The number of a file, by which tables can be made of what is known of each. Sources come first, in the order of their
    /// paths.
    pub(crate) fn number(&self, path: &ProjectPath) -> Option<usize> {
        let other = || self.others.get_index_of(path).map(|at| self.sources.len() + at);
        self.sources.get_index_of(path).or_else(other)
    }

    /// The file of a [`number`](Self::number).
    pub(crate) fn file(&self, number: usize) -> Option<&ProjectPath> {
        let other = || self.others.get_index(number.checked_sub(self.sources.len())?);
        self.sources.get_index(number).map(|(path, _)| path).or_else(other)
    }

    /// The source files that could not be read.
    #[must_use]
    pub fn failures(&self) -> &[ReadFailure] {
        &self.failures
    }
}

/// Whether a link is another name for a file of the project. Folders behind links, and what lies outside, are not followed:
/// the one may never end, and the other is not the project's to give away.
fn leads_inside(root: &Path, link: &Path) -> bool {
    let (Ok(root), Ok(target)) = (root.canonicalize(), link.canonicalize()) else { return false };
    target.starts_with(root) && target.is_file()
}

/// Whether an entry is no folder of other people's code, and none of inferra's own.
fn is_ours(entry: &DirEntry) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    // The root itself may have any name, and may be anything.
    if entry.depth() == 0 || !folder {
        return true;
    }
    let skipped = entry.file_name().to_str().is_some_and(|name| SKIPPED_FOLDERS.contains(&name) || name == ".git");
    let mut markers = ENVIRONMENT_MARKERS.iter().chain([&OUTPUT_MARKER]);
    !(skipped || markers.any(|marker| entry.path().join(marker).exists()))
}

/// Whether an entry is a file, or a link to one of the project.
fn is_file_of(root: &Path, entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink() && leads_inside(root, entry.path()))
}

/// A file of the project; its bytes if it is source.
type Walked = (ProjectPath, Option<io::Result<Vec<u8>>>);

/// The project's files, sorted by path. Each is read where it is found: on a large project, walking and reading take about
/// as long as one another.
fn walk(root: &Path) -> Vec<Walked> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let walk = WalkBuilder::new(root)
        // `.ignore` is a convention of search tools: it says nothing of what runs.
        .ignore(false)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .follow_links(false)
        .filter_entry(is_ours)
        .build_parallel();
    walk.run(|| {
        let (sender, mut reader) = (sender.clone(), InFolder::default());
        Box::new(move |entry| {
            if let Ok(entry) = entry
                && is_file_of(root, &entry)
                && let Some(path) = entry.path().strip_prefix(root).ok().and_then(ProjectPath::new)
            {
                let bytes = Language::of(&path).map(|_| reader.read(entry.path()));
                _ = sender.send((path, bytes));
            }
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    let mut files: Vec<Walked> = receiver.into_iter().collect();
    files.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    files
}

#[cfg(test)]
mod tests;
