//! What is in force against what rules demand.

use super::super::layer;
use super::super::schema::{BACKING, EKS, SECTIONS, STATE, TAGS, Table};
use super::super::settings::Origin;
use super::super::value::{Value, list};
use super::rules::{Demand, Rule, TARGET, What, names};
use super::{Accepted, Values};
use crate::app::{Id, Origin as Directive};
use crate::config::Compute;
use crate::diag::{Code, Diagnostic, Diagnostics};

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
            for demand in &rule.demands {
                match &rule.what {
                    What::Target => diagnostics.extend_with(self.check_target(rule, demand)),
                    What::Extra => self.check_extra(rule, demand, diagnostics),
                    What::Tags => self.check_tags(rule, demand, diagnostics),
                    What::Tag(name) => {
                        let path = vec![TAGS.to_owned(), name.clone()];
                        let found = self.at(&path).map(|accepted| self.in_force(path, accepted, None));
                        diagnostics.extend_with(found.and_then(|found| self.check_demand(rule, demand, &found)));
                    }
                    What::Settings(settings) => {
                        for (table, key) in settings {
                            for found in self.all_in_force(table, key) {
                                diagnostics.extend_with(self.check_demand(rule, demand, &found));
                            }
                        }
                    }
                }
            }
        }
    }

    /// The values of one setting that something is made with, each once.
    fn all_in_force(&self, table: &Table, key: &str) -> Vec<InForce<'_>> {
        let ids = SECTIONS.iter().find(|section| section.table == *table && section.has(key)).and_then(|it| it.ids);
        let mut found: Vec<InForce<'_>> = Vec::new();
        let mut add = |id: Option<&Id>, directive| {
            let (path, accepted) = self.find(table, id, key);
            if let Some(accepted) = accepted.filter(|_| found.iter().all(|known| known.path != path)) {
                found.push(InForce { general: table.key(None, key), ..self.in_force(path, accepted, directive) });
            }
        };
        match ids {
            Some(ids) => {
                for id in ids.of(self.application) {
                    if self.is_backed(table, id) {
                        add(Some(id), ids.origin(self.application, id));
                    }
                }
            }
            // What nobody asks for is made with no settings.
            None if *table == EKS && !self.application.units.keys().any(|unit| self.compute(unit) == Compute::Eks) => {}
            // Nor is a back end of the state that is not chosen.
            None if table.path == STATE.path && !self.is_chosen_state(table) => {}
            None => add(None, None),
        }
        found
    }

    fn in_force<'v>(&self, path: Vec<String>, accepted: &'v Accepted, directive: Option<&'v Directive>) -> InForce<'v> {
        let written = accepted.value.to_string();
        let is_target = written == TARGET && path.last().is_some_and(|key| key == "compute");
        let value = if is_target { self.target.compute().name().to_owned() } else { written };
        InForce { general: path.clone(), path, accepted, value, directive }
    }

    /// Whether `id` is served by the backing that `table` is for.
    fn is_backed(&self, table: &Table, id: &Id) -> bool {
        let chosen = self.find(&Table { backing: None, ..*table }, Some(id), BACKING).1;
        match (table.backing, chosen.map(|chosen| &chosen.value)) {
            (Some(backing), Some(Value::Text(chosen))) => backing == chosen,
            (Some(_), Some(Value::Integer(_)) | None) | (None, _) => true,
        }
    }

    /// Whether the state is where `table` is for.
    fn is_chosen_state(&self, table: &Table) -> bool {
        let chosen = self.find(&STATE, None, "backend").1.map(|found| found.value.to_string());
        table.backing.is_none_or(|backing| chosen.as_deref() == Some(backing))
    }

    fn check_target(&self, rule: &Rule, demand: &Demand) -> Option<Diagnostic> {
        let target = self.target.name();
        let help = match demand {
            Demand::OneOf(words) | Demand::Require(words) if words.iter().all(|word| word != target) => {
                format!("compile for {}", list(words))
            }
            Demand::Forbid(words) if words.iter().any(|word| word == target) => "compile for another target".to_owned(),
            Demand::OneOf(_)
            | Demand::Require(_)
            | Demand::Forbid(_)
            | Demand::Lock
            | Demand::Min(_)
            | Demand::Max(_) => return None,
        };
        let problem =
            Diagnostic::new(Code::SettingForbidden, format!("the platform does not allow the target `{target}`"));
        Some(problem.at(rule.at.clone(), rule.why()).help(help))
    }

    fn check_tags(&self, rule: &Rule, demand: &Demand, diagnostics: &mut Diagnostics) {
        let Demand::Require(names) = demand else { return };
        let missing = |name: &&String| self.at(&[TAGS.to_owned(), (*name).clone()]).is_none();
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
            Value::Integer(number) => Some(number),
            Value::Text(_) => None,
        };
        let any = |words: &[String]| words.iter().any(|word| names(word, value));
        let (code, message, help) = match demand {
            Demand::Lock => {
                let locked = self.locked(rule, found)?;
                if *locked == found.accepted.value {
                    return None;
                }
                let message = format!("`{key}` cannot be `{value}`: the platform locks it to `{locked}`");
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
            Demand::OneOf(words) if !any(words) => {
                let message = format!("`{key}` cannot be `{value}`: the platform leaves a choice of {}", list(words));
                (Code::SettingOutsideRule, message, format!("set it to {}", either(words)))
            }
            Demand::Forbid(words) if any(words) => {
                let message = format!("`{key}` cannot be `{value}`: the platform forbids it");
                (Code::SettingForbidden, message, "set it to something else".to_owned())
            }
            Demand::Require(words) if !any(words) => {
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
