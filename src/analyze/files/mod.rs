//! What code does with files: a path, a module or a function that stands for a store is followed through what is made of it,
//! so that each unit is granted what it does and no more, and what a store cannot serve is said where it is written.
//!
//! Where a thing goes out of sight, it counts as used in every way.

mod flow;
mod name;
mod problem;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use super::units::Units;
use super::{Accesses, Construct, Context};
use crate::app::{ConstructRef, Id, Operation, SourceLine};
use crate::catalog::Persist;
use crate::diag::Diagnostics;
use crate::source::{ProjectPath, Span};
use crate::syntax::Parsed;

use search::Search;

/// What an expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    /// A path, or what stands for the store itself: in JavaScript a module whose functions answer promises.
    Path,
    /// JavaScript's module `fs`, whose functions take a callback.
    Module,
    /// Several paths.
    Several,
    /// An open file.
    File,
}

/// What was found out about the things of one construct.
#[derive(Default)]
pub(super) struct Found {
    operations: BTreeMap<ProjectPath, BTreeSet<(Operation, SourceLine)>>,
    /// The text that says which file or directory the annotated path is, and where.
    base: Option<(String, Span)>,
    /// The texts that say which file is meant, and where.
    places: Vec<(String, Span)>,
    pub(super) problems: Diagnostics,
}

/// What every file does with what the construct stands for.
pub(super) fn follow(
    context: &Context<'_>,
    construct: &Construct<'_>,
    all: &[Construct<'_>],
    facts: &Persist,
) -> Found {
    match &facts.files {
        Some(files) => Search::new(context, construct, all, facts).run(files),
        None => Found::default(),
    }
}

impl Found {
    /// Grants each unit what the files that it holds do.
    pub(super) fn grant(&self, units: &Units, construct: &Construct<'_>, accesses: &mut Accesses) {
        let origin = &construct.annotation.origin;
        let target = ConstructRef::Store(origin.id.clone());
        for unit in units.including(&origin.at.file) {
            for (_, found) in self.operations.iter().filter(|(path, _)| units.includes(unit, path)) {
                for (operation, line) in found {
                    accesses.add(unit, &target, operation.clone(), line);
                }
            }
        }
    }

    /// The texts that say which file is meant.
    pub(super) fn places(&self) -> impl Iterator<Item = &(String, Span)> {
        self.places.iter().chain(self.base.as_ref().filter(|_| self.places.is_empty()))
    }
}

/// Which thing is meant, as written.
fn place(file: &Parsed<'_>, range: std::ops::Range<usize>) -> (String, Span) {
    let text = string_in(&file.text[range.clone()]);
    (text, Span::new(&file.path, range))
}

/// A literal without its quotes, and anything else without its white space.
pub(super) fn string_in(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    text.trim_matches(['"', '\'']).to_owned()
}

/// Reports a secret that stands for several things: each directive and each path is one. `known` is what secrets so far are.
pub(super) fn check_secrets<'p>(
    construct: &Construct<'_>,
    places: impl IntoIterator<Item = &'p (String, Span)>,
    known: &mut BTreeMap<Id, (String, Span)>,
    diagnostics: &mut Diagnostics,
) {
    for (text, at) in places {
        let id = &construct.annotation.origin.id;
        let (first, first_at) = known.entry(id.clone()).or_insert_with(|| (text.clone(), at.clone()));
        if first != text {
            diagnostics.push(problem::several_secrets(construct.annotation, at.clone(), first_at.clone()));
            return;
        }
    }
}
