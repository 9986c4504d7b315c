//! Settings and rules of making what is there already: they decide nothing.

use super::super::adoption::Adoption;
use super::super::schema::{
    EKS, EXISTING, FS, KV, NETWORK_EXISTING, ORM, REDIS_CLUSTER, REDIS_NODE, SECRET, SECTIONS, Table,
};
use super::existing::{joined, said_at};
use super::rules::{Rule, What};
use super::{Accepted, Values};
use crate::app::Id;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// The settings of a database that say how code connects to it, not how it is made.
const OF_CLIENTS: [&str; 3] = ["backing", "ca_bundle", "existing"];
/// The settings of a cluster of Kubernetes that hold for one that is there already.
const OF_ANY_CLUSTER: [&str; 2] = ["nodes", "namespace"];

impl Values<'_> {
    /// Whether what `table` says of `id`, or of everything, is about making something that is adopted.
    pub(super) fn is_moot(&self, table: &Table, key: &str, id: Option<&Id>) -> bool {
        let is_set = |table: &Table, id, key| {
            self.find(table, id, key).1.is_some_and(|found| !found.value.to_string().is_empty())
        };
        let Some(id) = id else {
            return match table.path {
                ["network"] => is_set(&NETWORK_EXISTING, None, "vpc_id"),
                ["eks"] => !is_of_any_cluster(key) && is_set(&EKS, None, EXISTING),
                _ => false,
            };
        };
        let general = Table { backing: None, ..*table };
        let adopts = [KV, FS, SECRET, ORM, REDIS_NODE, REDIS_CLUSTER].contains(&general);
        adopts && !is_kept(key) && is_set(&general, Some(id), EXISTING)
    }

    /// Warns of a rule that speaks of how something is made which is adopted: it is not held against that.
    pub(super) fn check_moot(&self, rule: &Rule, diagnostics: &mut Diagnostics) {
        let What::Settings(settings) = &rule.what else { return };
        let mut said: Vec<Span> = Vec::new();
        for (table, key, ids) in settings {
            let ids: Vec<Option<&Id>> = match ids {
                Some(ids) => ids.of(self.application).into_iter().map(Some).collect(),
                None => vec![None],
            };
            for id in ids.into_iter().filter(|id| self.is_moot(table, key, *id) && self.is_chosen(table, *id)) {
                let (at, adopted) = match table.path {
                    ["network"] => (&NETWORK_EXISTING, "vpc_id"),
                    _ => (&Table { backing: None, ..*table }, EXISTING),
                };
                let (path, Some(found)) = self.find(at, id, adopted) else { continue };
                let span = found.span.clone().unwrap_or_else(|| rule.at.clone());
                if said.contains(&span) {
                    continue;
                }
                said.push(span.clone());
                let name = joined(&path);
                let message = format!("`{}` is adopted, and the platform's rule is not held against it", found.value);
                diagnostics.push(
                    Diagnostic::new(Code::ExistingOutsideRule, message)
                        .at(span, format!("`{name}` says so"))
                        .also(rule.at.clone(), rule.why())
                        .help(format!(
                            "see to it where it is made; a rule for `{}` says what may be adopted",
                            joined(&at.key(None, adopted))
                        )),
                );
            }
        }
    }

    /// Whether `table` is of the backing that serves `id`.
    fn is_chosen(&self, table: &Table, id: Option<&Id>) -> bool {
        id.is_none_or(|id| self.is_backed(table, id))
    }

    /// Settings of making, said of what is adopted, where that is said, or by somebody stronger.
    pub(super) fn check_unused(&self, table: &Table, id: &Id, adoption: &Adoption, diagnostics: &mut Diagnostics) {
        let Some(adopted) = self.find(table, Some(id), EXISTING).1 else { return };
        let sections = SECTIONS.iter().filter(|section| section.table.path == table.path && section.ids.is_some());
        for section in sections {
            // What is of a backing that is not chosen decides nothing anyway, which is said elsewhere.
            let is_chosen = self.is_backed(&section.table, id);
            for (key, _) in section.keys.iter().filter(|(key, _)| is_chosen && !is_kept(key)) {
                let path = section.table.key(Some(id.as_str()), key);
                self.unused(&path, adopted, &adoption.existing.value, diagnostics);
            }
        }
    }

    pub(super) fn unused(&self, path: &[String], adopted: &Accepted, name: &str, diagnostics: &mut Diagnostics) {
        let Some(found) = self.at(path).filter(|found| found.layer >= adopted.layer) else { return };
        let message = format!("`{}` has no effect: `{name}` is there already", joined(path));
        let problem = Diagnostic::new(Code::ExistingSettingUnused, message)
            .help("delete it, or change what is adopted where that is made");
        let problem = said_at(problem, found, "nothing is made with this");
        diagnostics.push(match &adopted.span {
            Some(span) => problem.also(span.clone(), "adopted here"),
            None => problem,
        });
    }

    /// A setting of what is adopted, of which there is nothing to say here.
    pub(super) fn idle_detail(&self, path: &[String], because: &str, diagnostics: &mut Diagnostics) {
        if let Some(problem) = self.decides_nothing(path, because) {
            diagnostics.push(problem);
        }
    }
}

/// Whether a setting holds for what is adopted, too.
pub(super) fn is_kept(key: &str) -> bool {
    OF_CLIENTS.contains(&key) || key.starts_with("existing_")
}

/// Whether a setting of clusters holds for one that is there already.
pub(super) fn is_of_any_cluster(key: &str) -> bool {
    is_kept(key) || OF_ANY_CLUSTER.contains(&key)
}
