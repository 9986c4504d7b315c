mod handed;
mod mentions;

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;
use tree_sitter::Node;

use super::expression::{Expression, MAX_DEPTH, bare, dotted, expression};
use crate::app::SourceLine;
use crate::source::{Language, LineIndex, ProjectPath, Span};
use crate::syntax::{Argument, Parsed, arguments, callee, matches_around, member, properties, string_literal};

pub(super) use handed::handed_on;
pub(super) use mentions::{How, Mention, Settled};

/// What one file does with some objects, without its tree.
#[derive(Debug)]
pub(super) struct Usage {
    /// Every method call on them, in order.
    pub(super) calls: Vec<Call>,
    /// Where they are given to other code: arguments, values of other objects, results. Empty where nobody asked.
    pub(super) handed_on: Vec<HandedOn>,
    /// Where else their names stand for them. Empty where nobody asked.
    pub(super) mentions: Vec<Mention>,
}

/// A name given to other code.
#[derive(Debug, Clone)]
pub(super) struct HandedOn {
    pub(super) name: String,
    pub(super) span: Span,
    /// What it is an argument of, as written, where that has a name.
    pub(super) to: Option<String>,
    /// Whether it is an argument of a call.
    pub(super) argument: bool,
    /// The keyword of that argument.
    pub(super) keyword: Option<String>,
    /// Its place among the positional ones; in JavaScript also that of the object that it is a part of.
    pub(super) position: Option<usize>,
    pub(super) way: Way,
}

/// What becomes of a name that is given to other code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// It is an argument, or a part of one.
    Argument,
    /// It is what a function returns, or a part of it.
    Returned,
    /// It gets this name, too.
    Named(String),
    /// It is a part of an object that its module gives to others as a whole.
    Exported,
    /// It is a part of something else.
    Kept,
}

/// What is asked of one file.
#[derive(Debug, Default)]
pub(super) struct Wanted<'a> {
    /// The expressions that mean an object.
    pub(super) objects: BTreeSet<&'a str>,
    /// Whether it matters where the objects are given to.
    pub(super) followed: bool,
    /// Whether each mention of the objects matters.
    pub(super) mentioned: bool,
}

impl Wanted<'_> {
    /// Where the last word of an object's name stands. The words before it may be on other lines.
    fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let words: BTreeSet<&str> = self.objects.iter().filter_map(|object| object.rsplit('.').next()).collect();
        words.into_iter().flat_map(move |word| {
            memmem::find_iter(text.as_bytes(), word).map(|found| found..found + word.len()).collect::<Vec<_>>()
        })
    }
}

/// Whether [`usage`] could find anything. Files that import an object only to give it on, or import a module and not use this
/// part of it, need no tree.
fn may_use(text: &str, wanted: &Wanted<'_>) -> bool {
    wanted.places(text).any(|place| {
        // What may stand between an object and the name of its method: the dot itself, `?.`, `!.`, the end of parentheses, a
        // type, a comment, a line join.
        let after = text[place.end..].trim_start_matches(|c: char| c == ')' || c.is_whitespace());
        let typed = ["as ", "satisfies "].iter().any(|word| after.starts_with(word));
        wanted.followed || wanted.mentioned || typed || after.starts_with(['.', '?', '!', '#', '/', '\\'])
    })
}

/// Reads one file that carries no directive, as far as it speaks of the objects; `None` where it does nothing with them.
pub(super) fn usage_of_text(path: &ProjectPath, text: &str, wanted: &Wanted<'_>) -> Option<Usage> {
    if !may_use(text, wanted) {
        return None;
    }
    let file = Parsed::around(path, text, &wanted.places(text).map(|place| place.start).collect())?;
    Some(usage(&file, wanted))
}

/// Reads one file.
pub(super) fn usage(file: &Parsed<'_>, wanted: &Wanted<'_>) -> Usage {
    usage_at(file, wanted, || wanted.places(file.text))
}

fn usage_at<P: Iterator<Item = Range<usize>>>(file: &Parsed<'_>, wanted: &Wanted<'_>, places: impl Fn() -> P) -> Usage {
    let calls = calls(file, wanted, places());
    let handed_on = if wanted.followed { all_handed_on(file, wanted, places()) } else { Vec::new() };
    let mentions = if wanted.mentioned { mentions::mentions(file, wanted, places()) } else { Vec::new() };
    Usage { calls, handed_on, mentions }
}

fn all_handed_on(file: &Parsed<'_>, wanted: &Wanted<'_>, places: impl Iterator<Item = Range<usize>>) -> Vec<HandedOn> {
    let found = matches_around(file, "handed_on", places);
    let mut names: Vec<_> = found.into_iter().filter_map(|captures| captures.get("name").copied()).collect();
    names.retain(|name| {
        let text: String = file.text_of(*name).split_whitespace().collect();
        wanted.objects.contains(text.as_str())
    });
    names.sort_by_key(|name| (name.start_byte(), name.end_byte()));
    // A match that holds several places was found at each.
    names.dedup_by_key(|name| name.byte_range());
    match file.grammar.language() {
        Language::Python => names.into_iter().map(|name| handed_on_in_python(file, name)).collect(),
        Language::TypeScript => names.into_iter().filter_map(|name| handed_on(file, name)).collect(),
    }
}

