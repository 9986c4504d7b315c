//! What is in force against what rules demand.

use super::super::layer;
use super::super::schema::{
    BACKING, EKS, EXECUTION_UNIT, EXISTING, Ids, Made, ONLY_WHERE, ROOT, SCHEDULE, STATE, TAGS, Table,
};
use super::super::setting::Origin;
use super::super::value::{Value, list};
use super::rules::{Demand, Rule, What, names};
use super::{Accepted, Values};
use crate::app::{Id, Origin as Directive};
use crate::config::{Compute, Package, ScheduleBacking, Target};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::terraform::Halves;

/// A value that something is made with.
struct InForce<'v> {
    path: Vec<String>,
    accepted: &'v Accepted,
    /// What the value stands for: `target` is what the command line says.
    value: String,
    /// What it is in force for: the first directive.
    directive: Option<&'v Directive>,
    /// Where the value below it is, which holds where it is not set.
    general: Vec<String>,
}

impl Values<'_> {
    pub(super) fn check_rules(&self, rules: &[Rule], diagnostics: &mut Diagnostics) {
        for rule in rules {
            self.check_moot(rule, diagnostics);
            for demand in &rule.demands {
                match &rule.what {
                    What::Target => self.check_target(rule, demand, diagnostics),
                    What::Extra => self.check_extra(rule, demand, diagnostics),
                    What::Tags => self.check_tags(rule, demand, diagnostics),
                    What::Tag(name) => {
                        let path = vec![TAGS.to_owned(), name.clone()];
                        let found = self.at(&path).map(|accepted| InForce {
                            general: path.clone(),
                            path,
                            value: accepted.value.to_string(),
                            accepted,
                            directive: None,
                        });
                        diagnostics.extend_with(found.and_then(|found| self.check_demand(rule, demand, &found)));
                    }
                    What::Settings(settings) => {
                        for (table, key, ids) in settings {
                            for found in self.all_in_force(table, key, *ids) {
                                diagnostics.extend_with(self.check_demand(rule, demand, &found));
                            }
                        }
                    }
                }
            }
        }
    }

    /// The values of one setting that something is made with, each once.
    fn all_in_force(&self, table: &Table, key: &str, ids: Option<Ids>) -> Vec<InForce<'_>> {
        let mut found: Vec<InForce<'_>> = Vec::new();
        let mut add = |id: Option<&Id>, directive| {
            let (path, accepted) = self.find(table, id, key);
            let Some(accepted) = accepted else { return };
            let general = table.key(None, key);
            let value = self.meaning(&general, id, accepted.value.to_string());
            if found.iter().all(|known| known.path != path || known.value != value) {
                found.push(InForce { path, accepted, value, directive, general });
            }
        };
        match ids {
            Some(ids) => {
                for id in ids.of(self.application) {
                    if self.is_backed(table, id) && self.counts(table, key, id) && !self.is_moot(table, key, Some(id)) {
                        add(Some(id), ids.origin(self.application, id));
                    }
                }
            }
            // What nobody asks for is made with no settings.
            None if *table == EKS && !self.application.units.keys().any(|unit| self.compute(unit) == Compute::Eks) => {}
            // Nor is a back end of the state that is not chosen.
            None if table.path == STATE.path && !self.is_chosen_state(table) => {}
            // Nor is something with settings of making that is there already.
            None if self.is_moot(table, key, None) => {}
            None => add(None, None),
        }
        found
    }

    /// What a word stands for: what is made, not what is written.
    fn meaning(&self, general: &[String], id: Option<&Id>, written: String) -> String {
        let compute = || match id {
            Some(id) => self.compute(self.application.schedules.get(id).map_or(id, |schedule| &schedule.unit)),
            None => self.target.compute(),
        };
        if general == EXECUTION_UNIT.key(None, "compute") {
            compute().name().to_owned()
        } else if general == SCHEDULE.key(None, BACKING) && written == ScheduleBacking::Fitting.name() {
            ScheduleBacking::of(compute()).name().to_owned()
        } else if general == ROOT.key(None, "name") {
            self.name().value
        } else {
            written
        }
    }

    /// Whether anything is made with a setting of a unit: of what a container is made, a function is not, and what
    /// another setting leaves nothing to decide is made with neither.
    fn counts(&self, table: &Table, key: &str, id: &Id) -> bool {
        if self.outdone(table, key, id).is_some() {
            return false;
        }
        let Some(made_as) = self.made(id).filter(|_| *table == EXECUTION_UNIT) else { return true };
        ONLY_WHERE.iter().all(|(name, holds)| *name != key || holds(&made_as))
    }

    /// What a unit is made as.
    pub(super) fn made(&self, id: &Id) -> Option<Made> {
        let unit = self.application.units.get(id)?;
        let package = self.find(&EXECUTION_UNIT, Some(id), "package").1.map(|found| found.value.to_string());
        let image = package.as_deref() == Some(Package::Image.name());
        Some(Made { compute: self.compute(id), language: unit.language, image })
    }

    /// Whether `id` is served by the backing that `table` is for.
    pub(super) fn is_backed(&self, table: &Table, id: &Id) -> bool {
        let chosen = self.find(&Table { backing: None, ..*table }, Some(id), BACKING).1;
        match (table.backing, chosen.map(|chosen| &chosen.value)) {
            (Some(backing), Some(Value::Text(chosen))) => backing == chosen,
            (Some(_), Some(Value::Integer(_) | Value::Halves(_) | Value::Texts(_)) | None) | (None, _) => true,
        }
    }

    /// Whether the state is where `table` is for.
    fn is_chosen_state(&self, table: &Table) -> bool {
        let chosen = self.find(&STATE, None, "backend").1.map(|found| found.value.to_string());
        table.backing.is_none_or(|backing| chosen.as_deref() == Some(backing))
    }

    /// The target, and of units that a setting puts elsewhere, the target that would put them there.
    fn check_target(&self, rule: &Rule, demand: &Demand, diagnostics: &mut Diagnostics) {
        if let Some(help) = refused(demand, self.target) {
            let message = format!("the platform does not allow the target `{}`", self.target);
            let problem = Diagnostic::new(Code::SettingForbidden, message).at(rule.at.clone(), rule.why());
            diagnostics.push(problem.help(help));
            return;
        }
        for found in self.all_in_force(&EXECUTION_UNIT, "compute", Some(Ids::Units)) {
            let there = Target::ALL.into_iter().find(|target| target.compute().name() == found.value);
            let Some(help) = there.and_then(|there| refused(demand, there)) else { continue };
            let key = layer::join(found.path.iter().map(String::as_str));
            let message = format!("`{key}` cannot be `{}`: the platform does not allow that target", found.value);
            diagnostics.push(placed(Code::SettingForbidden, &message, help, rule, &found, &key));
        }
    }

    fn check_tags(&self, rule: &Rule, demand: &Demand, diagnostics: &mut Diagnostics) {
        let Demand::Require(names) = demand else { return };
        let said = |name: &str| self.at(&[TAGS.to_owned(), name.to_owned()]).map(|found| found.value.to_string());
        let missing = |name: &&String| said(name).is_none_or(|value| value.is_empty());
        let missing: Vec<_> = names.iter().filter(missing).collect();
        if missing.is_empty() {
            return;
        }
        let message = format!("the platform requires the tag {}, which nothing sets", list(&missing));
        let lines: Vec<_> = missing.iter().map(|name| format!("`{name:?} = \"…\"`")).collect();
        let problem = Diagnostic::new(Code::TagRequired, message).help(format!(
            "add {} below `[tags]` in {}",
            lines.join(" and "),
            crate::config::FILE_NAME
        ));
        let mut own =
            self.accepted.iter().filter(|(path, _)| path[0] == TAGS).filter_map(|(_, all)| all.last()?.span.clone());
        let directive = self.application.units.values().next().map(|unit| unit.origin.origin().span.clone());
        diagnostics.push(match own.next_back().or(directive) {
            Some(span) => problem.at(span, "beside what is said here").also(rule.at.clone(), rule.why()),
            None => problem.at(rule.at.clone(), rule.why()),
        });
    }

    fn check_demand(&self, rule: &Rule, demand: &Demand, found: &InForce<'_>) -> Option<Diagnostic> {
        let key = layer::join(found.path.iter().map(String::as_str));
        let InForce { value, .. } = found;
        let number = match found.accepted.value {
            Value::Integer(number) => Some(Halves::of(number)),
            Value::Halves(number) => Some(number),
            Value::Text(_) | Value::Texts(_) => None,
        };
        let items: Vec<&str> = match &found.accepted.value {
            Value::Texts(items) => items.iter().map(String::as_str).collect(),
            Value::Integer(_) | Value::Halves(_) | Value::Text(_) => vec![value],
        };
        let named = |words: &[String], item: &str| words.iter().any(|word| names(word, item));
        let any = |words: &[String]| items.iter().any(|item| named(words, item));
        let all = |words: &[String]| items.iter().all(|item| named(words, item));
        // What may be adopted says nothing of what is made.
        let is_nothing = value.is_empty() && is_adoption(&found.path);
        let (code, message, help) = match demand {
            Demand::Lock => {
                let message = match self.locked(rule, found) {
                    Some(locked) if *locked == found.accepted.value => return None,
                    Some(locked) => format!("`{key}` cannot be `{value}`: the platform locks it to `{locked}`"),
                    // Only tags have no default.
                    None => format!("`{key}` cannot be `{value}`: the platform locks it, and sets none"),
                };
                (Code::SettingLocked, message, "delete the setting".to_owned())
            }
            Demand::Min(min) if number.is_some_and(|number| number < *min) => {
                let message = format!("`{key}` cannot be {value}: the platform wants {min} at least");
                (Code::SettingOutsideRule, message, format!("set it to {min} or more"))
            }
            Demand::Max(max) if number.is_some_and(|number| number > *max) => {
                let message = format!("`{key}` cannot be {value}: the platform wants {max} at most");
                (Code::SettingOutsideRule, message, format!("set it to {max} or less"))
            }
            Demand::OneOf(_) | Demand::Forbid(_) if is_nothing => return None,
            Demand::OneOf(words) if !all(words) => {
                let message = format!("`{key}` cannot be `{value}`: the platform leaves a choice of {}", list(words));
                (Code::SettingOutsideRule, message, format!("set it to {}", either(words)))
            }
            Demand::Forbid(words) if any(words) => {
                let message = format!("`{key}` cannot be `{value}`: the platform forbids it");
                (Code::SettingForbidden, message, "set it to something else".to_owned())
            }
            Demand::Require(words) if items.is_empty() || !all(words) => {
                let message = format!("`{key}` cannot be `{value}`: the platform requires {}", either(words));
                (Code::SettingForbidden, message, format!("set it to {}", either(words)))
            }
            Demand::Min(_) | Demand::Max(_) | Demand::OneOf(_) | Demand::Forbid(_) | Demand::Require(_) => return None,
        };
        Some(placed(code, &message, help, rule, found, &key))
    }

    /// What a lock keeps: what the rule's file, those that it builds on, and the built-in defaults say.
    fn locked(&self, rule: &Rule, found: &InForce<'_>) -> Option<&Value> {
        let below = |path: &[String]| {
            self.accepted.get(path)?.iter().rev().find(|it| rule.kept.contains(&it.writer)).map(|it| &it.value)
        };
        below(&found.path).or_else(|| below(&found.general))
    }
}

