//! What classes of the project may not do to an emitter that they are made of.

use super::super::Construct;
use super::super::calls::Call;
use super::super::method_span;
use crate::catalog::Pubsub;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// Reports methods that stand in for what the shim connects: what they do would be passed over.
pub(super) fn check(construct: &Construct<'_>, facts: &Pubsub, diagnostics: &mut Diagnostics) {
    for class in &construct.client.classes {
        for method in class.methods.iter().filter(|method| is_connected(facts, &method.name)) {
            let message = format!("`{}` is not the emitter's own any more", method.name);
            diagnostics.push(
                Diagnostic::new(Code::EmitterChanged, message)
                    .at(Span::new(&class.file, method.name_range.clone()), "events that cross units go past it")
                    .also(construct.annotation.origin.span.clone(), "because of this directive")
                    .help("give the method a name of its own, and let it call the emitter's"),
            );
        }
    }
}

/// Reports a call that goes past the object's own method, which is where events are published.
pub(super) fn check_super(construct: &Construct<'_>, call: &Call, diagnostics: &mut Diagnostics) {
    let at = call.method_range.start;
    let mut methods = construct.client.classes.iter().filter(|class| class.file == call.at.file);
    let reported = methods
        .any(|class| class.methods.iter().any(|method| method.range.contains(&at) && method.name == call.method));
    if reported {
        return;
    }
    let message = format!("`super.{}` goes past what publishes the event", call.method);
    diagnostics.push(
        Diagnostic::new(Code::EmitterChanged, message)
            .at(method_span(call), "reaches the listeners of this process alone")
            .help(format!("call `this.{}`", call.method)),
    );
}

fn is_connected(facts: &Pubsub, method: &str) -> bool {
    facts.publishes.iter().chain(&facts.subscribes).any(|known| known == method)
}
