//! What an event is called.

use super::super::calls::Call;
use super::super::definitions::Definitions;

/// The names that the first argument may have: a text of the code, made of constants wherever those are defined. Empty where the
/// code does not say them all.
pub(super) fn names(definitions: &Definitions<'_, '_>, call: &Call) -> Vec<String> {
    let Some(argument) = call.arguments.first() else { return Vec::new() };
    if let Some(literal) = &argument.literal {
        return vec![literal.clone()];
    }
    let texts = definitions.texts(&call.at.file, &argument.value, argument.range.start);
    texts.unwrap_or_default().into_iter().collect::<Option<_>>().unwrap_or_default()
}
