//! What an event is called.

use super::super::Context;
use super::super::calls::Call;

/// The name in the first argument; `None` where the code does not say it.
pub(super) fn of(_context: &Context<'_>, call: &Call) -> Option<String> {
    call.arguments.first()?.literal.clone()
}
