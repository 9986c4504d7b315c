//! What to say of code that a store of files, or a secret, cannot serve.

use crate::annotation::Annotation;
use crate::app::StoreKind;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// What a store of the kind is, for people.
const fn title(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Secret => "a secret",
        StoreKind::Kv | StoreKind::Fs | StoreKind::Orm | StoreKind::RedisNode | StoreKind::RedisCluster => {
            "a store of files"
        }
    }
}

pub(super) fn unsupported(
    annotation: &Annotation,
    kind: StoreKind,
    at: Span,
    method: &str,
    instead: Option<&str>,
) -> Diagnostic {
    let help = instead.unwrap_or("use the other methods, or a file of the local disk without a directive");
    Diagnostic::new(Code::MethodNotCovered, format!("`{method}` has no meaning for {}", title(kind)))
        .at(at, "the store cannot serve this")
        .also(annotation.origin.span.clone(), "what it is called on is in this store")
        .help(help)
}

pub(super) fn elsewhere(annotation: &Annotation, at: Span, function: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::MethodNotCovered, format!("`{function}` would look for a local file"))
        .at(at, "this path's files are in a store")
        .also(annotation.origin.span.clone(), "because of this directive")
        .help(instead)
}

pub(super) fn secret_written(annotation: &Annotation, at: Span, method: &str) -> Diagnostic {
    Diagnostic::new(Code::SecretMisused, format!("secret \"{}\" is written", annotation.origin.id))
        .at(at, format!("`{method}` writes, and a secret is only read"))
        .also(annotation.origin.span.clone(), "the secret")
        .help("people put its value in; drop `secret = true` for files that the application writes itself")
}

pub(super) fn several_secrets(annotation: &Annotation, at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::SecretMisused, format!("secret \"{}\" stands for more than one thing", annotation.origin.id))
        .at(at, "would have the same value")
        .also(first, "as this")
        .help("a secret is one value: give each a directive and an id of its own")
}

pub(super) fn given_back(annotation: &Annotation, at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::NameGivenBack, format!("`{name}` is imported again, without the directive"))
        .at(at, format!("from here on `{name}` is the library itself, and its files are local"))
        .also(annotation.origin.span.clone(), "here it stands for the store")
        .help("put a directive with the same id above this import as well, or import under another name")
}

pub(super) fn not_in_store(annotation: &Annotation, at: Span, path: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotInStore, format!("`{path}` is a file of the project, and not in the store"))
        .at(at, "looks for it in the store, which starts empty")
        .also(annotation.origin.span.clone(), "because of this directive")
        .help("open files that are part of the application by another name, which no directive speaks of")
}
