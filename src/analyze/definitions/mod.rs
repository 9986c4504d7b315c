//! What names mean: where they are defined, and as what. Only the statements that mention a name are parsed for it.

mod read;
mod script;
mod text;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::Context;
use super::expression::Expression;
use crate::source::{Language, ProjectPath};
use crate::syntax::ResolvedSymbol;

pub(super) use read::{function as function_at, functions_around, places as word_places, result_of};
pub(super) use script::{DEFAULT, Given, last_word, parameters as script_parameters, results_in};
pub(super) use script::{base as base_of_class, is_class};
pub(super) use text::Texts;

/// What a name is defined as.
#[derive(Debug, Clone)]
pub(super) enum Definition {
    /// `name = expression`.
    Value(Expression),
    Function(Function),
    Class(Class),
    /// A parameter, the variable of a loop, anything that gets its value when the program runs.
    Variable,
}

/// A function, as far as it matters to its callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) asynchronous: bool,
    /// Whether it stands in the module itself.
    pub(super) top_level: bool,
    /// All of it.
    pub(super) range: Range<usize>,
    /// What it returns, with the places of those expressions.
    pub(super) returns: Vec<(Expression, usize)>,
}

impl Function {
    /// The parameter that an argument is given to.
    pub(super) fn parameter(&self, keyword: Option<&str>, position: Option<usize>) -> Option<&str> {
        // JavaScript names what is in an object that is one of the positional arguments.
        if let (Some(keyword), Some(position)) = (keyword, position) {
            let properties = &self.parameters.get(position)?.properties;
            return properties.iter().find(|(there, _)| there == keyword).map(|(_, here)| here.as_str());
        }
        let found = match (keyword, position) {
            (Some(keyword), _) => self.parameters.iter().find(|parameter| parameter.name == keyword),
            (None, Some(position)) => self.parameters.get(position),
            (None, None) => None,
        };
        found.map(|parameter| parameter.name.as_str())
    }

    /// How many arguments it cannot do without.
    pub(super) fn required(&self) -> usize {
        self.parameters.iter().filter(|parameter| parameter.required).count()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    /// As written; in JavaScript that may be a pattern.
    pub(super) name: String,
    pub(super) required: bool,
    /// The names that a pattern gives to what the argument has: what it is called there, and here.
    pub(super) properties: Vec<(String, String)>,
}

/// A class, as far as it matters to those who make objects of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    /// All of it.
    pub(super) range: Range<usize>,
    pub(super) bases: Vec<String>,
    pub(super) methods: Vec<Function>,
    pub(super) values: Vec<(String, Expression)>,
}

/// A definition and where it counts.
#[derive(Debug, Clone)]
struct Candidate {
    definition: Definition,
    /// The function that it is local to; the whole file for one of the module itself.
    scope: Range<usize>,
    /// Where the name stands.
    at: usize,
    module: bool,
}

/// What a name means.
#[derive(Debug)]
pub(super) enum Meaning {
    /// A name of a module from elsewhere.
    External(String),
    /// Something of the project.
    Project(Box<Found>),
    /// Several things, or nothing that is seen.
    Unknown,
}

/// A definition of the project.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: ProjectPath,
    pub(super) name: String,
    pub(super) definition: Definition,
    pub(super) scope: Range<usize>,
    pub(super) at: usize,
    /// Whether it stands in the module itself, so that others can import it.
    pub(super) module: bool,
}

/// Looks up definitions, each once.
pub(super) struct Definitions<'c, 'a> {
    context: &'c Context<'a>,
    read: RefCell<Read>,
}

/// What is defined in a file under a name.
type Read = BTreeMap<(ProjectPath, String), Rc<Vec<Candidate>>>;

/// Definitions followed before giving up: `app = make()`, where `make` returns `build()`, which returns `web`.
pub(super) const MAX_STEPS: usize = 16;

impl<'c, 'a> Definitions<'c, 'a> {
    pub(super) fn new(context: &'c Context<'a>) -> Self {
        Self { context, read: RefCell::default() }
    }

    /// What `dotted` means in `file` at the place `at`.
    pub(super) fn meaning(&self, file: &ProjectPath, dotted: &str, at: usize) -> Meaning {
        self.meaning_within(file, dotted, at, MAX_STEPS)
    }

    fn meaning_within(&self, file: &ProjectPath, dotted: &str, at: usize, steps: usize) -> Meaning {
        let Some(steps) = steps.checked_sub(1) else { return Meaning::Unknown };
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        if first == "this" && !rest.is_empty() {
            return self.of_this(file, rest, at, steps);
        }
        // A local name hides the module's.
        let found = match self.defined(file, first, at) {
            Some(found) if !found.module => found,
            _ => match self.context.graph.symbol(file, dotted) {
                ResolvedSymbol::External(symbol) => return Meaning::External(symbol),
                ResolvedSymbol::Project { file: made, name } => {
                    // A module of CommonJS is what it exports.
                    let name = if name.is_empty() { script::DEFAULT.to_owned() } else { name };
                    return match name.split_once('.') {
                        None => match self.defined(&made, &name, at_in(file, &made, at)) {
                            Some(found) => boxed(found),
                            None => self.given_on(&made, &name, steps),
                        },
                        Some((first, inner)) => match self.defined(&made, first, at_in(file, &made, at)) {
                            Some(found) => self.inside_within(found, inner, steps),
                            None => self.given_on(&made, &name, steps),
                        },
                    };
                }
            },
        };
        if rest.is_empty() { boxed(found) } else { self.inside_within(found, rest, steps) }
    }

