//! Objects that are given to other code, which may declare routes on them.

use super::argument::Declaration;
use super::object::{Binding, Object, frameworks};
use super::walk::{Below, Walk};
use crate::analyze::calls::HandedOn;
use crate::analyze::definitions::{Definition, Meaning};
use crate::catalog::Expose;
use crate::source::Language;
use crate::syntax::ResolvedSymbol;

impl<'a> Walk<'_, '_, 'a> {
    /// The object given to other code, which may declare routes on it.
    pub(super) fn handed_on(&mut self, object: &Object<'a>, handed: &HandedOn, below: &Below) {
        let Some(to) = handed.to.as_deref().filter(|_| handed.argument) else {
            if handed.argument {
                self.handed_away(handed, below);
            }
            return;
        };
        let last = to.rsplit('.').next().unwrap_or(to);
        // Mounting it is not a use of its own, and is read where it stands.
        if object.facts.follows.contains_key(last) || object.facts.mounts.iter().any(|mounts| mounts == last) {
            return;
        }
        let file = &handed.span.file;
        let meaning = match Language::of(file) {
            Some(Language::Python) => self.definitions.meaning(file, to, handed.span.start),
            Some(Language::TypeScript) | None => match self.context.graph.symbol(file, to) {
                ResolvedSymbol::External(symbol) => Meaning::External(symbol),
                ResolvedSymbol::Project { .. } => Meaning::Unknown,
            },
        };
        match meaning {
            Meaning::External(symbol) => {
                let of = |facts: &Expose| {
                    let mut listed = facts.hosts.iter().chain(&facts.wrappers).chain(facts.follows.keys());
                    listed.any(|known| *known == symbol)
                };
                if !of(object.facts) && !frameworks(self.context).any(|(_, facts)| of(facts)) {
                    self.handed_away(handed, below);
                }
            }
            Meaning::Project(found) => match &found.definition {
                Definition::Function(function) => {
                    match function.parameter(handed.keyword.as_deref(), handed.position) {
                        Some(parameter) => {
                            let binding = Binding::local(&found.file, parameter, &function.range);
                            let place = (found.file.clone(), function.range.start);
                            if !self.visiting.contains(&place) {
                                self.visiting.push(place);
                                self.binding(object, &binding, below);
                                self.visiting.pop();
                            }
                        }
                        None => self.handed_away(handed, below),
                    }
                }
                Definition::Value(_) | Definition::Class(_) | Definition::Variable => self.handed_away(handed, below),
            },
            Meaning::Unknown => self.handed_away(handed, below),
        }
    }

    fn handed_away(&mut self, handed: &HandedOn, below: &Below) {
        let declaration = Declaration {
            file: &handed.span.file,
            at: handed.span.start,
            line: None,
            name: &handed.name,
            arguments: &[],
        };
        self.fall_back(below, &declaration, handed.span.clone());
    }
}
