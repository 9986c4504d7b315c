use indexmap::IndexMap;

use super::Construct;
use crate::annotation::Annotation;
use crate::app::Capability;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, ProjectPath, Span};

/// Ids name constructs, so two constructs of one capability cannot share one. Several files may declare one unit, and several
/// units may answer behind one gateway. A topic may have an emitter in each language: no process has two of these, which its
/// binding could not tell apart.
pub(super) fn reject_duplicates(annotations: &[Annotation], diagnostics: &mut Diagnostics) {
    let mut seen: IndexMap<(Capability, &str, Option<Language>), &Annotation> = IndexMap::new();
    for annotation in annotations {
        let origin = &annotation.origin;
        let language = match origin.capability {
            // Several objects of one kind may be one store: that is looked at when their kinds are known.
            Capability::ExecutionUnit | Capability::Expose | Capability::Persist | Capability::EmbedAssets => continue,
            Capability::Pubsub => Language::of(&origin.at.file),
            Capability::Schedule | Capability::Config | Capability::StaticUnit => None,
        };
        let first = *seen.entry((origin.capability, origin.id.as_str(), language)).or_insert(annotation);
        if !std::ptr::eq(first, annotation) {
            diagnostics.push(used_twice(annotation, &first.id_span));
        }
    }
}

/// Says that `annotation` has the id of another, at `first`, with which it cannot be one thing.
pub(super) fn used_twice(annotation: &Annotation, first: &Span) -> Diagnostic {
    let origin = &annotation.origin;
    Diagnostic::new(Code::DuplicateId, format!("the id `{}` is used twice for `{}`", origin.id, origin.capability))
        .at(annotation.id_span.clone(), "used again here")
        .also(first.clone(), "first used here")
        .help("give each its own id: it names the resources")
}

/// One object serves one construct: its binding can name only one.
pub(super) fn reject_shared(constructs: &[Construct<'_>], diagnostics: &mut Diagnostics) {
    let mut seen: IndexMap<(&ProjectPath, usize), &Annotation> = IndexMap::new();
    for construct in constructs {
        let origin = &construct.annotation.origin;
        let key = (&origin.at.file, construct.client.expression.start);
        let first = *seen.entry(key).or_insert(construct.annotation);
        if !std::ptr::eq(first, construct.annotation) {
            diagnostics.push(
                Diagnostic::new(
                    Code::AttachedTwice,
                    format!("`{}` has two directives that speak of it", construct.client.name),
                )
                .at(origin.span.clone(), "the second one")
                .also(first.origin.span.clone(), "the first one")
                .help("keep one of them, or make two objects"),
            );
        }
    }
}
