//! Objects that are one event by themselves, as blinker's signals are.

use super::super::calls::Call;
use super::super::client::of_name;
use super::super::units::Units;
use super::super::{Construct, Context};
use crate::catalog::Pubsub;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::{Parsed, arguments, callee, matches, string_literal};

/// The event that the object is; `None` where it is an emitter of many, or where its name is not known, which is reported.
pub(super) fn event(construct: &Construct<'_>, facts: &Pubsub, diagnostics: &mut Diagnostics) -> Option<String> {
    if !facts.is_signal {
        return None;
    }
    let origin = &construct.annotation.origin;
    let Some(argument) = construct.client.arguments.first().filter(|_| is_named(construct, facts)) else {
        return Some(origin.id.to_string());
    };
    if argument.literal.is_none() {
        let message = "the name of this signal is not known from the code";
        diagnostics.push(
            Diagnostic::new(Code::EventNameNotLiteral, message)
                .at(Span::new(&origin.at.file, argument.range.clone()), "not a plain string")
                .help("name the signal by a string literal: it becomes a topic"),
        );
    }
    argument.literal.clone()
}

/// Whether the object is one that has a name. `Signal("…")` takes a documentation, not a name.
fn is_named(construct: &Construct<'_>, facts: &Pubsub) -> bool {
    facts.named.contains(&construct.client.symbol) || construct.client.symbol.ends_with(".signal")
}

/// Reports where the same object is taken by its name once more: what happens to it there would not be seen.
pub(super) fn reject_others_of_that_name(
    context: &Context<'_>,
    units: &Units,
    construct: &Construct<'_>,
    facts: &Pubsub,
    event: &str,
    diagnostics: &mut Diagnostics,
) {
    if !facts.named.contains(&construct.client.symbol) {
        return;
    }
    let origin = &construct.annotation.origin;
    for (path, _) in context.project.sources().filter(|(path, _)| units.any_includes(path)) {
        let Some(text) = context.project.text(path).filter(|text| text.contains(event)) else { continue };
        let Some(file) = Parsed::new(path, text) else { continue };
        for captures in matches(&file, file.root(), "usage") {
            let Some(call) = captures.get("call").copied() else { continue };
            let itself = *path == origin.at.file && call.byte_range() == construct.client.expression;
            let Some(maker) = callee(call).filter(|_| !itself) else { continue };
            let list = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
            let named = list.first().and_then(|argument| string_literal(&file, argument.value)) == Some(event);
            if !named || !of_name(context, &file, maker).iter().any(|symbol| facts.named.contains(symbol)) {
                continue;
            }
            let message = format!("the signal `{event}` is taken by its name once more");
            diagnostics.push(
                Diagnostic::new(Code::SignalNamedElsewhere, message)
                    .at(Span::new(path, call.byte_range()), "what happens to it here is not seen")
                    .also(origin.span.clone(), "this directive speaks of the same signal")
                    .help(format!("import `{}` from `{}`", construct.client.name, origin.at.file)),
            );
        }
    }
}

/// Reports a sender that is visibly no text: it could not travel.
pub(super) fn check_sender(context: &Context<'_>, call: &Call, diagnostics: &mut Diagnostics) {
    let Some(sender) = call.arguments.first().filter(|sender| sender.keyword.is_none()) else { return };
    let text = context.project.text(&call.at.file).and_then(|text| text.get(sender.range.clone())).unwrap_or_default();
    let object = ["self", "cls", "True", "False"].contains(&text)
        || text.starts_with(|c: char| c.is_ascii_digit() || "[{".contains(c))
        || sender.function;
    if object {
        diagnostics.push(
            Diagnostic::new(Code::SenderNotText, format!("the sender of this `{}` cannot travel", call.method))
                .at(Span::new(&call.at.file, sender.range.clone()), "neither a text nor None")
                .help(
                    "name the sender by a text, or send from None, and hand over what the receivers need by keywords",
                ),
        );
    }
}
