//! What the code does with an object that keeps data, and what of that would not be kept.

use std::collections::BTreeMap;

use super::super::calls::{Call, How, Mention, Usage};
use super::super::units::Units;
use super::super::{Construct, calls_on, method_span};
use super::awaited;
use super::operations_of;
use crate::app::{Operation, SourceLine};
use crate::catalog::{DataOperation, Items, Persist};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{ProjectPath, Span};

/// Every operation, each with the line that does it, in files that `within` accepts.
pub(super) fn operations<'a>(
    construct: &'a Construct<'_>,
    facts: &'a Persist,
    usage: &'a BTreeMap<ProjectPath, Usage>,
    within: impl Fn(&ProjectPath) -> bool + Copy + 'a,
) -> Vec<(Operation, SourceLine)> {
    let origin = &construct.annotation.origin.at;
    let mut found = Vec::new();
    let mut add = |operations: Vec<Operation>, at: &SourceLine| {
        found.extend(operations.into_iter().map(|operation| (operation, at.clone())));
    };
    add(named(&facts.making), origin);
    if facts.items.as_ref().is_some_and(|items| has_entries(construct, items)) {
        // They are written where they are absent.
        add(vec![Operation::Read, Operation::Write], origin);
    }
    // Where each answer has to be waited for, the mentions hold the calls as well.
    let calls = calls_on(construct, usage, within).filter(|_| facts.awaited.is_none());
    for call in calls {
        add(operations_of(facts, &call.method), &call.at);
    }
    for mention in mentions_of(construct, usage).filter(|mention| within(&mention.at.file)) {
        add(of_mention(facts, mention), &mention.at);
    }
    found
}

/// Whether the statement gives the mapping its first entries.
fn has_entries(construct: &Construct<'_>, items: &Items) -> bool {
    let client = &construct.client;
    client.arguments.len() > items.entries_from || client.has_entries
}

/// Where files name the object, beside calls of its methods.
fn mentions_of<'a>(
    construct: &'a Construct<'_>,
    usage: &'a BTreeMap<ProjectPath, Usage>,
) -> impl Iterator<Item = &'a Mention> {
    construct.references.iter().flat_map(move |(path, objects)| {
        let mentions = usage.get(path).into_iter().flat_map(|usage| &usage.mentions);
        mentions.filter(move |mention| objects.contains(&mention.name))
    })
}

fn of_mention(facts: &Persist, mention: &Mention) -> Vec<Operation> {
    let Some(items) = &facts.items else {
        return if is_unknown(facts, mention) { all() } else { Vec::new() };
    };
    let reading = || named(&items.reading);
    match &mention.how {
        How::ReadItem | How::InValue { through: None, .. } => reading(),
        How::WriteItem | How::Update => vec![Operation::Write],
        How::ChangeItem => [reading(), vec![Operation::Write]].concat(),
        How::DeleteItem => vec![Operation::Delete],
        How::List | How::Iterated => vec![Operation::List],
        How::Member { name, .. } => operations_of(facts, name),
        How::ListAndRead => [reading(), vec![Operation::List]].concat(),
        // The method itself is found as a call.
        How::InValue { through: Some(_), .. } | How::Named(_) => Vec::new(),
        How::Unknown => all(),
    }
}

fn all() -> Vec<Operation> {
    vec![Operation::Read, Operation::Write, Operation::List, Operation::Delete]
}

fn named(operations: &[DataOperation]) -> Vec<Operation> {
    operations.iter().map(|operation| operation.operation()).collect()
}

/// Whether what happens to the object there is not seen.
fn is_unknown(facts: &Persist, mention: &Mention) -> bool {
    match &mention.how {
        How::Unknown => true,
        // Such objects have no items: a look at them as if they had some is for other code.
        How::ReadItem
        | How::WriteItem
        | How::ChangeItem
        | How::DeleteItem
        | How::List
        | How::ListAndRead
        | How::Update => facts.items.is_none(),
        How::InValue { .. } | How::Iterated | How::Member { .. } | How::Named(_) => false,
    }
}

/// Whether the statement is the one that makes the object.
fn is_own(construct: &Construct<'_>, mention: &Mention, statement: &std::ops::Range<usize>) -> bool {
    let client = &construct.client;
    mention.at.file == construct.annotation.origin.at.file && statement.contains(&client.expression.start)
}

