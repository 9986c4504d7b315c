//! What to say of a statement that a directive does not fit.

use std::ops::Range;

use super::symbol::defines;
use super::{Context, Recognised};
use crate::annotation::{Annotation, Request};
use crate::app::Capability;
use crate::catalog;
use crate::diag::{Code, Diagnostic};
use crate::source::{LineIndex, Span};
use crate::syntax::{Parsed, ResolvedSymbol};

pub(super) fn wrong_shape(
    context: &Context<'_>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    statement: &Range<usize>,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    let example = context.catalog.schema(capability).examples.get(file.grammar.language().name());
    let example = example.and_then(|text| text.trim().lines().last());
    let made = match capability {
        Capability::Expose => "an application",
        Capability::Persist => "a client",
        Capability::Pubsub => "an emitter",
        Capability::Config => "a value of an environment variable",
        Capability::ExecutionUnit | Capability::Schedule | Capability::StaticUnit | Capability::EmbedAssets => {
            "a thing"
        }
    };
    let help = match example {
        Some(line) => format!("put it above the statement that makes {made} and names it, such as `{line}`"),
        None => format!("`@klotho::{capability}` has no use in {} yet", file.grammar.language().title()),
    };
    let end = statement.start + file.text[statement.clone()].lines().next().map_or(0, str::len);
    Diagnostic::new(Code::AttachedToWrongShape, format!("`@klotho::{capability}` does not fit the code below it"))
        .at(Span::new(&file.path, statement.start..end), format!("does not make {made} and give it a name"))
        .also(annotation.origin.span.clone(), "because of this directive")
        .help(help)
}

pub(super) fn several(
    file: &Parsed<'_>,
    annotation: &Annotation,
    first: &Recognised<'_>,
    second: &Recognised<'_>,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    Diagnostic::new(
        Code::AttachedToWrongShape,
        format!("`@klotho::{capability}` stands above two clients in one statement"),
    )
    .at(Span::new(&file.path, second.expression.clone()), format!("`{}` would get no directive", second.name))
    .also(Span::new(&file.path, first.expression.clone()), format!("`{}` is the first one", first.name))
    .help("make each in a statement of its own, under a directive of its own")
}

pub(super) fn imported_beside(
    file: &Parsed<'_>,
    annotation: &Annotation,
    first: &Recognised<'_>,
    beside: &str,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    Diagnostic::new(
        Code::AttachedToWrongShape,
        format!("`@klotho::{capability}` stands above an import of two things that it could mean"),
    )
    .at(Span::new(&file.path, first.expression.clone()), format!("`{}` and `{beside}`", first.name))
    .also(annotation.origin.span.clone(), "because of this directive")
    .help("import each in a statement of its own, under a directive of its own; they may have one id")
}

pub(super) fn not_recognised(
    context: &Context<'_>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    callee: Range<usize>,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    let language = file.grammar.language();
    let written = &file.text[callee.clone()];
    let symbol = match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(_) if defines(file, written) => format!("`{written}` is made in this file"),
        ResolvedSymbol::External(symbol) => format!("it is `{symbol}`"),
        ResolvedSymbol::Project { file: made, name } if made == file.path => {
            format!("`{name}` is not imported from a known library")
        }
        ResolvedSymbol::Project { file: made, name } => format!("it is `{name}` of `{made}`"),
    };
    let secret = matches!(annotation.request, Request::Persist { secret: true, .. });
    let fits =
        |client: &&catalog::Client| client.used_for.capability() == capability && client.is_for_secrets() == secret;
    let known: Vec<&catalog::Client> = context.catalog.clients(language).iter().filter(fits).collect();
    let hint = match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(symbol) => known.iter().find_map(|client| client.hints.get(&symbol)).cloned(),
        ResolvedSymbol::Project { .. } => None,
    };
    let help = if let Some(hint) = hint {
        hint
    } else if known.is_empty() {
        format!("no {} library is known for `{capability}`", language.title())
    } else {
        let names: Vec<_> =
            known.iter().map(|client| format!("{} (`{}`)", client.library, client.symbols[0])).collect();
        let of_secrets = if secret { " with `secret = true`" } else { "" };
        format!("`@klotho::{capability}`{of_secrets} knows {} in {}", names.join(", "), language.title())
    };
    let line = LineIndex::new(file.text).position(callee.start).line;
    Diagnostic::new(
        Code::ClientNotRecognised,
        format!("the library behind `{written}` on line {line} is not known for `{capability}`"),
    )
    .at(Span::new(&file.path, callee), symbol)
    .also(annotation.origin.span.clone(), "because of this directive")
    .help(help)
}
