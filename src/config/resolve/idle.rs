//! Settings of one id that decide nothing, as something else is chosen for it.

use super::super::Origin;
use super::super::dependent::DEPENDENT;
use super::super::schema::{BACKING, EXECUTION_UNIT, ONLY_WHERE, SECTIONS, Section, Table};
use super::existing::{joined, said_at};
use super::{Accepted, Values};
use crate::app::Id;
use crate::diag::{Code, Diagnostic, Diagnostics};

impl Values<'_> {
    /// Reports what is said of a backing that its id does not have, and of a unit that is not made with it. What is said of
    /// all ids is for those that are still to come, too.
    pub(super) fn check_idle(&self, diagnostics: &mut Diagnostics) {
        for section in SECTIONS {
            let Some(ids) = section.ids else { continue };
            for id in ids.of(self.application) {
                match section.table.backing {
                    Some(backing) => self.idle_backing(section, backing, id, diagnostics),
                    None if section.table == EXECUTION_UNIT => self.idle_unit(id, diagnostics),
                    None => self.idle_beside(section, id, diagnostics),
                }
            }
        }
    }

    fn idle_backing(&self, section: &Section, backing: &str, id: &Id, diagnostics: &mut Diagnostics) {
        let of_all = Table { path: section.table.path, backing: None };
        let (key, chosen) = self.find(&of_all, Some(id), BACKING);
        let Some(chosen) = chosen.filter(|chosen| chosen.value.to_string() != backing) else {
            self.idle_beside(section, id, diagnostics);
            return;
        };
        let because = format!("`{}` is `{}`", joined(&key), chosen.value);
        for (name, _) in section.keys {
            self.idle(&section.table, id, name, &because, Some(chosen), diagnostics);
        }
    }

    fn idle_unit(&self, id: &Id, diagnostics: &mut Diagnostics) {
        let Some(made) = self.made(id) else { return };
        let chosen = self.find(&EXECUTION_UNIT, Some(id), "compute").1;
        for (name, holds) in ONLY_WHERE {
            if !holds(&made) {
                let because = format!("no unit in {} on {} is made with it", made.language.title(), made.compute);
                self.idle(&EXECUTION_UNIT, id, name, &because, chosen, diagnostics);
            }
        }
    }

    /// What another setting of the same table leaves nothing to decide.
    fn idle_beside(&self, section: &Section, id: &Id, diagnostics: &mut Diagnostics) {
        for (name, _) in section.keys {
            let Some((key, chosen)) = self.outdone(&section.table, name, id) else { continue };
            let because = format!("`{}` is `{}`", joined(&key), chosen.value);
            self.idle(&section.table, id, name, &because, Some(chosen), diagnostics);
        }
    }

    /// The setting beside which `key` decides nothing.
    pub(super) fn outdone(&self, table: &Table, key: &str, id: &Id) -> Option<(Vec<String>, &Accepted)> {
        let dependent = DEPENDENT.iter().find(|one| one.table == *table && one.key == key)?;
        let (other, chosen) = self.find(table, Some(id), dependent.on);
        let chosen = chosen.filter(|chosen| !dependent.values.contains(&chosen.value.to_string().as_str()))?;
        Some((other, chosen))
    }

    fn idle(
        &self,
        table: &Table,
        id: &Id,
        name: &str,
        because: &str,
        chosen: Option<&Accepted>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(problem) = self.decides_nothing(&table.key(Some(id.as_str()), name), because) else { return };
        diagnostics.push(match chosen.and_then(|chosen| chosen.span.clone()) {
            Some(span) => problem.also(span, "chosen here"),
            None => problem,
        });
    }

    /// That the setting at `path` decides nothing, where anybody says it.
    pub(super) fn decides_nothing(&self, path: &[String], because: &str) -> Option<Diagnostic> {
        let found = self.at(path).filter(|found| found.origin != Origin::Default)?;
        let message = format!("`{}` decides nothing: {because}", joined(path));
        let problem = Diagnostic::new(Code::SettingIdle, message)
            .help("delete it, or ignore this where another environment needs it");
        Some(said_at(problem, found, "this has no effect"))
    }
}