/// Reports what the backing cannot serve, what it would lose, and where it has to be granted more than the code shows.
pub(super) fn check(
    units: &Units,
    construct: &Construct<'_>,
    facts: &Persist,
    usage: &BTreeMap<ProjectPath, Usage>,
    diagnostics: &mut Diagnostics,
) {
    let calls = calls_on(construct, usage, |path| units.any_includes(path)).filter(|_| facts.awaited.is_none());
    for call in calls {
        if let Some(problem) = not_covered(construct, facts, call) {
            diagnostics.push(problem);
        }
    }
    let mut unknown = Vec::new();
    for mention in mentions_of(construct, usage).filter(|mention| units.any_includes(&mention.at.file)) {
        if let Some(answers) = &facts.awaited {
            if let Some(problem) = awaited::problem(construct, facts, answers, mention) {
                diagnostics.push(problem);
            }
        } else if is_unknown(facts, mention) {
            unknown.push(mention);
        }
        if let Some(problem) = facts.items.as_ref().and_then(|items| lost(construct, (facts, items), mention)) {
            diagnostics.push(problem);
        }
    }
    if let Some(first) = unknown.first() {
        diagnostics.push(wider(construct, first, &unknown[1..]));
    }
}

fn not_covered(construct: &Construct<'_>, facts: &Persist, call: &Call) -> Option<Diagnostic> {
    let known = [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral];
    let instead = facts.unsupported.get(&call.method);
    let covered = !facts.closed || known.iter().any(|methods| methods.contains(&call.method));
    if instead.is_none() && covered {
        return None;
    }
    let Call { object, method, .. } = call;
    let problem = Diagnostic::new(
        Code::MethodNotCovered,
        format!("`{object}.{method}` means nothing where the data is kept outside of the process"),
    )
    .at(method_span(call), format!("a `{}` store has no such method", facts.kind))
    .also(construct.annotation.origin.span.clone(), "because of this directive");
    let help = instead.cloned().unwrap_or_else(|| {
        let mut methods: Vec<_> = known.into_iter().flatten().map(|method| format!("`{method}`")).collect();
        methods.sort_unstable();
        methods.dedup();
        format!("use one of {}", methods.join(", "))
    });
    Some(problem.help(help))
}

/// What the store would not see: a change inside a value, another object under the same name.
fn lost(construct: &Construct<'_>, (facts, items): (&Persist, &Items), mention: &Mention) -> Option<Diagnostic> {
    let name = &mention.name;
    let problem = |message: String, label: &str| {
        Diagnostic::new(Code::ChangeNotKept, message)
            .at(mention.span.clone(), label.to_owned())
            .also(construct.annotation.origin.span.clone(), "because of this directive")
    };
    match &mention.how {
        How::InValue { through, method } => {
            let is_value = through.as_ref().is_none_or(|through| items.values.contains(through));
            let changes = method.as_ref().is_none_or(|method| items.changes.contains(method));
            (is_value && changes).then(|| {
                problem(
                    format!("a change inside a value of `{name}` would be lost"),
                    "changes a copy of what is stored",
                )
                .help(change_kept(facts, name))
            })
        }
        How::Named(statement) if !is_own(construct, mention, statement) => Some(
            problem(format!("`{name}` would no longer be what is stored"), "gives the name another meaning")
                .help(replaced(facts, name)),
        ),
        How::Named(_)
        | How::Iterated
        | How::Member { .. }
        | How::ReadItem
        | How::WriteItem
        | How::ChangeItem
        | How::DeleteItem
        | How::List
        | How::ListAndRead
        | How::Update
        | How::Unknown => None,
    }
}

/// How a value is changed so that the store sees it.
fn change_kept(facts: &Persist, name: &str) -> String {
    if facts.awaited.is_some() {
        let (read, write) = (format!("const value = await {name}.get(key)"), format!("await {name}.set(key, value)"));
        return format!("read the value, change it, and store it: `{read}`, then `{write}`");
    }
    format!("read the value, change it, and assign it: `value = {name}[key]`, then `{name}[key] = value`")
}

/// How all of it is replaced.
fn replaced(facts: &Persist, name: &str) -> String {
    if facts.awaited.is_some() {
        return format!("change what is in it: `await {name}.clear()`, then `await {name}.set(…)`");
    }
    format!("change what is in it: `{name}.clear()`, then `{name}.update(…)`")
}

fn wider(construct: &Construct<'_>, first: &Mention, more: &[&Mention]) -> Diagnostic {
    let name = &first.name;
    let problem = Diagnostic::new(
        Code::GrantWiderThanUse,
        format!("what other code does with `{name}` is not seen, so its units may read, write, list and delete"),
    )
    .at(first.span.clone(), format!("hands `{name}` on"))
    .also(construct.annotation.origin.span.clone(), "because of this directive")
    .help("hand on what is in it instead, or a function that does the one thing that is needed");
    // Enough to find them; a compile is no index.
    let more: Vec<&Span> = more.iter().take(3).map(|mention| &mention.span).collect();
    more.into_iter().fold(problem, |problem, span| problem.also(span.clone(), "and here"))
}
