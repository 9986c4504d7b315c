//! The variables of a root: what each is called, and what it holds in each environment.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::setting::{Cause, deciding, differing_at};
use super::{Environment, name};
use crate::terraform::{
    Block, Body, Expression, Fill, Part, Place, Reference, call, inline, keyword, template, text, type_of,
};

/// Names that no variable can have: <https://developer.hashicorp.com/terraform/language/values/variables#arguments>.
const RESERVED: [&str; 8] =
    ["count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"];
/// The variable of the application's name.
const NAME: &str = "name";

/// What a variable is there for; two of one source are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A setting, as a value of this type.
    Setting(Cause, String),
    /// The application's name.
    Name,
    /// One place.
    Place(Place),
}

struct Variable {
    kind: String,
    description: String,
    /// Its value in each environment.
    values: Vec<Expression>,
}

/// The variables that were needed so far.
pub(super) struct Variables<'e> {
    members: &'e [&'e Environment<'e>],
    names: Vec<&'e str>,
    taken: BTreeSet<String>,
    by_source: BTreeMap<Source, String>,
    /// What stands at a place for these values: a test may compare what stands there with something else.
    by_place: BTreeMap<(Place, Vec<String>), Expression>,
    made: IndexMap<String, Variable>,
    /// What stands in the first environment's form where no variable can.
    assumed: Vec<Vec<Expression>>,
}

impl Fill for Variables<'_> {
    /// A variable, or text with the application's name in it.
    fn fill(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let key = (place.clone(), values.iter().map(|value| inline(value)).collect());
        if let Some(known) = self.by_place.get(&key) {
            return Some(known.clone());
        }
        let kind = kind_of(values)?;
        let filled = match self.by_setting(place, values, &kind) {
            Some(variable) => variable,
            None => match self.by_name(values).or_else(|| self.by_setting_within(place, values)) {
                Some(named) => named,
                None => self.own(place, values, kind),
            },
        };
        self.by_place.insert(key, filled.clone());
        Some(filled)
    }

    fn assume(&mut self, values: &[&Expression]) {
        self.assumed.push(values.iter().map(|value| (*value).clone()).collect());
    }
}

impl<'e> Variables<'e> {
    /// None yet; `taken` are names that the module uses already.
    pub(super) fn new(members: &'e [&'e Environment<'e>], taken: BTreeSet<String>) -> Self {
        Self {
            members,
            names: members.iter().map(|one| one.plan.application.as_str()).collect(),
            taken,
            by_source: BTreeMap::new(),
            by_place: BTreeMap::new(),
            made: IndexMap::new(),
            assumed: Vec::new(),
        }
    }

    fn by_setting(&mut self, place: &Place, values: &[&Expression], kind: &str) -> Option<Expression> {
        let cause = self.tag(place, values).or_else(|| deciding(&differing_at(self.members, place), place, values))?;
        Some(self.of_setting(cause, kind, values).into())
    }

    fn of_setting(&mut self, cause: Cause, kind: &str, values: &[&Expression]) -> Reference {
        let key = cause.key().to_owned();
        let description = format!("The setting `{key}`.");
        let wanted = words(&key.replace(".by_id.", "."));
        self.declare(Source::Setting(cause, kind.to_owned()), &wanted, kind.to_owned(), description, values)
    }

    /// The setting of a tag: the provider puts it on everything, and what the provider does not reach has it beside that.
    fn tag(&self, place: &Place, values: &[&Expression]) -> Option<Cause> {
        let [.., tags, tag] = place.steps.as_slice() else { return None };
        let says = |(one, value): (&&Environment<'_>, &&Expression)| {
            one.plan.tags.get(tag).is_some_and(|set| as_text(value) == Some(set))
        };
        (tags == "tags" && self.members.iter().zip(values).all(says)).then(|| Cause::tag(tag, self.members.len()))
    }

    /// Texts that are the same but for the application's name in them.
    fn by_name(&mut self, values: &[&Expression]) -> Option<Expression> {
        if let [Expression::Array(_), ..] = values {
            return self.each_by_name(values);
        }
        let texts: Option<Vec<_>> = values.iter().map(|value| as_text(value)).collect();
        let pieces = name::around(&texts?, &self.names)?;
        Some(joined(&pieces, &self.name()))
    }

    /// Texts that are the same but for what one setting says.
    fn by_setting_within(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let texts: Vec<_> = values.iter().map(|value| as_text(value)).collect::<Option<_>>()?;
        let found = differing_at(self.members, place).into_iter().find_map(|uses| {
            let said: Vec<_> = uses.iter().map(|one| one.value.as_str()).collect();
            Some((name::around(&texts, &said)?, uses))
        });
        let (pieces, uses) = found?;
        let said: Vec<_> = uses.iter().map(|one| text(one.value.as_str())).collect();
        let variable = self.of_setting(Cause::of(&uses), "string", &said.iter().collect::<Vec<_>>());
        Some(joined(&pieces, &variable))
    }

    /// Lists of one length, whose elements are the same but for the name.
    fn each_by_name(&mut self, values: &[&Expression]) -> Option<Expression> {
        let lists: Option<Vec<_>> = values.iter().map(|value| as_list(value)).collect();
        let lists = lists.filter(|lists| lists.iter().all(|items| items.len() == lists[0].len()))?;
        let items = (0..lists[0].len()).map(|at| {
            let items: Vec<_> = lists.iter().map(|items| &items[at]).collect();
            if items.iter().all(|item| **item == *items[0]) { Some(items[0].clone()) } else { self.by_name(&items) }
        });
        items.collect::<Option<Vec<_>>>().map(Expression::Array)
    }

