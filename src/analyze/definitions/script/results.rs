//! What becomes of the results of functions.

use tree_sitter::Node;

use super::super::Function;
use super::super::read::places;
use super::functions::{parameters, properties};
use crate::analyze::calls::{HandedOn, handed_on};
use crate::analyze::expression::{Expression, bare, dotted};
use crate::source::Span;
use crate::syntax::{Parsed, callee, is_function, member};

/// What becomes of what a function returns, where it is called.
#[derive(Debug)]
pub(in crate::analyze) enum Given {
    /// It gets a name at that place: `const app = await createApp()`, `createApp().then((app) => …)`.
    Name(String, usize),
    HandedOn(HandedOn),
    /// A method is called on it.
    Method(String, Span),
    /// Anything else, of which nothing is known.
    Away(Span),
}

/// What is given of an object that a function returns: itself, or parts of those names that hold it.
struct Part {
    whole: bool,
    keys: Vec<String>,
}

impl Part {
    /// What stands at a place in what a function returns, where it is called `name`.
    fn of(function: &Function, place: usize, name: &str) -> Self {
        let before = function.returns.iter().filter(|(_, at)| *at <= place);
        let value = before.max_by_key(|(_, at)| *at).map_or(&Expression::Other, |(value, _)| value);
        let holds = value.parts().iter().filter(|part| part.range.contains(&place));
        let keys: Vec<_> = holds.filter_map(|part| part.keyword.clone()).collect();
        if let Expression::List(items) = value {
            let position = items.iter().position(|item| *item == Expression::Name(name.to_owned()));
            return Self { whole: false, keys: position.map(|position| position.to_string()).into_iter().collect() };
        }
        Self { whole: keys.is_empty(), keys }
    }

    fn is(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }
}

/// The word by which calls of something are looked for in a text.
pub(in crate::analyze) fn last_word(called: &str) -> &str {
    if called.starts_with("require(") { "require" } else { called.rsplit('.').next().unwrap_or(called) }
}

/// What becomes of what `function` returns at `place` by that name, wherever `file` calls it as `called`, or, behind a dot, as a method of
/// something.
pub(in crate::analyze) fn results_in(
    file: &Parsed<'_>,
    called: &str,
    function: &Function,
    (name, place): (&str, usize),
) -> Vec<Given> {
    let part = Part::of(function, place, name);
    let method = called.strip_prefix('.');
    let mut found = Vec::new();
    for place in places(file.text, last_word(called)) {
        let node = file.root().descendant_for_byte_range(place.start, place.end);
        let mut around = std::iter::successors(node, Node::parent).take(4);
        let is_called = |call: &Node<'_>| {
            let named = callee(*call).filter(|_| matches!(call.kind(), "call_expression" | "new_expression"));
            match method {
                Some(method) => {
                    let of = named.and_then(|named| member(file, named));
                    of.is_some_and(|(_, name)| name.byte_range() == place && file.text_of(name) == method)
                }
                None => named.and_then(|named| dotted(file, named)).as_deref() == Some(called),
            }
        };
        if let Some(call) = around.find(is_called) {
            given(file, call, &part, &mut found);
        }
    }
    found
}

fn given(file: &Parsed<'_>, call: Node<'_>, part: &Part, found: &mut Vec<Given>) {
    let span = || Span::new(&file.path, call.byte_range());
    let Some(around) = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none()) else {
        return;
    };
    let target = ["name", "left"].iter().find_map(|field| around.child_by_field_name(field));
    match (around.kind(), target) {
        // Nothing is done with it.
        ("expression_statement", _) => {}
        ("variable_declarator" | "assignment_expression", Some(target))
            if matches!(target.kind(), "object_pattern" | "array_pattern") =>
        {
            named(file, target, part, found);
        }
        ("member_expression", _) => match member(file, around).map(|(_, name)| file.text_of(name)) {
            Some("then") => promised(file, around, part, found),
            Some("catch" | "finally") => {}
            Some(name) if part.whole => found.push(Given::Method(name.to_owned(), span())),
            Some(name) if !part.is(name) => {}
            Some(_) | None => found.push(Given::Away(span())),
        },
        _ if part.whole => found.extend(handed_on(file, call).map(Given::HandedOn)),
        // A grammar's kinds are open to us; in any other place a part of it goes out of sight.
        _ => found.push(Given::Away(span())),
    }
}

/// `const { app: web } = createApp()`
fn named(file: &Parsed<'_>, pattern: Node<'_>, part: &Part, found: &mut Vec<Given>) {
    if part.whole {
        return found.push(Given::Away(Span::new(&file.path, pattern.byte_range())));
    }
    let own = properties(file, pattern).into_iter().filter(|(key, _)| part.is(key));
    found.extend(own.map(|(_, own)| Given::Name(own, pattern.start_byte())));
}

/// What the function that a promise is handed calls its value.
fn promised(file: &Parsed<'_>, then: Node<'_>, part: &Part, found: &mut Vec<Given>) {
    let list = then.parent().and_then(|call| call.child_by_field_name("arguments"));
    let Some(function) = list.and_then(|list| list.named_child(0)) else { return };
    if !is_function(function) {
        return found.push(Given::Away(Span::new(&file.path, function.byte_range())));
    }
    let Some(first) = parameters(file, function).into_iter().next() else { return };
    let at = function.start_byte();
    if first.properties.is_empty() && part.whole {
        return found.push(Given::Name(first.name, at));
    }
    let own = first.properties.into_iter().filter(|(key, _)| part.is(key));
    found.extend(own.map(|(_, own)| Given::Name(own, at)));
}
