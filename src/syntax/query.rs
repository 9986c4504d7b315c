use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use tree_sitter::{Node, Query, QueryCursor, StreamingIterator};

use super::{Grammar, Parsed};
use crate::catalog::Catalog;

/// The nodes that one match of a query captured, by capture name.
pub(crate) type Captures<'tree> = IndexMap<&'static str, Node<'tree>, FxBuildHasher>;

/// The matches of `queries/<language>/<name>.scm` in `node` and everything inside it.
pub(crate) fn matches<'tree>(file: &Parsed<'_>, node: Node<'tree>, name: &'static str) -> Vec<Captures<'tree>> {
    let mut found = Vec::new();
    run(file, node, name, &mut QueryCursor::new(), &mut found);
    found
}

/// The matches that touch any of `places`; one that touches several is there several times. Much cheaper than looking at a
/// whole file for the few calls on one object.
pub(crate) fn matches_around<'tree>(
    file: &'tree Parsed<'_>,
    name: &'static str,
    places: impl Iterator<Item = Range<usize>>,
) -> Vec<Captures<'tree>> {
    let mut found = Vec::new();
    let mut cursor = QueryCursor::new();
    for place in places {
        cursor.set_byte_range(place);
        run(file, file.root(), name, &mut cursor, &mut found);
    }
    found
}

fn run<'tree>(
    file: &Parsed<'_>,
    node: Node<'tree>,
    name: &'static str,
    cursor: &mut QueryCursor,
    found: &mut Vec<Captures<'tree>>,
) {
    let Some(query) = compiled(file.grammar, name) else { return };
    let names = query.capture_names();
    let mut matches = cursor.matches(query, node, file.text.as_bytes());
    while let Some(one) = matches.next() {
        found.push(one.captures().iter().map(|capture| (names[capture.index as usize], capture.node)).collect());
    }
}

/// Compiles queries before they are needed, in parallel: in a small application this is most of the work.
pub(crate) fn warm_up(queries: &BTreeSet<(Grammar, &'static str)>) {
    queries.par_iter().for_each(|(grammar, name)| _ = compiled(*grammar, name));
}

/// The query files of each language.
const NAMES: [&str; 7] = ["config", "expose", "handed_on", "mentions", "persist", "pubsub", "usage"];

/// Compiling a query costs more than running it, so each is compiled once, when it is first needed.
fn compiled(grammar: Grammar, name: &str) -> Option<&'static Query> {
    static QUERIES: [[OnceLock<Option<Query>>; NAMES.len()]; 3] =
        [const { [const { OnceLock::new() }; NAMES.len()] }; 3];
    let position = NAMES.iter().position(|known| *known == name)?;
    let query = QUERIES[grammar as usize][position]
        .get_or_init(|| Query::new(&grammar.tree_sitter(), Catalog::query(grammar.language(), name)).ok());
    query.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_compiles_for_every_grammar_of_its_language() {
        for grammar in [Grammar::Python, Grammar::TypeScript, Grammar::Tsx] {
            for name in NAMES {
                let text = Catalog::query(grammar.language(), name);
                let query = Query::new(&grammar.tree_sitter(), text);
                assert!(query.is_ok(), "{grammar:?} {name}: {:?}", query.err());
            }
        }
    }

    #[test]
    fn every_pattern_is_fired_by_a_fixture() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let project = crate::source::Project::read(&root).unwrap();
        let mut fired = std::collections::BTreeSet::new();
        let files: Vec<_> = project.sources().map(|(path, _)| path.clone()).collect();
        for path in files {
            let Some(file) = project.text(&path).and_then(|text| Parsed::new(&path, text)) else { continue };
            for name in NAMES {
                let query = compiled(file.grammar, name).unwrap();
                let mut cursor = QueryCursor::new();
                let mut matches = cursor.matches(query, file.root(), file.text.as_bytes());
                while let Some(one) = matches.next() {
                    fired.insert((file.grammar.language(), name, one.pattern_index));
                }
            }
        }
        for grammar in [Grammar::Python, Grammar::TypeScript] {
            for name in NAMES {
                for pattern in 0..compiled(grammar, name).unwrap().pattern_count() {
                    let language = grammar.language();
                    assert!(
                        fired.contains(&(language, name, pattern)),
                        "pattern {pattern} of {}/{name}.scm",
                        language.name()
                    );
                }
            }
        }
    }
}
