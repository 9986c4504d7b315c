//! The methods that the handler of a route answers.

use super::argument::Declaration;
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Class, Definition, Definitions, Found, MAX_STEPS, Meaning};
use crate::analyze::expression::Expression;
use crate::app::Method;

/// What a handler answers.
pub(super) enum Answers {
    /// Whatever the route is declared for.
    Function,
    /// These methods; none of its own where it says nothing.
    Methods(Vec<Method>),
    Unknown,
}

/// A class-based view is turned into a handler by this method of it.
const AS_VIEW: &str = ".as_view";

pub(super) fn answers(
    definitions: &Definitions<'_, '_>,
    declaration: &Declaration<'_>,
    handler: &CallArgument,
) -> Answers {
    if handler.function {
        return Answers::Function;
    }
    let name = match &handler.value {
        Expression::Name(name) => name,
        Expression::Call(call) => match call.callee.strip_suffix(AS_VIEW) {
            Some(class) => class,
            None => return Answers::Unknown,
        },
        Expression::Text(_)
        | Expression::None
        | Expression::Bool(_)
        | Expression::Join(_)
        | Expression::List(_)
        | Expression::Spread(_)
        | Expression::Either(..)
        | Expression::Object(_)
        | Expression::Function(_)
        | Expression::Method(..)
        | Expression::Member(..)
        | Expression::Other => return Answers::Unknown,
    };
    match definitions.meaning(declaration.file, name, declaration.at) {
        Meaning::Project(found) => match &found.definition {
            Definition::Function(_) => Answers::Function,
            Definition::Class(class) => of_class(definitions, &found, class, MAX_STEPS),
            Definition::Value(_) | Definition::Variable => Answers::Unknown,
        },
        Meaning::External(_) | Meaning::Unknown => Answers::Unknown,
    }
}

/// The methods of a class and of those that it is based on.
fn of_class(definitions: &Definitions<'_, '_>, found: &Found, class: &Class, steps: usize) -> Answers {
    let Some(steps) = steps.checked_sub(1) else { return Answers::Unknown };
    // A class without a base is an application of its own.
    if class.bases.is_empty() {
        return Answers::Unknown;
    }
    let mut methods = Vec::new();
    if let Some((_, listed)) = class.values.iter().find(|(name, _)| name == "methods") {
        for item in definitions.items(&found.file, listed, found.at) {
            let texts = item.and_then(|(file, at, item)| definitions.texts(&file, &item, at));
            let named: Option<Vec<Method>> =
                texts.and_then(|texts| texts.iter().map(|text| Method::named(text.as_ref()?)).collect());
            match named {
                Some(named) => methods.extend(named),
                None => return Answers::Unknown,
            }
        }
        return Answers::Methods(methods);
    }
    methods.extend(class.methods.iter().filter_map(|method| {
        let lower = method.name.chars().all(|c| c.is_ascii_lowercase());
        Method::named(&method.name).filter(|method| lower && *method != Method::Any)
    }));
    for base in &class.bases {
        match definitions.meaning(&found.file, base, found.at) {
            // A library's own base is there to dispatch to these methods.
            Meaning::External(_) => {}
            Meaning::Project(base) => match &base.definition {
                Definition::Class(class) => match of_class(definitions, &base, class, steps) {
                    Answers::Methods(inherited) => methods.extend(inherited),
                    Answers::Function | Answers::Unknown => return Answers::Unknown,
                },
                Definition::Function(_) | Definition::Value(_) | Definition::Variable => return Answers::Unknown,
            },
            Meaning::Unknown => return Answers::Unknown,
        }
    }
    Answers::Methods(methods)
}
