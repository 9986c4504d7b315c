//! Which files a file's imports mean, and which object a name means, across the project.

mod graph;
mod node;
mod python;
mod references;
mod symbols;
#[cfg(test)]
mod tests;
mod typescript;

pub(crate) use graph::Graph;
pub(crate) use symbols::ResolvedSymbol;
pub(crate) use typescript::{Absence, Layout, Manifest, PNPM_WORKSPACE, join};

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::imports::{Binding, Import, scan};
use crate::source::{Language, Project, ProjectPath};

/// What an import means in the project. Empty for a module from elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// Every file that the import loads.
    pub(crate) files: Vec<ProjectPath>,
    /// The file that the module's name means.
    pub(crate) module: Option<ProjectPath>,
    /// The imported names that are modules themselves (Python's `from package import module`).
    pub(crate) submodules: BTreeMap<String, ProjectPath>,
    /// The folder that an absolute import was found from.
    pub(crate) root: Option<String>,
    /// Whether the import can only mean a file of the project, and none is there.
    pub(crate) missing: bool,
    /// Whether the file stands in for another, which is made of it only when the project is built.
    pub(crate) stands_in: bool,
    /// The module that stands for what is imported, where that is made only when the project is built.
    pub(crate) made: Option<String>,
}

impl Target {
    /// What a module from elsewhere is called.
    pub(super) fn named<'n>(&'n self, written: &'n str) -> &'n str {
        self.made.as_deref().unwrap_or(written)
    }
}

/// A folder of what a tool makes when the project is built, whether it has been made before or not.
#[derive(Debug)]
pub(crate) struct MadeFolder {
    /// The folder.
    pub(crate) folder: String,
    /// The module that stands for each of its own.
    pub(crate) module: String,
}

/// What imports are resolved by: the project, and what is determined of it once.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    pub(super) project: &'a Project,
    layout: OnceLock<Layout>,
    made: Vec<MadeFolder>,
}

impl<'a> Resolver<'a> {
    pub(super) const fn new(project: &'a Project, made: Vec<MadeFolder>) -> Self {
        Self { project, layout: OnceLock::new(), made }
    }

    /// The module that stands for a path of the project, where that is of what a tool makes.
    pub(super) fn made(&self, path: &ProjectPath) -> Option<&str> {
        let holds = |one: &&MadeFolder| {
            path.as_str().strip_prefix(&one.folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.made.iter().find(holds).map(|one| one.module.as_str())
    }

    /// Where Node's packages lie in the project. Determined when the first name is looked up that may mean one.
    pub(super) fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::of(self.project))
    }
}

/// Resolves one import of `from`.
fn resolve(resolver: &Resolver<'_>, language: Language, from: &ProjectPath, import: &Import) -> Target {
    match language {
        Language::Python => python::resolve(resolver.project, from, import),
        Language::TypeScript => typescript::resolve(resolver, from, &import.module),
    }
}

/// The files that are loaded before `file`, whoever imports it.
fn loaded_before(project: &Project, language: Language, file: &ProjectPath) -> Vec<ProjectPath> {
    match language {
        Language::Python => python::packages_of(project, file),
        Language::TypeScript => Vec::new(),
    }
}

/// What a Python module's name, written as text in `from`, means in the project.
pub(crate) fn imported_module(project: &Project, from: &ProjectPath, module: &str) -> Target {
    let import = Import { module: module.to_owned(), at: 0, bindings: Vec::new() };
    python::resolve(project, from, &import)
}

/// Where a file imports what a module itself is, and not just names or types of it.
pub(crate) fn import_of(language: Language, text: &str, module: &str) -> Option<Range<usize>> {
    let itself = |binding: &Binding| match binding {
        Binding::Module { .. } => true,
        Binding::Symbol { name, .. } | Binding::ReexportedSymbol { name, .. } => name == "default",
        Binding::Star | Binding::ReexportedModule { .. } | Binding::ReexportedStar => false,
    };
    let mut imports = scan(language, text).imports.into_iter();
    // What a `require` gives may be called at once, without a name.
    let import =
        imports.find(|one| one.module == module && (one.bindings.is_empty() || one.bindings.iter().any(itself)))?;
    let line = text.get(import.at..)?.lines().next()?;
    Some(import.at..import.at + line.len())
}

/// The modules all of whose names a Python file takes over.
pub(crate) fn starred_modules(text: &str) -> Vec<String> {
    let imports = scan(Language::Python, text).imports.into_iter();
    imports.filter(|import| import.bindings.contains(&Binding::Star)).map(|import| import.module).collect()
}
