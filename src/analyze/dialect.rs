use std::collections::BTreeSet;

use memchr::memmem;

use super::units::Units;
use super::{Construct, Context};
use crate::catalog::Persist;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, ProjectPath, Span};

/// Warns of what only the database on the user's own machine understands, in the files of the units that use the store. They
/// are searched as text: what is looked for is in strings as often as in code.
pub(super) fn warn(
    context: &Context<'_>,
    units: &Units,
    construct: &Construct<'_>,
    facts: &Persist,
    diagnostics: &mut Diagnostics,
) {
    if facts.local_only.is_empty() {
        return;
    }
    let origin = &construct.annotation.origin;
    let files: BTreeSet<&ProjectPath> = units.including(&origin.at.file).flat_map(|unit| units.files(unit)).collect();
    for file in files {
        let text = context.project.text(file).unwrap_or_default();
        for (wanted, instead) in &facts.local_only {
            let Some(at) = memmem::find_iter(text.as_bytes(), wanted).find(|at| is_code(file, text, *at)) else {
                continue;
            };
            diagnostics.push(
                Diagnostic::new(Code::SqliteOnly, format!("`{}` means nothing to PostgreSQL", wanted.trim()))
                    .at(Span::new(file, at..at + wanted.trim_end().len()), "SQLite alone knows it")
                    .also(origin.span.clone(), "because of this directive")
                    .help(instead.clone()),
            );
        }
    }
}

/// Whether a place is not in a comment that ends with its line.
fn is_code(file: &ProjectPath, text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    match Language::of(file) {
        // An address has slashes, too.
        Some(Language::TypeScript) => {
            !text[line..at].trim_start().starts_with(['/', '*']) && !text[line..at].contains(" //")
        }
        Some(Language::Python) | None => !text[line..at].contains('#'),
    }
}
