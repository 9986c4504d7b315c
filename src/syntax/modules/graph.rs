use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::{Target, resolve};
use crate::source::{Language, Project, ProjectPath};
use crate::syntax::imports::{self, Import, Interface};

/// The files that can be reached from a set of entries, with what each imports.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: IndexMap<ProjectPath, Node>,
    /// For each file, the imports that mean it: the importing node and the position of the import there.
    importers: IndexMap<ProjectPath, Vec<(usize, usize)>>,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) interface: Interface,
    pub(super) targets: Vec<Target>,
}

impl Graph {
    /// Follows the imports of `entries` through the project, a wave of files at a time, each wave in parallel.
    pub(crate) fn reach(project: &Project, entries: impl IntoIterator<Item = ProjectPath>) -> Self {
        let mut wave: IndexSet<ProjectPath> = entries.into_iter().collect();
        let mut nodes: IndexMap<ProjectPath, Node> = IndexMap::new();
        while !wave.is_empty() {
            let scanned: Vec<_> = wave.into_par_iter().map(|path| (scan(project, &path), path)).collect();
            let mut next = IndexSet::new();
            for (node, path) in scanned {
                next.extend(node.targets.iter().flat_map(|target| &target.files).cloned());
                nodes.insert(path, node);
            }
            next.retain(|path| !nodes.contains_key(path));
            wave = next;
        }
        // Waves end in different orders for different entries; nothing after this may depend on them.
        nodes.sort_unstable_keys();
        let importers = importers(&nodes);
        Self { nodes, importers }
    }

    /// The files reached from `entries`, themselves included, without going on through any file of `borders`.
    pub(crate) fn closure<'a>(
        &'a self,
        entries: impl IntoIterator<Item = &'a ProjectPath>,
        borders: &BTreeSet<ProjectPath>,
    ) -> BTreeSet<&'a ProjectPath> {
        let mut reached: IndexSet<&ProjectPath> = entries.into_iter().collect();
        let mut at = 0;
        while let Some(path) = reached.get_index(at) {
            at += 1;
            let Some(node) = self.nodes.get(*path) else { continue };
            let files = node.targets.iter().flat_map(|target| &target.files);
            reached.extend(files.filter(|file| !borders.contains(*file)));
        }
        reached.into_iter().collect()
    }

    /// The number of imports between each file of `to` and `from`; files that `from` does not reach are left out.
    pub(crate) fn distances(&self, from: &ProjectPath, to: &BTreeSet<ProjectPath>) -> BTreeMap<ProjectPath, usize> {
        let mut reached: IndexMap<&ProjectPath, usize> = IndexMap::from([(from, 0)]);
        let mut at = 0;
        while let Some((path, distance)) = reached.get_index(at).map(|(path, distance)| (*path, *distance)) {
            at += 1;
            let Some(node) = self.nodes.get(path) else { continue };
            for file in node.targets.iter().flat_map(|target| &target.files) {
                reached.entry(file).or_insert(distance + 1);
            }
        }
        reached
            .into_iter()
            .filter(|(path, _)| to.contains(*path))
            .map(|(path, distance)| (path.clone(), distance))
            .collect()
    }

    /// The folders that absolute imports of `path` were found from.
    pub(crate) fn roots<'a>(&'a self, path: &ProjectPath) -> impl Iterator<Item = &'a str> {
        self.nodes.get(path).into_iter().flat_map(|node| &node.targets).filter_map(|target| target.root.as_deref())
    }

    /// The imports that can only mean a file of the project that is not there.
    pub(crate) fn missing<'a>(&'a self, path: &ProjectPath) -> impl Iterator<Item = &'a Import> {
        let node = self.nodes.get(path);
        let pairs = node.into_iter().flat_map(|node| node.interface.imports.iter().zip(&node.targets));
        pairs.filter(|(_, target)| target.missing).map(|(import, _)| import)
    }

    /// The names under which other modules can import the local `name` of `path` by a statement of its own.
    pub(crate) fn exported_names<'a>(&'a self, path: &ProjectPath, name: &str) -> impl Iterator<Item = &'a str> {
        let exports = self.nodes.get(path).into_iter().flat_map(|node| &node.interface.exports);
        exports.filter(move |export| export.local == name).map(|export| export.exported.as_str())
    }

    pub(super) fn node(&self, path: &ProjectPath) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// The imports whose module, or one of whose submodules, is `path`: importing file, its import, what that means.
    pub(super) fn importers(&self, path: &ProjectPath) -> impl Iterator<Item = (&ProjectPath, &Import, &Target)> {
        self.importers.get(path).into_iter().flatten().filter_map(|(node, import)| {
            let (importer, node) = self.nodes.get_index(*node)?;
            Some((importer, node.interface.imports.get(*import)?, node.targets.get(*import)?))
        })
    }
}

fn scan(project: &Project, path: &ProjectPath) -> Node {
    let (Some(language), Some(text)) = (Language::of(path), project.text(path)) else { return Node::default() };
    let interface = imports::scan(language, text);
    let targets = interface.imports.iter().map(|import| resolve(project, language, path, import)).collect();
    Node { interface, targets }
}

fn importers(nodes: &IndexMap<ProjectPath, Node>) -> IndexMap<ProjectPath, Vec<(usize, usize)>> {
    let mut importers: IndexMap<ProjectPath, Vec<(usize, usize)>> = IndexMap::new();
    for (at, node) in nodes.values().enumerate() {
        for (position, target) in node.targets.iter().enumerate() {
            for file in target.module.iter().chain(target.submodules.values()) {
                importers.entry(file.clone()).or_default().push((at, position));
            }
        }
    }
    importers
}
