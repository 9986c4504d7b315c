//! Frameworks that serve more than a unit's bundle holds.

use tree_sitter::Node;

use super::object::frameworks;
use crate::analyze::expression::dotted;
use crate::analyze::{Construct, Context};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, Span};
use crate::syntax::{ResolvedSymbol, callee};

/// Reports a call of such a framework in the file that exposes the application: behind a server of one's own, both are made in
/// one place.
pub(super) fn refuse(context: &Context<'_>, construct: &Construct<'_>, diagnostics: &mut Diagnostics) {
    let path = &construct.annotation.origin.at.file;
    let Some(file) = context.marked.get(path).filter(|_| Language::of(path) == Some(Language::TypeScript)) else {
        return;
    };
    let mut waiting = vec![file.root()];
    while let Some(node) = waiting.pop() {
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
        let Some(name) = called(node).and_then(|called| dotted(file, called)) else { continue };
        let ResolvedSymbol::External(symbol) = context.graph.symbol(path, &name) else { continue };
        if let Some(instead) = frameworks(context, path).find_map(|(_, facts)| facts.unbundled.get(&symbol)) {
            diagnostics.push(
                Diagnostic::new(
                    Code::FrameworkNotBundled,
                    format!("`{name}` serves more than the unit's bundle holds, on every target"),
                )
                .at(Span::new(path, node.byte_range()), "made here")
                .also(construct.annotation.origin.span.clone(), "exposed by this directive")
                .help(instead.clone()),
            );
        }
    }
}

fn called(node: Node<'_>) -> Option<Node<'_>> {
    callee(node).filter(|_| node.kind() == "call_expression")
}
