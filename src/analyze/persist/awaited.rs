//! What is wrong with a use of an object that stood in for answers promises: code that waits for plain values means the same
//! in both places, code that does not gets a promise where it had a value.

use super::super::Construct;
use super::super::calls::{How, Mention, Settled};
use crate::catalog::{Awaited, Persist};
use crate::diag::{Code, Diagnostic};

/// What is wrong with `mention`, if anything.
pub(super) fn problem(
    construct: &Construct<'_>,
    facts: &Persist,
    answers: &Awaited,
    mention: &Mention,
) -> Option<Diagnostic> {
    let object = &mention.name;
    match &mention.how {
        How::Member { name, called, settled } => {
            let is_property = answers.properties.contains(name);
            if !is_known(facts, name) {
                Some(not_covered(construct, facts, mention, name))
            } else if *called == is_property {
                Some(out_of_sight(construct, mention, &format!("`{object}.{name}` goes")))
            } else {
                member_problem(construct, answers, mention, name, *settled)
            }
        }
        How::Iterated => {
            Some(not_awaited(construct, mention, format!("`{object}` is gone through without `await`")).help(format!(
                "write `for await (const [key, value] of {object})`, or `[...(await {object}.entries())]`"
            )))
        }
        How::Unknown => Some(out_of_sight(construct, mention, &format!("`{object}` goes"))),
        // What changes a value, or the name, is looked at for every kind of mapping; the rest is of Python.
        How::ReadItem
        | How::WriteItem
        | How::ChangeItem
        | How::DeleteItem
        | How::List
        | How::ListAndRead
        | How::Update
        | How::InValue { .. }
        | How::Named(_) => None,
    }
}

fn member_problem(
    construct: &Construct<'_>,
    answers: &Awaited,
    mention: &Mention,
    name: &str,
    settled: Settled,
) -> Option<Diagnostic> {
    let object = &mention.name;
    let call = if answers.properties.iter().any(|property| property == name) {
        format!("{object}.{name}")
    } else {
        format!("{object}.{name}(…)")
    };
    let (message, help) = match settled {
        Settled::Awaited => return None,
        Settled::Unused => (
            format!("nobody waits for `{object}.{name}`"),
            format!("write `await {call}`: a function may be frozen as soon as it has answered"),
        ),
        Settled::Returned => (
            format!("`{object}.{name}` is returned without `await` by a function that is not `async`"),
            format!("make the function `async`, and wait where it is called; or write `await {call}` here"),
        ),
        Settled::Iterated => {
            (format!("`{object}.{name}` is gone through without `await`"), format!("write `for await (… of {call})`"))
        }
        Settled::Used => {
            let iterates = answers.iterators.iter().any(|iterator| iterator == name);
            let also = if iterates { format!(", or `[...(await {call})]`") } else { String::new() };
            (format!("`{object}.{name}` is used without `await`"), format!("write `await {call}`{also}"))
        }
    };
    Some(not_awaited(construct, mention, message).help(help))
}

fn is_known(facts: &Persist, name: &str) -> bool {
    let lists = [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral];
    lists.into_iter().flatten().any(|known| known == name)
}

fn not_awaited(construct: &Construct<'_>, mention: &Mention, message: String) -> Diagnostic {
    Diagnostic::new(Code::NotAwaited, message)
        .at(mention.span.clone(), "a promise, where the data is kept outside of the process")
        .also(construct.annotation.origin.span.clone(), "because of this directive")
}

fn not_covered(construct: &Construct<'_>, facts: &Persist, mention: &Mention, name: &str) -> Diagnostic {
    let lists = [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral];
    let mut known: Vec<_> = lists.into_iter().flatten().map(|method| format!("`{method}`")).collect();
    known.sort_unstable();
    known.dedup();
    let object = &mention.name;
    Diagnostic::new(
        Code::MethodNotCovered,
        format!("`{object}.{name}` means nothing where the data is kept outside of the process"),
    )
    .at(mention.span.clone(), format!("a `{}` store has no such method", facts.kind))
    .also(construct.annotation.origin.span.clone(), "because of this directive")
    .help(format!("use one of {}", known.join(", ")))
}

fn out_of_sight(construct: &Construct<'_>, mention: &Mention, what: &str) -> Diagnostic {
    Diagnostic::new(Code::OutOfSight, format!("{what} where nobody sees whether its answers are waited for"))
        .at(mention.span.clone(), "handed on, or used in a way that is not known")
        .also(construct.annotation.origin.span.clone(), "because of this directive")
        .help("call its methods here, or where it is imported by name; hand on what they answer, or a function that calls them")
}
