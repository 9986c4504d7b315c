use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rayon::prelude::*;

use super::{Target, resolve};
use crate::source::{Language, PathMap, PathSet, Project, ProjectPath};
use crate::syntax::imports::{self, Import, Interface};

/// The files that can be reached from a set of entries, with what each imports.
#[derive(Debug)]
pub(crate) struct Graph {
    /// Sorted by path.
    nodes: PathMap<Node>,
    /// For each node, the nodes that it imports.
    edges: Vec<Vec<usize>>,
    /// For each file, the imports that mean it: the importing node and the position of the import there.
    importers: PathMap<Vec<(usize, usize)>>,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) interface: Interface,
    pub(super) targets: Vec<Target>,
}

impl Node {
    /// Every file that it loads, perhaps more than once.
    fn imported(&self) -> impl Iterator<Item = &ProjectPath> {
        self.targets.iter().flat_map(|target| &target.files)
    }
}

impl Graph {
    /// Follows the imports of `entries` through the project, a wave of files at a time, each wave in parallel.
    pub(crate) fn reach(project: &Project, entries: impl IntoIterator<Item = ProjectPath>) -> Self {
        let mut wave: PathSet = entries.into_iter().collect();
        let mut nodes: PathMap<Node> = PathMap::default();
        while !wave.is_empty() {
            let scanned: Vec<_> = wave.into_par_iter().map(|path| (scan(project, &path), path)).collect();
            let mut next = PathSet::default();
            for (node, path) in scanned {
                next.extend(node.imported().filter(|path| !nodes.contains_key(*path)).cloned());
                nodes.insert(path, node);
            }
            next.retain(|path| !nodes.contains_key(path));
            wave = next;
        }
        // Waves end in different orders for different entries; nothing after this may depend on them.
        nodes.sort_unstable_keys();
        let edges =
            nodes.values().map(|node| node.imported().filter_map(|path| nodes.get_index_of(path)).collect()).collect();
        let importers = importers(&nodes);
        Self { nodes, edges, importers }
    }

    /// The files reached from `entries`, themselves included, without going on through any file of `borders`.
    pub(crate) fn closure<'a>(
        &'a self,
        entries: impl IntoIterator<Item = &'a ProjectPath>,
        borders: &BTreeSet<ProjectPath>,
    ) -> BTreeSet<ProjectPath> {
        let mut waiting: Vec<usize> = entries.into_iter().filter_map(|entry| self.nodes.get_index_of(entry)).collect();
        let mut seen = vec![false; self.nodes.len()];
        let mut reached = seen.clone();
        for border in borders.iter().filter_map(|border| self.nodes.get_index_of(border)) {
            seen[border] = true;
        }
        for entry in &waiting {
            seen[*entry] = true;
        }
        while let Some(at) = waiting.pop() {
            reached[at] = true;
            waiting.extend(self.edges[at].iter().filter(|to| !std::mem::replace(&mut seen[**to], true)));
        }
        self.nodes.keys().zip(reached).filter(|(_, reached)| *reached).map(|(path, _)| path.clone()).collect()
    }

    /// The number of imports between each file of `to` and `from`; files that `from` does not reach are left out.
    pub(crate) fn distances(&self, from: &ProjectPath, to: &BTreeSet<ProjectPath>) -> BTreeMap<ProjectPath, usize> {
        let mut reached: IndexMap<&ProjectPath, usize> = IndexMap::from([(from, 0)]);
        let mut at = 0;
        while let Some((path, distance)) = reached.get_index(at).map(|(path, distance)| (*path, *distance)) {
            at += 1;
            let Some(node) = self.nodes.get(path) else { continue };
            for file in node.imported() {
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

fn importers(nodes: &PathMap<Node>) -> PathMap<Vec<(usize, usize)>> {
    let mut importers: PathMap<Vec<(usize, usize)>> = PathMap::default();
    for (at, node) in nodes.values().enumerate() {
        for (position, target) in node.targets.iter().enumerate() {
            for file in target.module.iter().chain(target.submodules.values()) {
                importers.entry(file.clone()).or_default().push((at, position));
            }
        }
    }
    importers
}
