//! What the unit's files do with an application or a router, by each of its names.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rayon::prelude::*;

use super::object::{Binding, Object};
use super::walk::Walk;
use crate::analyze::calls::{self, Call, Usage, Wanted};
use crate::analyze::expression::Expression;
use crate::analyze::with_aliases;
use crate::catalog::Expose;
use crate::source::{Language, ProjectPath};

/// What one file does with an object.
pub(super) struct Read<'w> {
    pub(super) objects: BTreeSet<String>,
    pub(super) usage: Known<'w>,
}

/// What was read of a file, for this object alone or for all of the application's.
pub(super) enum Known<'w> {
    Own(Usage),
    Shared(&'w Usage),
}

impl Known<'_> {
    pub(super) fn usage(&self) -> &Usage {
        match self {
            Self::Own(usage) => usage,
            Self::Shared(usage) => usage,
        }
    }
}

impl<'w, 'a> Walk<'w, '_, 'a> {
    /// The calls on an object by any of its names.
    pub(super) fn calls_on_object(&mut self, object: &Object<'a>) -> Vec<Call> {
        let mut found = Vec::new();
        for binding in &object.bindings {
            let read = self.known(object.facts, binding);
            for read in read.iter() {
                let own = |call: &&Call| {
                    let own = read.objects.contains(&call.object) && call.chain.is_empty();
                    own && self.means(binding, &call.object, &call.at.file, call.method_range.start)
                };
                found.extend(read.usage.usage().calls.iter().filter(own).cloned());
            }
        }
        found
    }

    /// Whether the application is set to tell a slash at the end of a path: `app.enable("strict routing")`.
    pub(super) fn is_strict(&mut self, object: &Object<'a>) -> bool {
        let facts = object.facts;
        let Some(setting) = facts.slashes.strict.as_ref().filter(|_| !object.router) else { return false };
        let Some(methods) = &facts.settings else { return false };
        let sets = |call: &Call| {
            let first = call.arguments.first().is_some_and(|first| first.literal.as_ref() == Some(setting));
            let value = call.arguments.get(1).map(|second| &second.value);
            first
                && (call.method == methods.enable
                    || call.method == methods.set && value == Some(&Expression::Bool(true)))
        };
        object.bindings.iter().any(|binding| {
            let read = self.known(object.facts, binding);
            read.iter().any(|read| {
                let calls = read.usage.usage().calls.iter();
                calls.filter(|call| read.objects.contains(&call.object)).any(sets)
            })
        })
    }

    /// What the unit's files do with an object by one of its names, read once.
    pub(super) fn known(&mut self, facts: &Expose, binding: &Binding) -> Rc<Vec<Read<'w>>> {
        let known = self.read.get(binding).map(Rc::clone);
        let read = known.unwrap_or_else(|| Rc::new(self.read(facts, binding)));
        self.read.insert(binding.clone(), Rc::clone(&read));
        read
    }

    /// Whether a name means this object where it stands.
    pub(super) fn means(&self, binding: &Binding, name: &str, file: &ProjectPath, at: usize) -> bool {
        if !binding.holds(file, at) {
            return false;
        }
        let first = name.split('.').next().unwrap_or(name);
        if Language::of(file) != Some(Language::TypeScript) || first == "this" {
            return true;
        }
        // A block of code may have something else by that name.
        self.definitions.defined(file, first, at).is_none_or(|found| match binding.local {
            Some(local) => (found.scope.start, found.scope.end) == local,
            None => found.module,
        })
    }

    /// What the unit's files do with an object by one of its names.
    pub(super) fn read(&self, facts: &Expose, binding: &Binding) -> Vec<Read<'w>> {
        let own = || BTreeSet::from([binding.name.clone()]);
        let mut references = match binding.local {
            Some(_) => BTreeMap::from([(binding.file.clone(), own())]),
            None => self.context.graph.references(&binding.file, &binding.name),
        };
        with_aliases(self.context, facts, &mut references);
        let (context, units, unit) = (self.context, self.units, self.unit);
        references
            .into_par_iter()
            .filter(|(path, _)| units.includes(unit, path))
            .filter_map(|(path, objects)| {
                let named = objects.iter().map(String::as_str).collect();
                let wanted = Wanted { objects: named, followed: true, mentioned: false };
                let usage = match context.marked.get(&path) {
                    Some(file) => calls::usage(file, &wanted),
                    None => calls::usage_of_text(&path, context.project.text(&path)?, &wanted)?,
                };
                Some((objects, usage))
            })
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(objects, usage)| Read { objects, usage: Known::Own(usage) })
            .collect()
    }
}