    fn name(&mut self) -> Reference {
        let names: Vec<_> = self.names.iter().map(|name| text(*name)).collect();
        let names: Vec<_> = names.iter().collect();
        let description = "The application's name: the settings `name`, `names.prefix` and `names.suffix`.".to_owned();
        self.declare(Source::Name, NAME, "string".to_owned(), description, &names)
    }

    fn own(&mut self, place: &Place, values: &[&Expression], kind: String) -> Expression {
        let steps = place.steps.iter().map(String::as_str);
        let block = place.block.strip_prefix("data.").unwrap_or(&place.block);
        let block = block.strip_prefix("aws_").unwrap_or(block);
        let wanted = words(&std::iter::once(block).chain(steps).collect::<Vec<_>>().join("_"));
        let keys: BTreeSet<_> =
            differing_at(self.members, place).iter().flatten().map(|one| format!("`{}`", one.key)).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let follows = match keys.as_slice() {
            [] => String::new(),
            [key] => format!(" It follows from the setting {key}."),
            keys => format!(" It follows from the settings {}.", super::listed(keys)),
        };
        self.declare(Source::Place(place.clone()), &wanted, kind, format!("{place}.{follows}"), values).into()
    }

    /// The variable of `source`, called `wanted` where nothing else is.
    fn declare(
        &mut self,
        source: Source,
        wanted: &str,
        kind: String,
        description: String,
        values: &[&Expression],
    ) -> Reference {
        let holds = |name: &String| self.made.get(name).is_some_and(|one| one.values.iter().eq(values.iter().copied()));
        if let Some(known) = self.by_source.get(&source).filter(|name| holds(name)) {
            return Reference::variable(known.clone());
        }
        let names = std::iter::once(wanted.to_owned()).chain((2..).map(|number| format!("{wanted}_{number}")));
        let mut free = names.filter(|name| !self.taken.contains(name) && !RESERVED.contains(&name.as_str()));
        let name = free.next().unwrap_or_default();
        self.taken.insert(name.clone());
        let values = values.iter().map(|value| (*value).clone()).collect();
        self.made.insert(name.clone(), Variable { kind, description, values });
        self.by_source.insert(source, name.clone());
        Reference::variable(name)
    }

    /// The blocks that declare them. None has a default: no environment is meant where nobody says which.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block> {
        self.made.iter().map(|(name, variable)| {
            let body = Body::new()
                .attribute("description", text(&variable.description))
                .attribute("type", type_expression(&variable.kind))
                .attribute("nullable", false);
            Block::new("variable", &[name], body)
        })
    }

    /// The variables that a made-up answer agrees with, and what they hold in the first environment, whose answer it is.
    pub(super) fn assumed(&self) -> Vec<(String, Expression)> {
        let named =
            self.by_source.get(&Source::Name).filter(|_| self.assumed.iter().any(|values| self.is_named(values)));
        let agrees =
            |name: &String, variable: &Variable| self.assumed.contains(&variable.values) || named == Some(name);
        let agreeing = self.made.iter().filter(|(name, variable)| agrees(name, variable));
        agreeing.map(|(name, variable)| (name.clone(), variable.values[0].clone())).collect()
    }

    /// Whether `values` are the same but for the application's name.
    fn is_named(&self, values: &[Expression]) -> bool {
        let texts: Option<Vec<_>> = values.iter().map(as_text).collect();
        texts.is_some_and(|texts| name::around(&texts, &self.names).is_some())
    }

    /// What they hold in the environment of this number.
    pub(super) fn values(&self, environment: usize) -> Body {
        self.made.iter().fold(Body::new(), |body, (name, variable)| {
            body.attribute(name.clone(), variable.values[environment].clone())
        })
    }
}

/// Text with `reference` between the pieces.
fn joined(pieces: &[&str], reference: &Reference) -> Expression {
    if let ["", ""] = pieces {
        return reference.clone().into();
    }
    let mut parts = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            parts.push(Part::Value(reference.clone()));
        }
        if !piece.is_empty() {
            parts.push(Part::Text((*piece).to_owned()));
        }
    }
    template(parts)
}

/// The type of a variable that holds all of `values`.
fn kind_of(values: &[&Expression]) -> Option<String> {
    let kinds: Option<Vec<_>> = values.iter().map(|value| type_of(value)).collect();
    let kinds = kinds?;
    // A list with nothing in it can be one of anything.
    let known = kinds.iter().find(|kind| !kind.ends_with("()"));
    Some(known.cloned().unwrap_or_else(|| kinds[0].replace("()", "(string)")))
}

fn type_expression(kind: &str) -> Expression {
    let word = |word: &str| match word {
        "number" => keyword("number"),
        "bool" => keyword("bool"),
        _ => keyword("string"),
    };
    match kind.trim_end_matches(')').split_once('(') {
        Some(("map", of)) => call("map", word(of)),
        Some((_, of)) => call("list", word(of)),
        None => word(kind),
    }
}

/// `text` as a name of Terraform's.
fn words(text: &str) -> String {
    let lower = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let name: String = lower.collect();
    let name = name.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("value_{name}") }
}

fn as_text(value: &Expression) -> Option<&str> {
    let Expression::String(text) = value else { return None };
    Some(text)
}

fn as_list(value: &Expression) -> Option<&Vec<Expression>> {
    let Expression::Array(items) = value else { return None };
    Some(items)
}
