//! What is said outside the model: gathered layer by layer, and held against the rules.

use super::super::extra::{ARGUMENTS, BLOCKS, EXTRA, Extra, Place, Reader, list_toml};
use super::super::layer::Leaf;
use super::super::setting::Entry;
use super::rules::{Demand, Rule, names};
use super::{Values, Writer};
use crate::diag::{Code, Diagnostic, Diagnostics};

/// Whether a leaf is one of what no setting is for.
pub(super) fn is_extra(leaf: &Leaf) -> bool {
    leaf.path[0].0 == EXTRA
}

impl Values<'_> {
    /// Takes what stands below `extra`, where `holds`; it is read in any case, to find what is wrong in it.
    pub(super) fn take_extra(
        &mut self,
        writer: &Writer<'_>,
        leaves: &[Leaf],
        holds: bool,
        diagnostics: &mut Diagnostics,
    ) {
        let mut reader = Reader { layer: &writer.layer, writer: writer.index, problems: Vec::new() };
        let found = reader.addresses(leaves);
        reader.problems.into_iter().for_each(|problem| diagnostics.push(problem));
        for (address, extra) in found.into_iter().filter(|_| holds) {
            match self.extra.get_mut(&address) {
                Some(weaker) => weaker.take(extra),
                None => _ = self.extra.insert(address, extra),
            }
        }
    }

    /// What `rule` does not allow to whoever is stronger than it.
    pub(super) fn check_extra(&self, rule: &Rule, demand: &Demand, diagnostics: &mut Diagnostics) {
        for (address, extra) in &self.extra {
            let any = |patterns: &[String]| patterns.iter().any(|pattern| names(pattern, address));
            let (code, refused) = match demand {
                Demand::Lock => (Code::SettingLocked, true),
                Demand::OneOf(patterns) => (Code::SettingForbidden, !any(patterns)),
                Demand::Forbid(patterns) => (Code::SettingForbidden, any(patterns)),
                Demand::Min(_) | Demand::Max(_) | Demand::Require(_) => return,
            };
            let stronger = |place: &&Place| !rule.kept.contains(&place.writer);
            let Some(place) = extra.places().find(stronger).filter(|_| refused) else { continue };
            let message = format!("the platform allows nothing outside the model for `{address}`");
            let problem = Diagnostic::new(code, message).help("delete it, or ask the platform team for a setting");
            diagnostics.push(match &place.span {
                Some(span) => problem.at(span.clone(), "set here").also(rule.at.clone(), rule.why()),
                None => problem.at(rule.at.clone(), rule.why()),
            });
        }
    }

    /// What is outside the model, for people.
    pub(super) fn extra_entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (address, Extra { arguments, blocks, place: _ }) in &self.extra {
            let mut add = |below: &str, name: &str, literal: String, place: &Place| {
                let path = [EXTRA, address, below, name].map(str::to_owned).to_vec();
                entries.push(Entry { path, literal, origin: place.origin.clone(), overrode: Vec::new() });
            };
            for (name, (value, place)) in arguments {
                add(ARGUMENTS, name, value.toml(), place);
            }
            for (name, blocks) in blocks {
                if let Some(first) = blocks.first() {
                    add(BLOCKS, name, list_toml(blocks), &first.place);
                }
            }
        }
        entries
    }
}