/// What to do where `demand` does not let `target` be.
fn refused(demand: &Demand, target: Target) -> Option<String> {
    let names = |words: &[String]| words.iter().any(|word| word == target.name());
    match demand {
        Demand::OneOf(words) | Demand::Require(words) if !names(words) => Some(format!("compile for {}", list(words))),
        Demand::Forbid(words) if names(words) => Some("compile for another target".to_owned()),
        Demand::OneOf(_) | Demand::Require(_) | Demand::Forbid(_) | Demand::Lock | Demand::Min(_) | Demand::Max(_) => {
            None
        }
    }
}

/// Whether a setting names something that is there already.
fn is_adoption(path: &[String]) -> bool {
    path.last().is_some_and(|key| key == EXISTING || key == "vpc_id")
}

fn either(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

/// The diagnostic at the application's line, with the platform's beside it.
fn placed(code: Code, message: &str, help: String, rule: &Rule, found: &InForce<'_>, key: &str) -> Diagnostic {
    let decided = &found.accepted.origin;
    let problem = match decided {
        Origin::CommandLine => Diagnostic::new(code, format!("{message} (in `--set {key}=…`)")),
        Origin::Default | Origin::Folder | Origin::File { .. } => Diagnostic::new(code, message),
    };
    let problem = problem.help(help);
    match (&found.accepted.span, found.directive) {
        (Some(span), _) => problem.at(span.clone(), "set here").also(rule.at.clone(), rule.why()),
        (None, Some(directive)) => {
            let label = format!("`{}` has it from the {decided}", directive.id);
            problem.at(directive.span.clone(), label).also(rule.at.clone(), rule.why())
        }
        (None, None) => problem.at(rule.at.clone(), rule.why()),
    }
}

impl Rule {
    /// The platform team's reason, as a label.
    pub(super) fn why(&self) -> String {
        self.reason.clone().unwrap_or_else(|| "the platform's rule".to_owned())
    }
}
