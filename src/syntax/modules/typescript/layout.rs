//! Where packages and configurations lie in a project, determined once.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::config::{Config, Reader};
use super::package::Manifest;
use super::workspace;
use crate::diag::Diagnostic;
use crate::source::{Project, ProjectPath};

type ByFolder<T> = IndexMap<String, T, FxBuildHasher>;

/// The packages and configurations of a project, by folder.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    manifests: ByFolder<Manifest>,
    configs: ByFolder<Config>,
    /// The folders of packages that others of the project import by name.
    names: BTreeMap<String, String>,
    /// The root of the workspace that each package belongs to, by folder; a root belongs to itself.
    roots: BTreeMap<String, String>,
    problems: Vec<(ProjectPath, Diagnostic)>,
    /// Whether any name of a module can mean a file of the project.
    pub(super) has_names: bool,
}

impl Layout {
    pub(in crate::syntax::modules) fn of(project: &Project) -> Self {
        let mut layout = Self::default();
        let named = |name: &'static str| project.others().filter(move |path| path.file_name() == name);
        for path in named("package.json") {
            let text = project.bytes(path).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
            // What is no JSON is npm's to complain of.
            let value = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            let folder = path.parent().to_owned();
            layout.manifests.insert(folder.clone(), Manifest { folder, value });
        }
        layout.roots = workspace::roots(project, &layout.manifests);
        layout.names = workspace::names(&layout.manifests, &layout.roots);
        let by_name = &layout.names;
        let packages = |name: &str| by_name.get(name).cloned();
        let mut reader = Reader { project, packages: &packages, problems: Vec::new() };
        // The second decides only where the first is not: https://code.visualstudio.com/docs/languages/jsconfig.
        for path in named("jsconfig.json").chain(named("tsconfig.json")) {
            let config = reader.read(path);
            layout.configs.insert(path.parent().to_owned(), config);
        }
        layout.problems = reader.problems;
        let aliases = layout.configs.values().any(|config| config.base.is_some() || !config.paths.is_empty());
        // A package may import itself: https://nodejs.org/api/packages.html#self-referencing-a-package-using-its-name.
        let itself = layout.manifests.values().any(|one| one.name().is_some() && one.value.get("exports").is_some());
        layout.has_names = aliases || itself || !layout.names.is_empty();
        layout
    }

    /// The nearest package that a folder is in.
    pub(crate) fn manifest(&self, folder: &str) -> Option<&Manifest> {
        upwards(folder).find_map(|folder| self.manifests.get(folder))
    }

    /// The package of exactly this folder.
    pub(crate) fn package(&self, folder: &str) -> Option<&Manifest> {
        self.manifests.get(folder)
    }

    /// The configuration of the files in a folder.
    pub(super) fn config(&self, folder: &str) -> Option<&Config> {
        upwards(folder).find_map(|folder| self.configs.get(folder))
    }

    /// The files that configure how those in a folder are compiled.
    pub(crate) fn config_files(&self, folder: &str) -> &[ProjectPath] {
        self.config(folder).map_or(&[], |config| &config.files)
    }

    /// The package of the project that a name means.
    pub(crate) fn named(&self, name: &str) -> Option<&Manifest> {
        self.manifests.get(self.names.get(name)?)
    }

    /// The folder that the packages of a folder's workspace are installed from.
    pub(crate) fn root<'l>(&'l self, folder: &str) -> Option<&'l str> {
        self.roots.get(&self.manifest(folder)?.folder).map(String::as_str)
    }

    /// The packages that belong to the workspace of a root, its own among them, sorted by folder.
    pub(crate) fn members<'l>(&'l self, root: &'l str) -> impl Iterator<Item = &'l str> {
        self.roots.iter().filter(move |(_, of)| *of == root).map(|(folder, _)| folder.as_str())
    }

    /// What is wrong with any of these configurations.
    pub(crate) fn problems<'l>(&'l self, files: &'l [&ProjectPath]) -> impl Iterator<Item = &'l Diagnostic> {
        self.problems.iter().filter(|(file, _)| files.contains(&file)).map(|(_, problem)| problem)
    }
}

/// A folder and those above it, the project's own last.
pub(super) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
    })
}
