use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rayon::prelude::*;

use super::node::{Details, Node};
use super::{Absence, Layout, MadeFolder, Resolver, Target, typescript};
use crate::source::{Language, Project, ProjectPath};
use crate::syntax::imports::Import;

/// The files that can be reached from a set of entries, with what each imports.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    project: &'a Project,
    resolver: Resolver<'a>,
    /// By the file's number; none for a file that is not reached.
    nodes: Vec<Option<Node>>,
    /// The imports that mean a file, sorted by that file: file, importing file, position of the import there.
    importers: Vec<(usize, usize, usize)>,
}

impl<'a> Graph<'a> {
    /// Follows the imports of `entries` through the project, a wave of files at a time, each wave in parallel. `named` gives
    /// what a file loads beside its imports, by names in its texts; what is in a folder of `made` is not followed.
    pub(crate) fn reach(
        project: &'a Project,
        entries: &[ProjectPath],
        named: &(dyn Fn(&ProjectPath) -> Vec<Target> + Sync),
        made: Vec<MadeFolder>,
    ) -> Self {
        let resolver = Resolver::new(project, made);
        let mut seen = vec![false; project.file_count()];
        let mut nodes: Vec<Option<Node>> = seen.iter().map(|_| None).collect();
        let mut wave: Vec<usize> = entries.iter().filter_map(|path| project.number(path)).collect();
        wave.retain(|file| !std::mem::replace(&mut seen[*file], true));
        while !wave.is_empty() {
            let scan = |file: &usize| project.file(*file).map(|path| Node::of(&resolver, path, named(path)));
            let scanned: Vec<_> = wave.par_iter().map(scan).collect();
            let mut next = Vec::new();
            for (file, node) in wave.iter().zip(scanned) {
                let files = node.iter().flat_map(|node| &node.files);
                next.extend(files.copied().filter(|file| !std::mem::replace(&mut seen[*file], true)));
                nodes[*file] = node;
            }
            wave = next;
        }
        let mut importers: Vec<_> = nodes
            .iter()
            .enumerate()
            .flat_map(|(importer, node)| node.iter().map(move |node| (importer, node)))
            .flat_map(|(importer, node)| node.modules.iter().map(move |(file, import)| (*file, importer, *import)))
            .collect();
        importers.par_sort_unstable();
        Self { project, resolver, nodes, importers }
    }