    /// What a name means that a file has only by giving on everything of others: `export * from "./cats.module"`.
    fn given_on(&self, file: &ProjectPath, dotted: &str, steps: usize) -> Meaning {
        for other in self.context.graph.given_on(file) {
            match self.meaning_within(&other, dotted, IN_NO_FUNCTION, steps) {
                Meaning::Unknown => {}
                known @ (Meaning::External(_) | Meaning::Project(_)) => return known,
            }
        }
        Meaning::Unknown
    }

    /// What a property of the object around a place means.
    fn of_this(&self, file: &ProjectPath, rest: &str, at: usize, steps: usize) -> Meaning {
        let class = self.context.with_tree_around(file, &[at].into(), |parsed| script::class_around(parsed, at));
        let Some(class) = class else { return Meaning::Unknown };
        let (file, scope) = (file.clone(), class.range.clone());
        let definition = Definition::Class(class);
        self.inside_within(
            Found { file, name: String::new(), definition, at: scope.start, scope, module: false },
            rest,
            steps,
        )
    }

    /// What an attribute of a definition means.
    pub(super) fn inside(&self, found: Found, rest: &str) -> Meaning {
        self.inside_within(found, rest, MAX_STEPS)
    }

    /// What an attribute of something means: a name of a class, or of the class that an object is made of.
    fn inside_within(&self, found: Found, rest: &str, steps: usize) -> Meaning {
        match &found.definition {
            Definition::Class(class) => {
                let value = class.values.iter().find(|(name, _)| name == rest);
                let method = class.methods.iter().find(|method| method.name == rest);
                let definition = match (value, method) {
                    (Some((_, value)), _) => Definition::Value(value.clone()),
                    (None, Some(method)) => Definition::Function(method.clone()),
                    (None, None) => return Meaning::Unknown,
                };
                if Language::of(&found.file) == Some(Language::TypeScript) {
                    let (scope, name) = (class.range.clone(), format!("this.{rest}"));
                    return boxed(Found { definition, name, at: scope.start + 1, scope, module: false, ..found });
                }
                boxed(Found { definition, name: rest.to_owned(), ..found })
            }
            Definition::Value(Expression::Object(parts)) => {
                let (first, rest) = rest.split_once('.').unwrap_or((rest, ""));
                let Some(part) = parts.iter().rev().find(|part| part.keyword.as_deref() == Some(first)) else {
                    return Meaning::Unknown;
                };
                let definition = Definition::Value(part.value.clone());
                let part = Found { definition, name: String::new(), ..found };
                if rest.is_empty() { boxed(part) } else { self.inside_within(part, rest, steps) }
            }
            Definition::Value(Expression::Call(call)) => {
                match self.meaning_within(&found.file, &call.callee, found.at, steps) {
                    Meaning::External(symbol) => Meaning::External(format!("{symbol}.{rest}")),
                    // An object of a plain class has the class's own values; a base may set others.
                    Meaning::Project(made) if matches!(&made.definition, Definition::Class(class) if class.bases.is_empty()) => {
                        self.inside_within(*made, rest, steps)
                    }
                    Meaning::Project(_) | Meaning::Unknown => Meaning::Unknown,
                }
            }
            Definition::Value(Expression::Name(name)) => {
                self.meaning_within(&found.file, &format!("{name}.{rest}"), found.at, steps)
            }
            Definition::Value(_) | Definition::Function(_) | Definition::Variable => Meaning::Unknown,
        }
    }

    /// The one definition of `name` that counts at `at`; `None` where there are several or none.
    pub(super) fn defined(&self, file: &ProjectPath, name: &str, at: usize) -> Option<Found> {
        let candidates = self.candidates(file, name);
        let holding = || candidates.iter().filter(|candidate| candidate.scope.contains(&at));
        let nearest = holding().map(|candidate| candidate.scope.len()).min()?;
        let mut nearest = holding().filter(|candidate| candidate.scope.len() == nearest);
        let found = nearest.next().filter(|_| nearest.next().is_none())?;
        Some(Found {
            file: file.clone(),
            name: name.to_owned(),
            definition: found.definition.clone(),
            scope: found.scope.clone(),
            at: found.at,
            module: found.module,
        })
    }

    fn candidates(&self, file: &ProjectPath, name: &str) -> Rc<Vec<Candidate>> {
        let key = (file.clone(), name.to_owned());
        if let Some(known) = self.read.borrow().get(&key) {
            return Rc::clone(known);
        }
        let read = Rc::new(read::candidates(self.context, file, name));
        self.read.borrow_mut().insert(key, Rc::clone(&read));
        read
    }
}

/// The place to look from: of another file only what is its module's own can be meant.
fn at_in(file: &ProjectPath, other: &ProjectPath, at: usize) -> usize {
    if file == other { at } else { IN_NO_FUNCTION }
}

/// A place that no function holds: every module's own names count there.
const IN_NO_FUNCTION: usize = usize::MAX - 1;

fn boxed(found: Found) -> Meaning {
    Meaning::Project(Box::new(found))
}
