//! Functions that run at certain times.

mod cron;
mod python;
mod rate;
mod script;

use std::ops::Range;

use super::Context;
use super::units::Units;
use crate::annotation::{Annotation, Request, Written};
use crate::app::{Id, Schedule, When};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, Span};
use crate::syntax::Parsed;

/// What is wrong with an expression: the bytes of it, why, and what to write.
struct Invalid {
    at: Range<usize>,
    why: String,
    help: String,
}

/// The schedule, unless something is wrong with it.
pub(super) fn schedule(
    context: &Context<'_>,
    units: &Units,
    annotation: &Annotation,
    diagnostics: &mut Diagnostics,
) -> Option<Schedule> {
    let Request::Schedule { statement, cron, rate } = &annotation.request else { return None };
    let origin = &annotation.origin;
    let file = context.marked.get(&origin.at.file)?;
    let when = when(context, annotation, cron.as_ref(), rate.as_ref(), diagnostics);
    let function = match file.grammar.language() {
        Language::Python => python::function(file, annotation, statement, diagnostics),
        Language::TypeScript => script::function(context, file, annotation, statement, diagnostics),
    };
    let unit = owner(units, annotation, diagnostics);
    let (when, function, unit) = (when?, function?, unit?);
    Some(Schedule { id: origin.id.clone(), origin: origin.clone(), unit, file: origin.at.file.clone(), function, when })
}

fn when(
    context: &Context<'_>,
    annotation: &Annotation,
    cron: Option<&Written>,
    rate: Option<&Written>,
    diagnostics: &mut Diagnostics,
) -> Option<When> {
    let (written, parsed) = match (cron, rate) {
        (Some(cron), None) => (cron, cron::parse(&cron.text)),
        (None, Some(rate)) => (rate, rate::parse(&rate.text)),
        (Some(cron), Some(rate)) => {
            diagnostics.push(
                Diagnostic::new(Code::ScheduleAmbiguous, "`cron` and `rate` both say when this function runs")
                    .at(rate.span.clone(), "one answer")
                    .also(cron.span.clone(), "another one")
                    .help("keep one of them; for both, write two functions that call a third"),
            );
            return None;
        }
        (None, None) => {
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, "`@klotho::schedule` needs `cron` or `rate`")
                    .at(annotation.origin.span.clone(), "nothing says when")
                    .help("add `cron = \"0 3 * * *\"` or `rate = \"1 hour\"`"),
            );
            return None;
        }
    };
    match parsed {
        Ok(when) => Some(when),
        Err(invalid) => {
            let message = format!("`{}` says no times", written.text);
            diagnostics.push(
                Diagnostic::new(Code::ScheduleInvalid, message)
                    .at(inside(context, written, &invalid.at), invalid.why)
                    .help(invalid.help),
            );
            None
        }
    }
}

/// The place of a part of a written text. Where the text is written with escapes, so that its bytes are elsewhere, the whole.
fn inside(context: &Context<'_>, written: &Written, part: &Range<usize>) -> Span {
    let span = &written.span;
    let source = context.project.text(&span.file).and_then(|text| text.get(span.start..span.end)).unwrap_or_default();
    let Some(start) = source.find(&written.text) else { return span.clone() };
    let at = |offset: usize| span.start + start + offset;
    // An end has no character: the quote behind it stands for it.
    let end = if part.is_empty() { at(part.end) + 1 } else { at(part.end) };
    Span::new(&span.file, at(part.start)..end)
}

/// The unit that owns the file, so that each run happens once.
fn owner(units: &Units, annotation: &Annotation, diagnostics: &mut Diagnostics) -> Option<Id> {
    let origin = &annotation.origin;
    let owners: Vec<_> = units.owners(&origin.at.file).collect();
    match owners[..] {
        [only] => Some(only.clone()),
        [first, second, ..] => {
            let message = format!("this function would run in the units `{first}` and `{second}`");
            diagnostics.push(
                Diagnostic::new(Code::HandlerOwnedByManyUnits, message)
                    .at(origin.span.clone(), "each run would happen more than once")
                    .help("put `@klotho::execution_unit` with the right id at the top of this file"),
            );
            None
        }
        [] => {
            let message = format!("no unit's code reaches `{}` \"{}\"", origin.capability, origin.id);
            diagnostics.push(
                Diagnostic::new(Code::ConstructUnreachable, message)
                    .at(origin.span.clone(), "nothing that runs imports this file")
                    .help("put `@klotho::execution_unit` with the unit's id at the top of this file"),
            );
            None
        }
    }
}

/// Says that no function is defined below the directive.
fn no_function(file: &Parsed<'_>, annotation: &Annotation, statement: &Range<usize>, help: &str) -> Diagnostic {
    let line = file.text[statement.clone()].lines().next().map_or(0, str::len);
    Diagnostic::new(Code::AttachedToWrongShape, "`@klotho::schedule` does not fit the code below it")
        .at(Span::new(&file.path, statement.start..statement.start + line), "defines no function")
        .also(annotation.origin.span.clone(), "because of this directive")
        .help(help)
}

/// What hinders a function from being run by itself: where, why, and what to do.
struct Hindered<'a> {
    at: Range<usize>,
    why: &'a str,
    help: &'a str,
}

fn not_callable(file: &Parsed<'_>, annotation: &Annotation, name: &str, hindered: Hindered<'_>) -> Diagnostic {
    Diagnostic::new(Code::JobNotCallable, format!("`{name}` cannot be run by itself"))
        .at(Span::new(&file.path, hindered.at), hindered.why)
        .also(annotation.origin.span.clone(), "because of this directive")
        .help(hindered.help)
}
