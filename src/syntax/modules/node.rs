use std::sync::OnceLock;

use super::{Resolver, Target, loaded_before, resolve};
use crate::source::{Language, Project, ProjectPath};
use crate::syntax::imports::{self, Import, Interface};

/// What every file of the graph keeps: numbers of files, as [`Project::number`] gives them. What its imports say is only needed
/// of a few files, and is read from those once more.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Every file that it loads, each once.
    pub(super) files: Vec<usize>,
    /// The files that its imports mean by a module's name, and the position of the import.
    pub(super) modules: Vec<(usize, usize)>,
    /// The folders that its absolute imports were found from, each once.
    pub(super) roots: Vec<String>,
    /// The imports that can only mean a file of the project that is not there.
    pub(super) missing: Vec<Import>,
    /// The imports that mean a file in place of what is made of it, with that file.
    pub(super) stand_ins: Vec<(String, ProjectPath)>,
    /// Whether it is a source file and no text.
    pub(super) illegible: bool,
    details: OnceLock<Details>,
}

/// What the imports of a file say.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) interface: Interface,
    /// What each import means, in the same order.
    pub(super) targets: Vec<Target>,
}

impl Details {
    fn of(resolver: &Resolver<'_>, path: &ProjectPath) -> Self {
        let (Some(language), Some(text)) = (Language::of(path), resolver.project.text(path)) else {
            return Self::default();
        };
        let interface = imports::scan(language, text);
        let targets = interface.imports.iter().map(|import| resolve(resolver, language, path, import)).collect();
        Self { interface, targets }
    }
}

impl Node {
    pub(super) fn of(resolver: &Resolver<'_>, path: &ProjectPath, named: Vec<Target>) -> Self {
        let project = resolver.project;
        let (Some(language), Some(bytes)) = (Language::of(path), project.source(path)) else { return Self::default() };
        let Ok(text) = std::str::from_utf8(bytes) else { return Self { illegible: true, ..Self::default() } };
        let mut node = Self::default();
        for (position, import) in imports::scan(language, text).imports.into_iter().enumerate() {
            let target = resolve(resolver, language, path, &import);
            let modules = target.module.iter().chain(target.submodules.values());
            node.modules.extend(modules.filter_map(|file| Some((project.number(file)?, position))));
            if let Some(file) = target.module.as_ref().filter(|_| target.stands_in) {
                node.stand_ins.push((import.module.clone(), file.clone()));
            }
            if target.missing {
                node.missing.push(import);
            }
            node.load(project, target);
        }
        let before = Target { files: loaded_before(project, language, path), ..Target::default() };
        named.into_iter().chain([before]).for_each(|target| node.load(project, target));
        node.files.shrink_to_fit();
        node.modules.shrink_to_fit();
        node
    }

    fn load(&mut self, project: &Project, target: Target) {
        for file in target.files.iter().filter_map(|file| project.number(file)) {
            // A file has few imports, and packages come again and again.
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
        self.roots.extend(target.root.filter(|root| !self.roots.contains(root)));
    }

    /// `path` must be the node's own file.
    pub(super) fn details(&self, resolver: &Resolver<'_>, path: &ProjectPath) -> &Details {
        self.details.get_or_init(|| Details::of(resolver, path))
    }
}
