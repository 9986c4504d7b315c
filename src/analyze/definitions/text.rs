use super::{Definition, Definitions, MAX_STEPS, Meaning};
use crate::analyze::expression::Expression;
use crate::source::{Language, ProjectPath};

/// The texts that an expression can have: one for each way through its conditions, `None` for Python's own `None`.
pub(in crate::analyze) type Texts = Vec<Option<String>>;

/// An item of a list: the file and the place that it stands in, and itself.
pub(in crate::analyze) type Item = (ProjectPath, usize, Expression);

/// Ways through conditions that are followed; more than these are no configuration any more.
const MAX_WAYS: usize = 8;

impl Definitions<'_, '_> {
    /// The texts that `expression` can have, where constants of the project say them all.
    pub(in crate::analyze) fn texts(&self, file: &ProjectPath, expression: &Expression, at: usize) -> Option<Texts> {
        self.texts_within(file, expression, at, MAX_STEPS)
    }

    fn texts_within(&self, file: &ProjectPath, expression: &Expression, at: usize, steps: usize) -> Option<Texts> {
        let steps = steps.checked_sub(1)?;
        let texts = match expression {
            Expression::Text(text) => vec![Some(text.clone())],
            Expression::None => vec![None],
            Expression::Join(parts) => {
                let mut joined = vec![String::new()];
                for part in parts {
                    let part: Option<Vec<String>> = self.texts_within(file, part, at, steps)?.into_iter().collect();
                    let part = part?;
                    joined =
                        joined.iter().flat_map(|start| part.iter().map(move |end| format!("{start}{end}"))).collect();
                    if joined.len() > MAX_WAYS {
                        return None;
                    }
                }
                joined.into_iter().map(Some).collect()
            }
            Expression::Either(one, other) => {
                let mut both = self.texts_within(file, one, at, steps)?;
                both.extend(self.texts_within(file, other, at, steps)?);
                both
            }
            Expression::Name(name) => match self.meaning(file, name, at) {
                Meaning::Project(found) => match &found.definition {
                    Definition::Value(value) => self.texts_within(&found.file, value, found.at, steps)?,
                    Definition::Function(_) | Definition::Class(_) | Definition::Variable => return None,
                },
                Meaning::External(_) | Meaning::Unknown => return None,
            },
            Expression::Bool(_)
            | Expression::List(_)
            | Expression::Spread(_)
            | Expression::Call(_)
            | Expression::Object(_)
            | Expression::Function(_)
            | Expression::Method(..)
            | Expression::Member(..)
            | Expression::Other => {
                return None;
            }
        };
        (texts.len() <= MAX_WAYS).then_some(texts)
    }

    /// The items of a list of expressions, each with the file and place that it stands in; `None` for one that is not known.
    pub(in crate::analyze) fn items(&self, file: &ProjectPath, list: &Expression, at: usize) -> Vec<Option<Item>> {
        let mut found = Vec::new();
        self.add_items(file, list, at, MAX_STEPS, &mut found);
        found
    }

    fn add_items(&self, file: &ProjectPath, list: &Expression, at: usize, steps: usize, found: &mut Vec<Option<Item>>) {
        let Some(steps) = steps.checked_sub(1) else { return found.push(None) };
        match list {
            Expression::List(items) => {
                for item in items {
                    if let Expression::Spread(inner) = item {
                        self.add_items(file, inner, at, steps, found);
                    } else {
                        found.push(Some((file.clone(), at, item.clone())));
                    }
                }
            }
            Expression::Join(parts) => parts.iter().for_each(|part| self.add_items(file, part, at, steps, found)),
            Expression::Either(one, other) => {
                self.add_items(file, one, at, steps, found);
                self.add_items(file, other, at, steps, found);
            }
            Expression::Name(name) => match self.meaning(file, name, at) {
                Meaning::Project(defined) if self.grows(&defined.file, &defined.name) => found.push(None),
                Meaning::Project(defined) => match &defined.definition {
                    Definition::Value(value) => self.add_items(&defined.file, value, defined.at, steps, found),
                    Definition::Function(_) | Definition::Class(_) | Definition::Variable => found.push(None),
                },
                Meaning::External(_) | Meaning::Unknown => found.push(None),
            },
            Expression::None => {}
            Expression::Text(_)
            | Expression::Bool(_)
            | Expression::Spread(_)
            | Expression::Call(_)
            | Expression::Object(_)
            | Expression::Function(_)
            | Expression::Method(..)
            | Expression::Member(..)
            | Expression::Other => found.push(None),
        }
    }

    /// Whether the file that makes a list also adds to it later.
    fn grows(&self, file: &ProjectPath, list: &str) -> bool {
        let text = self.context.project.text(file).unwrap_or_default();
        let methods = match Language::of(file) {
            Some(Language::TypeScript) => ["push(", "splice(", "unshift("],
            Some(Language::Python) | None => ["append(", "extend(", "insert("],
        };
        !list.is_empty() && methods.iter().any(|method| text.contains(&format!("{list}.{method}")))
    }
}
