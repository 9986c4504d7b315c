//! What a class holds, by the names that others have for it: `Server.app`, `server.app` after `const server = new Server()`.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::object::{Binding, Object};
use super::walk::{Below, Walk};
use crate::analyze::definitions::{Meaning, word_places};
use crate::analyze::expression::dotted;
use crate::source::ProjectPath;
use crate::syntax::{Parsed, member};

impl<'a> Walk<'_, '_, 'a> {
    /// The object by those names, in the files that may have an object of the class: those that import it, and those that
    /// import what these make.
    pub(super) fn field(&mut self, object: &Object<'a>, binding: &Binding, field: &str, below: &Below) {
        for path in self.near(&binding.file) {
            let Some(text) = self.context.project.text(&path) else { continue };
            let places: BTreeSet<usize> = word_places(text, field).map(|place| place.start).collect();
            let written = |parsed: &Parsed<'_>| Some(fields(parsed, &places, field));
            let found = if places.is_empty() { None } else { self.context.with_tree_around(&path, &places, written) };
            for (name, at) in found.into_iter().flatten() {
                let Meaning::Project(meant) = self.definitions.meaning(&path, &name, at) else { continue };
                let local = Some((meant.scope.start, meant.scope.end));
                if meant.file != binding.file || meant.name != binding.name || local != binding.local {
                    continue;
                }
                let holder = name.split('.').next().unwrap_or_default();
                let own = self.definitions.defined(&path, holder, at).filter(|holder| !holder.module);
                let local = own.map(|holder| (holder.scope.start, holder.scope.end));
                self.bound(object, &Binding { file: path.clone(), name, local }, below);
            }
        }
    }

    fn near(&self, file: &ProjectPath) -> BTreeSet<ProjectPath> {
        let mut near = BTreeSet::from([file.clone()]);
        for _ in 0..2 {
            let importers = near.iter().flat_map(|file| self.context.graph.importers(file));
            let importers: Vec<_> = importers.map(|(path, ..)| path.clone()).collect();
            near.extend(importers);
        }
        near.retain(|path| self.units.includes(self.unit, path));
        near
    }
}

/// The dotted names that end with a field, but those of `this`, each with one of its places.
fn fields(file: &Parsed<'_>, places: &BTreeSet<usize>, field: &str) -> BTreeMap<String, usize> {
    let named = places.iter().filter_map(|place| {
        let node = file.root().descendant_for_byte_range(*place, place + field.len())?;
        let whole = node.parent().filter(|whole| member(file, *whole).is_some_and(|(_, name)| name == node))?;
        let name = dotted(file, whole).filter(|name| !name.starts_with("this."))?;
        Some((name, Node::start_byte(&whole)))
    });
    named.collect()
}
