//! Functions that run at certain times.

mod cron;
mod rate;

use std::ops::Range;

use tree_sitter::Node;

use super::Context;
use super::units::Units;
use crate::annotation::{Annotation, Request, Written};
use crate::app::{Id, Schedule, When};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
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
    let function = function(file, annotation, statement, diagnostics);
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

/// The name of a function that can be called from outside, without arguments.
fn function(
    file: &Parsed<'_>,
    annotation: &Annotation,
    statement: &Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let node = definition_at(file, statement);
    let Some(definition) = node.filter(|node| node.kind() == "function_definition") else {
        let line = file.text[statement.clone()].lines().next().map_or(0, str::len);
        diagnostics.push(
            Diagnostic::new(Code::AttachedToWrongShape, "`@klotho::schedule` does not fit the code below it")
                .at(Span::new(&file.path, statement.start..statement.start + line), "defines no function")
                .also(annotation.origin.span.clone(), "because of this directive")
                .help("put it above the definition of a function, above its decorators if it has any"),
        );
        return None;
    };
    let name = definition.child_by_field_name("name")?;
    let mut problem = |at: Range<usize>, label: &str, help: &str| {
        let message = format!("`{}` cannot be run by itself", file.text_of(name));
        diagnostics.push(
            Diagnostic::new(Code::JobNotCallable, message)
                .at(Span::new(&file.path, at), label)
                .also(annotation.origin.span.clone(), "because of this directive")
                .help(help),
        );
    };
    match enclosing(definition).map(|outer| outer.kind()) {
        Some("class_definition") => {
            problem(name.byte_range(), "a method of a class", "write a function of the module that calls it");
            return None;
        }
        Some(_) => {
            problem(
                name.byte_range(),
                "made only when the function around it runs",
                "move it to the module's own level",
            );
            return None;
        }
        None => {}
    }
    if let Some(parameter) = required_parameter(definition) {
        problem(
            parameter.byte_range(),
            "has no default, and nobody gives it",
            "give it a default, or read what it stands for where the function starts",
        );
        return None;
    }
    Some(file.text_of(name).to_owned())
}

/// The definition that the statement is, without its decorators.
fn definition_at<'tree>(file: &'tree Parsed<'_>, statement: &Range<usize>) -> Option<Node<'tree>> {
    let mut node = file.root().descendant_for_byte_range(statement.start, statement.end)?;
    // A node of one child is as long as the child.
    while let Some(child) = node.named_child(0).filter(|child| child.byte_range() == node.byte_range()) {
        node = child;
    }
    Some(node.child_by_field_name("definition").unwrap_or(node))
}

/// The function or class that a definition stands in.
fn enclosing(definition: Node<'_>) -> Option<Node<'_>> {
    let mut node = definition;
    while let Some(parent) = node.parent() {
        if matches!(parent.kind(), "function_definition" | "class_definition") {
            return Some(parent);
        }
        node = parent;
    }
    None
}

/// The first parameter without a default.
fn required_parameter(definition: Node<'_>) -> Option<Node<'_>> {
    let parameters = definition.child_by_field_name("parameters")?;
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).find(|parameter| match parameter.kind() {
        "identifier" => true,
        // `name: type`, but also `*names: type`.
        "typed_parameter" => parameter.named_child(0).is_some_and(|name| name.kind() == "identifier"),
        _ => false,
    })
}