    /// The files reached from `entries`, themselves included, without going on through any file of `borders`.
    pub(crate) fn closure<'p>(
        &self,
        entries: impl IntoIterator<Item = &'p ProjectPath>,
        borders: &BTreeSet<ProjectPath>,
    ) -> BTreeSet<ProjectPath> {
        let number = |path: &ProjectPath| self.project.number(path).filter(|file| self.nodes[*file].is_some());
        let mut waiting: Vec<usize> = entries.into_iter().filter_map(number).collect();
        let mut seen = vec![false; self.nodes.len()];
        let mut reached = seen.clone();
        for border in borders.iter().filter_map(number) {
            seen[border] = true;
        }
        for entry in &waiting {
            seen[*entry] = true;
        }
        while let Some(at) = waiting.pop() {
            reached[at] = true;
            let files = self.nodes[at].iter().flat_map(|node| &node.files);
            waiting.extend(files.filter(|to| !std::mem::replace(&mut seen[**to], true)));
        }
        let reached = reached.into_iter().enumerate().filter(|(_, reached)| *reached);
        reached.filter_map(|(file, _)| self.project.file(file).cloned()).collect()
    }

    /// The number of imports between each file of `to` and `from`; files that `from` does not reach are left out.
    pub(crate) fn distances(&self, from: &ProjectPath, to: &BTreeSet<ProjectPath>) -> BTreeMap<ProjectPath, usize> {
        let mut distances: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut waiting: VecDeque<(usize, usize)> =
            self.project.number(from).map(|file| (file, 0)).into_iter().collect();
        while let Some((file, distance)) = waiting.pop_front() {
            if distances[file].is_none() {
                distances[file] = Some(distance);
                let files = self.nodes[file].iter().flat_map(|node| &node.files);
                waiting.extend(files.map(|file| (*file, distance + 1)));
            }
        }
        to.iter().filter_map(|path| Some((path.clone(), distances[self.project.number(path)?]?))).collect()
    }

    /// The folders that absolute imports of `path` were found from.
    pub(crate) fn roots<'g>(&'g self, path: &ProjectPath) -> impl Iterator<Item = &'g str> {
        self.node(path).into_iter().flat_map(|node| &node.roots).map(String::as_str)
    }

    /// The imports that can only mean a file of the project that is not there.
    pub(crate) fn missing<'g>(&'g self, path: &ProjectPath) -> impl Iterator<Item = &'g Import> {
        self.node(path).into_iter().flat_map(|node| &node.missing)
    }

    /// Why an import of `path`, which is missing, is.
    pub(crate) fn absence(&self, path: &ProjectPath, import: &Import) -> Absence {
        match Language::of(path) {
            Some(Language::TypeScript) => typescript::absence(&self.resolver, path, &import.module),
            Some(Language::Python) | None => Absence::File,
        }
    }

    /// The imports of `path` that mean a file in place of what is made of it, with that file.
    pub(crate) fn stand_ins<'g>(&'g self, path: &ProjectPath) -> impl Iterator<Item = &'g (String, ProjectPath)> {
        self.node(path).into_iter().flat_map(|node| &node.stand_ins)
    }

    /// Where Node's packages lie in the project.
    pub(crate) fn layout(&self) -> &Layout {
        self.resolver.layout()
    }

    /// Whether `path` is a source file and no text.
    pub(crate) fn is_illegible(&self, path: &ProjectPath) -> bool {
        self.node(path).is_some_and(|node| node.illegible)
    }

    /// The names under which other modules can import the local `name` of `path` by a statement of its own.
    pub(crate) fn exported_names<'g>(&'g self, path: &ProjectPath, name: &str) -> impl Iterator<Item = &'g str> {
        let exports = self.details(path).into_iter().flat_map(|details| &details.interface.exports);
        exports.filter(move |export| export.local == name).map(|export| export.exported.as_str())
    }

    /// Whether a file of JavaScript or TypeScript has a default export, which then is what others import by that name.
    pub(super) fn has_default(&self, path: &ProjectPath) -> bool {
        let finder = || {
            self.project
                .text(path)
                .is_some_and(|text| memchr::memmem::find(text.as_bytes(), b"export default").is_some())
        };
        Language::of(path) != Some(Language::TypeScript) || self.exports_default(path) || finder()
    }

    fn exports_default(&self, path: &ProjectPath) -> bool {
        self.details(path).is_some_and(|details| {
            let given_on = details.interface.imports.iter().flat_map(|import| &import.bindings);
            details.interface.exports.iter().any(|export| export.exported == "default")
                || given_on.into_iter().any(crate::syntax::imports::Binding::is_default_given_on)
        })
    }

    fn node(&self, path: &ProjectPath) -> Option<&Node> {
        self.nodes.get(self.project.number(path)?)?.as_ref()
    }

    /// What the imports of `path` say; `None` where it is not reached.
    pub(super) fn details(&self, path: &ProjectPath) -> Option<&Details> {
        Some(self.node(path)?.details(&self.resolver, path))
    }

    /// The imports whose module, or one of whose submodules, is `path`: importing file, its import, what that means.
    pub(crate) fn importers(&self, path: &ProjectPath) -> impl Iterator<Item = (&ProjectPath, &Import, &Target)> {
        let file = self.project.number(path);
        let first = self.importers.partition_point(|(of, ..)| Some(*of) < file);
        let imports = self.importers[first..].iter().take_while(move |(of, ..)| Some(*of) == file);
        imports.filter_map(|(_, importer, import)| {
            let importer = self.project.file(*importer)?;
            let details = self.details(importer)?;
            Some((importer, details.interface.imports.get(*import)?, details.targets.get(*import)?))
        })
    }
}
