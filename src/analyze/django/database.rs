//! What a project's own database must be for another to stand in for it.

use tree_sitter::Node;

use super::super::{Construct, Context};
use super::settings::inside;
use crate::catalog::Persist;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::{Parsed, string_literal};

/// Reports a backend of the entry `default` that is written as a text and speaks another SQL.
pub(in super::super) fn check(
    context: &Context<'_>,
    construct: &Construct<'_>,
    facts: &Persist,
    diagnostics: &mut Diagnostics,
) {
    let (file, range) = (&construct.annotation.origin.at.file, construct.client.expression.clone());
    let Some(file) = context.marked.get(file).filter(|_| !facts.engines.is_empty()) else { return };
    let Some(value) = file.root().descendant_for_byte_range(range.start, range.end) else { return };
    let Some(engine) = item(file, value, "default").and_then(|entry| item(file, entry, "ENGINE")) else { return };
    let Some(name) = string_literal(file, engine).and_then(|text| text.rsplit('.').next()) else { return };
    if facts.engines.iter().any(|known| known == name) {
        return;
    }
    diagnostics.push(
        Diagnostic::new(Code::DatabaseNotCovered, format!("no backing stands in for a database of `{name}`"))
            .at(Span::new(&file.path, engine.byte_range()), "what backs it is PostgreSQL, which speaks another SQL")
            .also(construct.annotation.origin.span.clone(), "because of this directive")
            .help("use `django.db.backends.postgresql` or `django.db.backends.sqlite3` where you develop"),
    );
}

/// The value of a literal dictionary's item.
fn item<'t>(file: &Parsed<'_>, dictionary: Node<'t>, key: &str) -> Option<Node<'t>> {
    let pairs = inside(dictionary).into_iter().filter(|node| node.kind() == "pair");
    let mut pairs = pairs.filter(|pair| pair.parent().is_some_and(|parent| parent.id() == dictionary.id()));
    let has_key =
        |pair: &Node<'_>| pair.child_by_field_name("key").and_then(|it| string_literal(file, it)) == Some(key);
    pairs.find(has_key)?.child_by_field_name("value")
}
