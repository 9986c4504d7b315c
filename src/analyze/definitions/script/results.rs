//! What the results of functions are called.

use std::ops::Range;

use tree_sitter::Node;

use super::super::Function;
use super::super::read::places;
use super::functions::properties;
use super::scope;
use crate::analyze::calls::dotted_name;
use crate::analyze::expression::{Expression, bare};
use crate::syntax::Parsed;

/// The names that the result of a function is given: `const app = await createApp()` where it returns what it calls `object`,
/// `const { app } = createApp()` where it returns that in an object. Each with the scope that it is local to.
pub(in crate::analyze) fn results_in(
    file: &Parsed<'_>,
    called: &str,
    function: &Function,
    object: &str,
) -> Vec<(String, Option<Range<usize>>)> {
    let is_object = |value: &Expression| *value == Expression::Name(object.to_owned());
    let whole = function.returns.iter().any(|(value, _)| is_object(value));
    let returned = function.returns.iter().flat_map(|(value, _)| value.parts());
    let keys: Vec<_> = returned.filter(|part| is_object(&part.value)).filter_map(|part| part.keyword.clone()).collect();
    let last = called.rsplit('.').next().unwrap_or(called);
    let mut found = Vec::new();
    for place in places(file.text, last) {
        let node = file.root().descendant_for_byte_range(place.start, place.end);
        let call = std::iter::successors(node, Node::parent).take(3).find(|node| node.kind() == "call_expression");
        let Some(call) = call.filter(|call| dotted_name(file, *call).as_deref() == Some(called)) else { continue };
        let around = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none());
        let Some(declarator) = around.filter(|around| around.kind() == "variable_declarator") else { continue };
        let Some(name) = declarator.child_by_field_name("name") else { continue };
        let local = scope(declarator);
        if name.kind() == "identifier" && whole {
            found.push((file.text_of(name).to_owned(), local.clone()));
        }
        let named = properties(file, name).into_iter().filter(|(key, _)| keys.contains(key));
        found.extend(named.map(|(_, own)| (own, local.clone())));
    }
    found
}
