//! From comments to annotations: a `Directive` is what was written and may be wrong; an [`Annotation`] was checked against
//! its schema and attached to the code it governs, and cannot be wrong.

mod attach;
mod body;
mod check;
mod directive;
mod values;

pub(crate) use check::check;
pub use check::{Annotation, Request, Written};
use directive::directives;

use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::{Parsed, comment_blocks};

/// The text that every directive starts with. A file without it is never parsed for annotations.
pub(crate) const MARKER: &str = "@klotho::";

/// Finds, checks and attaches the directives of one file.
///
/// A file with a syntax error still gives its annotations, so that all its problems show in one run.
pub(crate) fn annotations(file: &Parsed<'_>, catalog: &Catalog, diagnostics: &mut Diagnostics) -> Vec<Annotation> {
    let blocks = comment_blocks(file);
    let mut annotations = Vec::new();
    let mut any = false;
    for block in &blocks {
        for directive in directives(file, block, diagnostics) {
            any = true;
            annotations.extend(check(file, &blocks, block, &directive, catalog, diagnostics));
        }
    }
    // A file that only mentions the marker in a string is not ours to complain about.
    if any && let Some(error) = file.first_error() {
        let found = if error.is_missing() {
            format!("`{}` is missing here", error.kind())
        } else {
            "not valid here".to_owned()
        };
        let language = file.grammar.language();
        // An error node may span the rest of the file; its first line is where a person has to look.
        let first_line = file.text_of(error).lines().next().map_or(0, str::len);
        diagnostics.push(
            Diagnostic::new(Code::SyntaxError, format!("`{}` is not valid {}", file.path, language.title()))
                .at(Span::new(&file.path, error.start_byte()..error.start_byte() + first_line), found)
                .help("mend the syntax: inferra reads the same language that runs the file"),
        );
    }
    annotations
}