fn handed_on_in_python(file: &Parsed<'_>, name: Node<'_>) -> HandedOn {
    let span = Span::new(&file.path, name.byte_range());
    let list = name.parent().filter(|parent| matches!(parent.kind(), "argument_list" | "keyword_argument"));
    let list = list.and_then(|list| if list.kind() == "keyword_argument" { list.parent() } else { Some(list) });
    let to = list.and_then(|list| callee(list.parent()?)).and_then(|callee| dotted_name(file, callee));
    let all = list.map(arguments).unwrap_or_default();
    let position = all.iter().position(|argument| argument.value.byte_range() == name.byte_range());
    let keyword = position.and_then(|at| all[at].keyword).map(|keyword| file.text_of(keyword).to_owned());
    let position = position.filter(|_| keyword.is_none());
    let argument = list.is_some();
    let way = if argument { Way::Argument } else { Way::Kept };
    HandedOn { name: file.text_of(name).to_owned(), span, to, argument, keyword, position, way }
}

/// A method call, without its tree.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) at: SourceLine,
    /// The expression before the last dot: `app`, `self.client`.
    pub(super) object: String,
    /// The methods called between the object and this one, the last one first: `on` for the second call of
    /// `bus.on(…).on(…)`.
    pub(super) chain: Vec<Link>,
    /// Whether something is asked of its result in the same expression.
    pub(super) continued: bool,
    pub(super) method: String,
    pub(super) method_range: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
}

/// A call on the way from an object to another call.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) method: String,
    pub(super) arguments: Vec<CallArgument>,
}

/// An argument, without its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallArgument {
    pub(super) keyword: Option<String>,
    pub(super) range: Range<usize>,
    /// Its value as written.
    pub(super) text: String,
    /// The value of a plain string literal.
    pub(super) literal: Option<String>,
    /// The name used, or the name called, as written; `None` for a function literal or anything more complicated.
    pub(super) name: Option<String>,
    /// Whether it is a function literal.
    pub(super) function: bool,
    /// What it says, where that can be evaluated.
    pub(super) value: Expression,
}

fn calls(file: &Parsed<'_>, wanted: &Wanted<'_>, places: impl Iterator<Item = Range<usize>>) -> Vec<Call> {
    let lines = LineIndex::new(file.text);
    let mut calls: Vec<_> = matches_around(file, "usage", places)
        .into_iter()
        .filter_map(|captures| {
            let call = *captures.get("call")?;
            // A decorator that is no call itself is called with what it decorates.
            let (object, method) = method_of(file, callee(call).unwrap_or(call))?;
            let (object, way) = base(file, object)?;
            let name: String = file.text_of(object).split_whitespace().collect();
            let link = |(method, call): &(Node<'_>, Node<'_>)| Link {
                method: method_name(file, *method),
                arguments: all_arguments(file, *call),
            };
            wanted.objects.contains(name.as_str()).then(|| Call {
                at: SourceLine { file: file.path.clone(), line: lines.position(method.start_byte()).line },
                object: name,
                chain: way.iter().map(link).collect(),
                continued: is_continued(file, call),
                method: method_name(file, method),
                method_range: method.byte_range(),
                arguments: all_arguments(file, call),
            })
        })
        .collect();
    calls.sort_by_key(|call| call.method_range.start);
    // A match that holds several places was found at each.
    calls.dedup_by_key(|call| call.method_range.start);
    calls
}

/// The object and the method of `object.method`, and of `object[method]`, whose method is the expression.
fn method_of<'tree>(file: &Parsed<'_>, node: Node<'tree>) -> Option<(Node<'tree>, Node<'tree>)> {
    let computed = || {
        let indexed = node.kind() == "subscript_expression";
        indexed.then_some((node.child_by_field_name("object")?, node.child_by_field_name("index")?))
    };
    member(file, node).or_else(computed)
}

/// A method's name; an expression in brackets where it is chosen when the program runs.
fn method_name(file: &Parsed<'_>, method: Node<'_>) -> String {
    match method.kind() {
        "property_identifier" | "private_property_identifier" | "identifier" if is_name(method) => {
            file.text_of(method).to_owned()
        }
        _ => string_literal(file, method).map_or_else(|| format!("[{}]", file.text_of(method)), str::to_owned),
    }
}

/// Whether a node names a member, and is no expression that gives the name.
fn is_name(method: Node<'_>) -> bool {
    method.parent().is_none_or(|parent| parent.kind() != "subscript_expression")
}

fn is_continued(file: &Parsed<'_>, call: Node<'_>) -> bool {
    let around = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none());
    around
        .and_then(|node| member(file, node))
        .is_some_and(|(object, _)| object.byte_range().contains(&call.start_byte()))
}

