use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use tree_sitter::{Node, Query, QueryCursor, StreamingIterator};

use super::{Grammar, Parsed};
use crate::catalog::Catalog;

/// The nodes that one match of a query captured, by capture name.
pub(crate) type Captures<'tree> = IndexMap<&'static str, Node<'tree>>;

/// The matches of `queries/<language>/<name>.scm` in `node` and everything inside it.
pub(crate) fn matches<'tree>(file: &Parsed<'_>, node: Node<'tree>, name: &'static str) -> Vec<Captures<'tree>> {
    let Some(query) = compiled(file.grammar, name) else { return Vec::new() };
    let names = query.capture_names();
    let mut cursor = QueryCursor::new();
    let mut found = Vec::new();
    let mut matches = cursor.matches(query, node, file.text.as_bytes());
    while let Some(one) = matches.next() {
        found.push(one.captures().iter().map(|capture| (names[capture.index as usize], capture.node)).collect());
    }
    found
}

// Compiling a query costs more than running it, so each is compiled once, when it is first needed. Leaked, because the
// number of queries is fixed and they are needed until the process ends.
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
