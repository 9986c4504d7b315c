//! By what an application gets its requests where its own code runs.

use super::walk::Walk;
use crate::source::Span;

/// The places where an application is made to listen.
#[derive(Debug, Default)]
pub(in crate::analyze) struct Sockets {
    /// The names of the methods that are called on it to listen.
    pub(in crate::analyze) listening: Vec<Span>,
    /// Where it is an argument of what makes a server of it.
    pub(in crate::analyze) hosted: Vec<Span>,
    /// Where it is an argument of what makes a provider's function of it, which listens nowhere.
    pub(in crate::analyze) functions: Vec<Span>,
}

impl Walk<'_, '_, '_> {
    /// What was found of it.
    pub(super) fn sockets(&self) -> Sockets {
        let sorted = |spans: &[Span]| {
            let mut spans = spans.to_vec();
            spans.sort_by(|one, other| (&one.file, one.start).cmp(&(&other.file, other.start)));
            spans.dedup();
            spans
        };
        Sockets { listening: sorted(&self.listening), hosted: sorted(&self.hosted), functions: sorted(&self.functions) }
    }
}