/// Calls in one chain that are followed, and bytes in an object's name: machines write longer ones, which no construct
/// has, and reading each link of them anew would take time quadratic in their length.
const MAX_CHAIN: usize = 256;
const MAX_NAME: usize = 256;

/// What a chain of calls starts from, and the methods called on it; types and parentheses around it change nothing.
fn base<'tree>(file: &Parsed<'_>, mut node: Node<'tree>) -> Option<(Node<'tree>, Vec<(Node<'tree>, Node<'tree>)>)> {
    let mut chain = Vec::new();
    for _ in 0..MAX_CHAIN {
        node = match node.kind() {
            "as_expression" | "non_null_expression" | "parenthesized_expression" | "satisfies_expression" => {
                node.named_child(0)?
            }
            "call" | "call_expression" => {
                let (object, method) = member(file, callee(node)?)?;
                chain.push((method, node));
                object
            }
            _ => return (node.byte_range().len() <= MAX_NAME).then_some((node, chain)),
        };
    }
    None
}

/// The arguments of a call, without their trees.
pub(super) fn all_arguments(file: &Parsed<'_>, call: Node<'_>) -> Vec<CallArgument> {
    owned_arguments(file, call, MAX_DEPTH)
}

/// As [`all_arguments`], for a call inside of an expression that is read `depth` levels further.
pub(super) fn owned_arguments(file: &Parsed<'_>, call: Node<'_>, depth: usize) -> Vec<CallArgument> {
    let list = call.child_by_field_name("arguments");
    list.map(arguments).unwrap_or_default().into_iter().map(|argument| owned(file, &argument, depth)).collect()
}

/// What the object literals among a call's arguments name, each by its path: `host`, `socket.path`. JavaScript's keywords.
pub(super) fn named_options(file: &Parsed<'_>, call: Node<'_>) -> Vec<CallArgument> {
    let list = call.child_by_field_name("arguments");
    let objects = list.map(arguments).unwrap_or_default();
    let outer = objects.into_iter().flat_map(|argument| properties(argument.value));
    let mut found = Vec::new();
    for option in outer {
        let Some(mut own) = named_option(file, &option) else { continue };
        let inner = properties(option.value).into_iter().filter_map(|inner| named_option(file, &inner));
        let prefix = own.keyword.clone().unwrap_or_default();
        found.extend(inner.map(|inner| CallArgument {
            keyword: inner.keyword.as_ref().map(|name| format!("{prefix}.{name}")),
            ..inner
        }));
        own.value = Expression::Other;
        found.push(own);
    }
    found.sort_by_key(|option| option.range.start);
    found
}

fn named_option(file: &Parsed<'_>, option: &Argument<'_>) -> Option<CallArgument> {
    let name = option.keyword?;
    let name = string_literal(file, name).unwrap_or_else(|| file.text_of(name)).to_owned();
    Some(CallArgument { keyword: Some(name), ..owned(file, option, 1) })
}

fn owned(file: &Parsed<'_>, argument: &Argument<'_>, depth: usize) -> CallArgument {
    let value = argument.value;
    CallArgument {
        keyword: argument.keyword.map(|keyword| file.text_of(keyword).to_owned()),
        range: argument.keyword.map_or(value.start_byte(), |keyword| keyword.start_byte())..value.end_byte(),
        text: file.text_of(value).to_owned(),
        literal: string_literal(file, value).map(str::to_owned),
        name: dotted_name(file, value),
        function: matches!(value.kind(), "arrow_function" | "function_expression" | "generator_function" | "lambda"),
        value: expression(file, value, depth),
    }
}

/// The name that a value is, or that it is the result of calling.
pub(super) fn dotted_name(file: &Parsed<'_>, mut node: Node<'_>) -> Option<String> {
    if file.grammar.language() == Language::TypeScript {
        let called = std::iter::successors(Some(node), |node| callee(*node)).take(MAX_DEPTH);
        return called.into_iter().find_map(|node| dotted(file, node));
    }
    while matches!(node.kind(), "call" | "call_expression") {
        node = node.child_by_field_name("function")?;
    }
    let text = file.text_of(node);
    let dotted = matches!(node.kind(), "identifier" | "attribute" | "member_expression")
        && text.chars().all(|c| c.is_alphanumeric() || "_$.".contains(c));
    dotted.then(|| text.to_owned())
}

#[cfg(test)]
mod shortcut;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_only_passes_an_object_on_needs_no_tree() {
        let names = ["store.client", "c"];
        for (text, calls, any) in [
            ("from store import client as c, d\n", false, true),
            ("import store\nstore.find()\n", false, false),
            ("store.client.get(1)\n", true, true),
            ("x = (store.client\n  # why\n  .get(1))\n", true, true),
            ("c?.get(1)", true, true),
            ("send(c)\n", false, true),
        ] {
            let objects: BTreeSet<_> = names.into_iter().filter(|object| text.contains(object)).collect();
            let seen = |followed| may_use(text, &Wanted { objects: objects.clone(), followed, mentioned: false });
            assert_eq!((seen(false), seen(true)), (calls, any), "{text}");
        }
    }
}
