//! What a platform team's file demands of those that are stronger: `[[rule]]`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::document::Document;
use super::super::extra::EXTRA;
use super::super::layer::{self, Element, Leaf, Written};
use super::super::schema::{Ids, Kind, TAG_NAME, TAGS, Table};
use super::super::value::{Refused, accepted, halves, list};
use super::key::{Allowed, Step};
use super::{Sources, Writer};
use crate::config::Target;
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;
use crate::terraform::Halves;

/// The name by which rules speak of `--target`.
pub(super) const TARGET: &str = "target";

/// A rule that was accepted.
pub(super) struct Rule {
    pub what: What,
    pub demands: Vec<Demand>,
    /// Why, in the platform team's words.
    pub reason: Option<String>,
    /// Where it stands.
    pub at: Span,
    /// The numbers of those whose values a lock keeps: the defaults, the rule's file, and what that builds on.
    pub kept: BTreeSet<usize>,
}

/// What a rule speaks of.
pub(super) enum What {
    /// Where the application goes.
    Target,
    /// The tags that there are.
    Tags,
    /// A setting, or all of a table, each with what it may hold.
    Settings(Vec<(Table, &'static str, Option<Ids>)>),
    /// What is outside the model.
    Extra,
    /// One tag.
    Tag(String),
}

/// What it demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Demand {
    /// The value stays as the rule's file, and those below it, say.
    Lock,
    /// At least this.
    Min(Halves),
    /// At most this.
    Max(Halves),
    /// One of these.
    OneOf(Vec<String>),
    /// None of these.
    Forbid(Vec<String>),
    /// This, or one of these; of tags, all of these.
    Require(Vec<String>),
}

const KEYS: [&str; 8] = ["setting", "reason", "lock", "min", "max", "one_of", "forbid", "require"];

/// The rules of every file, those of the environment included.
pub(super) fn read(
    sources: &Sources<'_>,
    writers: &[(&Document, Writer<'_>)],
    allowed: &[Allowed],
    diagnostics: &mut Diagnostics,
) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (file, _) in writers {
        let files = writers.iter().filter(|(other, _)| file.builds_on(other)).map(|(_, writer)| writer.index);
        let kept = files.chain([0]).collect();
        let mut reader = Reader { file, kept, allowed, diagnostics };
        rules.extend(file.rules().map(|list| reader.list(&list)).unwrap_or_default());
        for (name, _) in file.environments() {
            let own = file.environment(name).1.map(|list| reader.list(&list)).unwrap_or_default();
            // The others were held against the schema, which is all that they are good for now.
            rules.extend(own.into_iter().filter(|_| sources.environment == Some(name)));
        }
    }
    rules
}

struct Reader<'a> {
    file: &'a Document,
    kept: BTreeSet<usize>,
    allowed: &'a [Allowed],
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn problem(&mut self, code: Code, message: String, at: &Range<usize>, label: &str, help: Option<String>) {
        let problem = Diagnostic::new(code, message).at(self.file.span(at), label);
        self.diagnostics.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    fn list(&mut self, leaf: &Leaf) -> Vec<Rule> {
        let Some(items) = leaf.value.as_list().filter(|_| leaf.path.len() == 1) else {
            let help = "write `[[rule]]` above each rule".to_owned();
            let found = if leaf.path.len() == 1 { leaf.value.kind() } else { "a table" };
            self.problem(
                Code::ConfigWrongType,
                "`rule` is a list of tables".to_owned(),
                &leaf.path[0].1,
                &format!("this is {found}"),
                Some(help),
            );
            return Vec::new();
        };
        let mut rules = Vec::new();
        for item in items {
            match &item.value {
                Element::Table(leaves) => rules.extend(self.rule(leaves, &item.at)),
                Element::Value(other) => {
                    let label = format!("this is {}", other.kind());
                    self.problem(Code::ConfigWrongType, "a rule is a table".to_owned(), &item.at, &label, None);
                }
            }
        }
        rules
    }

    fn rule(&mut self, leaves: &[Leaf], at: &Range<usize>) -> Option<Rule> {
        let mut setting = None;
        let mut reason = None;
        let mut demands = Vec::new();
        let mut complete = true;
        for leaf in leaves {
            let name = leaf.path[0].0.as_str();
            let read = match name {
                "setting" => self.text(leaf).map(|text| setting = Some((text, leaf.value_at.clone()))),
                "reason" => self.text(leaf).map(|text| reason = Some(text)),
                "lock" => self.lock(leaf).map(|locked| demands.extend(locked.then_some((Demand::Lock, leaf)))),
                "min" => self.number(leaf).map(|number| demands.push((Demand::Min(number), leaf))),
                "max" => self.number(leaf).map(|number| demands.push((Demand::Max(number), leaf))),
                "one_of" => self.words(leaf).map(|words| demands.push((Demand::OneOf(words), leaf))),
                "forbid" => self.words(leaf).map(|words| demands.push((Demand::Forbid(words), leaf))),
                "require" => self.words(leaf).map(|words| demands.push((Demand::Require(words), leaf))),
                _ => {
                    let help = closest(name, KEYS)
                        .map_or_else(|| format!("one of: {}", list(&KEYS)), |near| format!("did you mean `{near}`?"));
                    let message = format!("a rule has no `{name}`");
                    let label = "inferra does not know this key";
                    self.problem(Code::ConfigUnknownKey, message, &leaf.path[0].1, label, Some(help));
                    None
                }
            };
            complete &= read.is_some();
        }
        let Some((setting, setting_at)) = setting else {
            if complete {
                let help = "add the setting that it speaks of, such as `setting = \"persist.orm.rds_postgres.zones\"`";
                let message = "a rule has no `setting`".to_owned();
                self.problem(Code::RuleMalformed, message, at, "this rule speaks of nothing", Some(help.to_owned()));
            }
            return None;
        };
        let what = self.what(&setting, &setting_at)?;
        complete &= demands.iter().all(|(demand, leaf)| self.fits(&what, &setting, demand, leaf));
        if complete && demands.is_empty() {
            let help = "add `lock = true`, `min`, `max`, `one_of`, `forbid` or `require`".to_owned();
            let message = format!("the rule for `{setting}` demands nothing");
            self.problem(Code::RuleMalformed, message, &setting_at, "of this setting", Some(help));
            return None;
        }
        let demands = demands.into_iter().map(|(demand, _)| demand).collect();
        complete.then(|| Rule { what, demands, reason, at: self.file.span(&setting_at), kept: self.kept.clone() })
    }

    fn mistyped(&mut self, leaf: &Leaf, expected: &str) {
        let message = format!("`{}` of a rule is {expected}", leaf.key());
        self.problem(Code::ConfigWrongType, message, &leaf.value_at, &format!("this is {}", leaf.value.kind()), None);
    }

    fn text(&mut self, leaf: &Leaf) -> Option<String> {
        self.read(leaf, "text in quotes", |value| value.as_text().map(str::to_owned))
    }

    fn lock(&mut self, leaf: &Leaf) -> Option<bool> {
        self.read(leaf, "`true` or `false`", |value| match value {
            Written::Boolean(locked) => Some(*locked),
            Written::Text(_)
            | Written::Integer(_)
            | Written::Float(_)
            | Written::List(_)
            | Written::Untyped(_)
            | Written::Other(_)
            | Written::Empty => None,
        })
    }

    fn number(&mut self, leaf: &Leaf) -> Option<Halves> {
        self.read(leaf, "a number from 0 on, whole or in steps of 0.5", |value| halves(value).ok()?.0)
    }

    /// One word or number, or a list of them.
    fn words(&mut self, leaf: &Leaf) -> Option<Vec<String>> {
        self.read(leaf, "a value, or a list of values", |value| {
            let Some(items) = value.as_list() else { return value.word().map(|word| vec![word]) };
            let words = items.iter().map(|item| match &item.value {
                Element::Value(value) => value.word(),
                Element::Table(_) => None,
            });
            words.collect::<Option<Vec<_>>>().filter(|words| !words.is_empty())
        })
    }

    /// The leaf's value where it is `expected`; reported otherwise.
    fn read<T>(&mut self, leaf: &Leaf, expected: &str, read: impl Fn(&Written) -> Option<T>) -> Option<T> {
        let value = Some(&leaf.value).filter(|_| leaf.path.len() == 1).and_then(read);
        if value.is_none() {
            self.mistyped(leaf, expected);
        }
        value
    }

    /// What `setting` names.
    fn what(&mut self, setting: &str, at: &Range<usize>) -> Option<What> {
        if setting == TARGET {
            return Some(What::Target);
        }
        if setting == TAGS {
            return Some(What::Tags);
        }
        if setting == EXTRA {
            return Some(What::Extra);
        }
        let parts: Vec<String> = match layer::document(&format!("{setting} = 0")).unwrap_or_default().as_slice() {
            [leaf] => leaf.path.iter().map(|(name, _)| name.clone()).collect(),
            // No key of TOML, so none of the schema.
            _ => vec![setting.to_owned()],
        };
        if let [table, name] = parts.as_slice()
            && table == TAGS
            && TAG_NAME.0(name)
        {
            return Some(What::Tag(name.clone()));
        }
        let general = self.allowed.iter().filter(|key| !key.is_of_id());
        let named = general.filter_map(|key| {
            let (table, name, ids) = key.setting?;
            let starts =
                key.steps.iter().zip(&parts).all(|(step, part)| matches!(step, Step::Name(name) if name == part));
            (starts && key.steps.len() >= parts.len()).then_some((table, name, ids))
        });
        let named: Vec<_> = named.collect();
        if !named.is_empty() {
            return Some(What::Settings(named));
        }
        let keys: Vec<_> = self
            .allowed
            .iter()
            .filter_map(|key| key.setting)
            .map(|(table, name, _)| layer::join(table.key(None, name).iter().map(String::as_str)))
            .collect();
        let help = closest(setting, keys.iter().map(String::as_str)).map_or_else(
            || {
                "a rule speaks of a setting, a table of settings, `target`, `tags`, one tag or `extra`, whatever the id"
                    .to_owned()
            },
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("no such setting: `{setting}`");
        self.problem(Code::ConfigUnknownKey, message, at, "a rule for nothing that inferra knows", Some(help));
        None
    }

    /// Whether `demand` can be made of what the rule speaks of.
    fn fits(&mut self, what: &What, setting: &str, demand: &Demand, leaf: &Leaf) -> bool {
        let refused = match (what, demand) {
            (What::Target, Demand::OneOf(words) | Demand::Forbid(words) | Demand::Require(words)) => {
                let unknown = words.iter().find_map(|word| word.parse::<Target>().err());
                unknown.map(|error| error.to_string())
            }
            (What::Tags, Demand::Require(names)) => names
                .iter()
                .find(|name| !TAG_NAME.0(name))
                .map(|name| format!("`{name}` cannot be the name of a tag: {}", TAG_NAME.1)),
            (What::Tags, _) => {
                Some("of `tags`, names can be required; of one tag, such as `tags.owner`, the rest".to_owned())
            }
            (What::Target, Demand::Lock | Demand::Min(_) | Demand::Max(_)) => {
                Some("of `target`, `one_of`, `forbid` or `require` can be said".to_owned())
            }
            (What::Extra, Demand::Min(_) | Demand::Max(_) | Demand::Require(_)) => {
                Some("of `extra`, `lock`, or `one_of` or `forbid` with addresses can be said".to_owned())
            }
            (What::Tag(_), Demand::Min(_) | Demand::Max(_)) => Some("a tag is text".to_owned()),
            (What::Extra, Demand::Lock | Demand::OneOf(_) | Demand::Forbid(_))
            | (What::Tag(_) | What::Settings(_), Demand::Lock)
            | (What::Tag(_), Demand::OneOf(_) | Demand::Forbid(_) | Demand::Require(_)) => None,
            (What::Settings(settings), _) => match settings.as_slice() {
                [(table, name, _)] => self.kind(table, name).and_then(|kind| refusal(kind, demand)),
                _ => Some(format!("`{setting}` is a table: it can be locked, and the rest be said of one setting")),
            },
        };
        if let Some(why) = &refused {
            let message = format!("`{}` cannot be said of `{setting}`", leaf.key());
            self.problem(Code::RuleMalformed, message, &leaf.value_at, why, None);
        }
        refused.is_none()
    }

    fn kind(&self, table: &Table, name: &str) -> Option<Kind> {
        let same = |key: &&Allowed| key.setting.is_some_and(|(own, key, _)| own == *table && key == name);
        self.allowed.iter().find(same).map(|key| key.kind)
    }
}

/// Why `demand` cannot be made of a setting of `kind`.
fn refusal(kind: Kind, demand: &Demand) -> Option<String> {
    match demand {
        Demand::Lock => None,
        Demand::Min(number) | Demand::Max(number) => match kind {
            Kind::Integer { .. } | Kind::Numbers(_) if !number.is_whole() => {
                Some("the setting is a whole number".to_owned())
            }
            Kind::Integer { min, max } | Kind::Halves { min, max } => {
                let inside = (Halves::of(min)..=Halves::of(max)).contains(number);
                (!inside).then(|| format!("the setting itself is from {min} to {max}"))
            }
            Kind::Numbers(_) => None,
            Kind::Words(_) | Kind::Form(..) => Some("the setting is text, which has no order".to_owned()),
        },
        Demand::OneOf(words) | Demand::Forbid(words) | Demand::Require(words) => {
            let patterns = match kind {
                Kind::Form(..) => true,
                Kind::Integer { .. } | Kind::Halves { .. } | Kind::Numbers(_) | Kind::Words(_) => false,
            };
            let mut held = words.iter().filter(|word| !patterns || !word.ends_with('*'));
            held.find_map(|word| accepted(&Written::Untyped(word.clone()), kind).err()).map(|refused| match refused {
                Refused::Type(expected) => format!("the setting is {expected}"),
                Refused::Value { written, expected, .. } => format!("the setting cannot be {written}: {expected}"),
            })
        }
    }
}

/// Whether `word`, as a rule has it, names `value`: a `*` at its end stands for any end.
pub(super) fn names(word: &str, value: &str) -> bool {
    word.strip_suffix('*').map_or(word == value, |start| value.starts_with(start))
}
