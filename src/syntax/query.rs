use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use tree_sitter::{Node, Query, QueryCursor, StreamingIterator};

use super::{Grammar, Parsed};
use crate::catalog::Catalog;

/// The nodes that one match of a query captured, by capture name.
pub(crate) type Captures<'tree> = IndexMap<&'static str, Node<'tree>>;

/// Where a match may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Here,
    Anywhere,
}

/// The matches of `queries/<language>/<name>.scm`: only at `node` itself, or, with `deep`, anywhere inside it.
pub(crate) fn matches<'tree>(file: &Parsed<'_>, node: Node<'tree>, name: &'static str, deep: bool) -> Vec<Captures<'tree>> {
    run(file, node, name, if deep { Depth::Anywhere } else { Depth::Here })
}

fn run<'tree>(file: &Parsed<'_>, node: Node<'tree>, name: &'static str, depth: Depth) -> Vec<Captures<'tree>> {
    let Some(query) = compiled(file.grammar, name) else { return Vec::new() };
    let names = query.capture_names();
    let mut cursor = QueryCursor::new();
    cursor.set_max_start_depth(match depth {
        Depth::Here => Some(0),
        Depth::Anywhere => None,
    });
    let mut found = Vec::new();
    let mut matches = cursor.matches(query, node, file.text.as_bytes());
    while let Some(one) = matches.next() {
        found.push(one.captures().iter().map(|capture| (names[capture.index as usize], capture.node)).collect());
    }
    found
}

// Compiling a query costs more than running it, so each is compiled once, when it is first needed.
fn compiled(grammar: Grammar, name: &'static str) -> Option<&'static Query> {
    static QUERIES: OnceLock<Mutex<BTreeMap<(Grammar, &'static str), Option<&'static Query>>>> = OnceLock::new();
    let mut queries = QUERIES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    *queries.entry((grammar, name)).or_insert_with(|| {
        let text = Catalog::query(grammar.language(), name);
        let query = Query::new(&grammar.tree_sitter(), text).ok()?;
        Some(Box::leak(Box::new(query)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_compiles_for_every_grammar_of_its_language() {
        for grammar in [Grammar::Python, Grammar::TypeScript, Grammar::Tsx] {
            for name in ["expose", "persist", "pubsub", "usage"] {
                let text = Catalog::query(grammar.language(), name);
                let query = Query::new(&grammar.tree_sitter(), text);
                assert!(query.is_ok(), "{grammar:?} {name}: {:?}", query.err());
            }
        }
    }
}
