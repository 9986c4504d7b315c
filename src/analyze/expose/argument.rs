//! What the arguments of a call say.

use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definitions, Texts};
use crate::analyze::expression::Expression;
use crate::source::ProjectPath;

/// A call that declares routes, and where.
#[derive(Clone, Copy)]
pub(super) struct Declaration<'d> {
    pub(super) file: &'d ProjectPath,
    pub(super) at: usize,
    /// Its line, where that is known already.
    pub(super) line: Option<usize>,
    /// How messages call it.
    pub(super) name: &'d str,
    pub(super) arguments: &'d [CallArgument],
}

/// What a parameter is given.
pub(super) enum Given {
    Nothing,
    /// One text for each way through conditions; `None` for `None`.
    Texts(Texts),
    Unknown,
}

impl<'d> Declaration<'d> {
    /// The argument of the parameter `name`, where `parameters` are the positional ones.
    pub(super) fn argument(&self, parameters: &[String], name: &str) -> Option<&'d CallArgument> {
        let named = |argument: &&CallArgument| argument.keyword.as_deref() == Some(name);
        let by_keyword = self.arguments.iter().find(named);
        // JavaScript's keywords are in an object.
        let in_object = || self.arguments.iter().find_map(|argument| argument.value.parts().iter().rev().find(named));
        by_keyword.or_else(in_object).or_else(|| {
            let position = parameters.iter().position(|parameter| parameter == name)?;
            self.arguments
                .get(position)
                .filter(|argument| argument.keyword.is_none() && !matches!(argument.value, Expression::Spread(_)))
        })
    }

    /// The texts that the parameter `name` is given.
    pub(super) fn texts(&self, definitions: &Definitions<'_, '_>, parameters: &[String], name: &str) -> Given {
        let Some(argument) = self.argument(parameters, name) else { return Given::Nothing };
        if let Some(text) = &argument.literal {
            return Given::Texts(vec![Some(text.clone())]);
        }
        definitions.texts(self.file, &argument.value, self.at).map_or(Given::Unknown, Given::Texts)
    }
}
