//! Which library an annotated statement uses.

mod problem;
mod subclass;
mod symbol;

use std::ops::Range;

use tree_sitter::Node;

use super::Context;
use super::calls::{CallArgument, all_arguments, named_options};
use crate::annotation::{Annotation, Request};
use crate::app::{Capability, Client, StoreKind, Wiring};
use crate::catalog::{self, Config, Expose, Persist, Pubsub, Use};
use crate::diag::Diagnostics;
use crate::syntax::{
    Captures, Parsed, bound_to, callee, definition_around, header_end, matches, matches_around, member, statement_of,
    string_literal,
};

use problem::{imported_beside, not_recognised, several, wrong_shape};
pub(super) use subclass::Class;
use subclass::derived as derived_class;
pub(super) use symbol::of_name;
use symbol::{Meaning, given, meanings, module_node, named};

/// An annotated statement whose client library is known.
pub(super) struct Recognised<'a> {
    pub(super) library: &'a str,
    /// The canonical name that it was recognised by; empty where it was by something else.
    pub(super) symbol: String,
    /// The name by which the code speaks of the object: `client`, `self.client`; empty where it has none.
    pub(super) name: String,
    /// The next name that the same import gives, which nothing would stand for.
    pub(super) beside: Option<String>,
    pub(super) used_for: UsedFor<'a>,
    pub(super) expression: Range<usize>,
    pub(super) callee: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
    /// What the object literals among the arguments name, by path: JavaScript's keywords.
    pub(super) options: Vec<CallArgument>,
    /// The value of an expression that is a plain string.
    pub(super) literal: Option<String>,
    /// The text of what an item is taken by: `"KEY"` of `os.environ["KEY"]`, `KEY` of `process.env.KEY`; empty where none is.
    pub(super) item: String,
    /// What JavaScript takes where there is no value: `"info"` of `process.env.LEVEL ?? "info"`.
    pub(super) fallback: Option<String>,
    /// The call by which the annotated statement makes an application listen.
    pub(super) listens: Option<Range<usize>>,
    /// Whether the statement itself exports the name.
    pub(super) exported: bool,
    /// Whether the statement stands at the top of its module.
    pub(super) top_level: bool,
    /// Whether it is a literal with something in it.
    pub(super) has_entries: bool,
    /// The function or class that it stands in.
    pub(super) inside: Option<Range<usize>>,
    /// The classes of the project between the object and the library.
    pub(super) classes: Vec<Class>,
}

/// The facts of the library, by capability.
#[derive(Clone, Copy)]
pub(super) enum UsedFor<'a> {
    Expose(&'a Expose),
    Persist(&'a Persist),
    Pubsub(&'a Pubsub),
    Config(&'a Config),
}

impl<'a> UsedFor<'a> {
    /// Whether what other code does with the object matters: the routes that it adds, the events that it emits.
    pub(super) const fn is_followed(self) -> bool {
        match self {
            Self::Expose(_) | Self::Pubsub(_) => true,
            Self::Persist(_) | Self::Config(_) => false,
        }
    }

    /// Whether each mention of the object matters, beside calls of its methods: a store of which each unit is granted what its
    /// code does.
    pub(super) const fn is_mentioned(self) -> bool {
        match self {
            Self::Persist(facts) => matches!(facts.kind, StoreKind::Kv),
            Self::Expose(_) | Self::Pubsub(_) | Self::Config(_) => false,
        }
    }

    /// Methods that return the object that they are called on.
    pub(super) fn chains(self) -> &'a [String] {
        match self {
            Self::Expose(facts) => &facts.chains,
            Self::Persist(_) | Self::Config(_) => &[],
            Self::Pubsub(facts) => &facts.chains,
        }
    }
}

impl Recognised<'_> {
    /// The part of it that wiring needs.
    pub(super) fn client(&self, annotation: &Annotation, wiring: &Wiring) -> Client {
        Client {
            library: self.library.to_owned(),
            file: annotation.origin.at.file.clone(),
            expression: self.expression.clone(),
            callee: self.callee.clone(),
            name: self.name.clone(),
            wiring: wiring.clone(),
        }
    }
}

/// The canonical names that a dotted name may have.
pub(super) fn symbols(context: &Context<'_>, file: &Parsed<'_>, name: Node<'_>) -> Vec<String> {
    symbol::of_name(context, file, name)
}

/// Finds out which library the annotated statement uses.
pub(super) fn recognise<'a>(
    context: &Context<'a>,
    annotation: &Annotation,
    statement: &Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<Recognised<'a>> {
    let file = context.marked.get(&annotation.origin.at.file)?;
    let capability = annotation.origin.capability;
    let mut candidates = matches_around(file, capability.name(), std::iter::once(statement.clone()));
    candidates.retain(|captures| fits(file, captures, statement));
    if candidates.is_empty() {
        diagnostics.push(wrong_shape(context, file, annotation, statement));
        return None;
    }
    // Any value may be given a name: only a known one makes it a shape of its own.
    let shaped = candidates.iter().any(|captures| !captures.contains_key("given"));
    let (mut found, mut base, mut unknown) = (Vec::<Recognised<'a>>::new(), None, None);
    for captures in &candidates {
        match recognise_match(context, file, annotation, captures) {
            Ok(recognised) if captures.get("expression").is_some_and(|node| is_base(*node)) => base = Some(recognised),
            Ok(recognised) => found.push(recognised),
            Err(callee) => unknown = unknown.or(callee),
        }
    }
    // What stands in the body of a class is no business of what it extends.
    if let Some(base) = base {
        found = vec![base];
    }
    // Of one in the arguments of another, the outer one is meant.
    found.sort_by_key(|one| (one.expression.start, std::cmp::Reverse(one.expression.end)));
    let mut found = found.into_iter();
    let Some(first) = found.next() else {
        if !shaped {
            diagnostics.push(wrong_shape(context, file, annotation, statement));
            return None;
        }
        diagnostics.push(not_recognised(context, file, annotation, unknown.unwrap_or_else(|| statement.clone())));
        return None;
    };
    if matches!(first.used_for, UsedFor::Persist(facts) if facts.awaited.is_some()) && !is_followed(&first) {
        diagnostics.push(wrong_shape(context, file, annotation, statement));
        return None;
    }
    if let Some(beside) = &first.beside {
        diagnostics.push(imported_beside(file, annotation, &first, beside));
        return None;
    }
    if let Some(second) = found.find(|other| other.expression.start >= first.expression.end) {
        diagnostics.push(several(file, annotation, &first, &second));
        return None;
    }
    Some(first)
}

/// Whether every use of the object can be found by its name; what stands in a function or class is told apart later.
fn is_followed(found: &Recognised<'_>) -> bool {
    let name = found.name.strip_prefix("module.").unwrap_or(&found.name);
    let name = name.strip_prefix("exports.").unwrap_or(name);
    found.inside.is_some() || name == "exports" || (!name.is_empty() && !name.contains('.'))
}

/// Whether what was captured is the business of `statement`.
fn fits(file: &Parsed<'_>, captures: &Captures<'_>, statement: &Range<usize>) -> bool {
    let Some(node) = captures.get("expression").copied() else { return false };
    // With `a = b = Redis()` the object has two names, and its uses could not all be found by one.
    let named = node.parent().filter(|named| named.kind() == "assignment");
    let aliased = named.and_then(|named| named.parent()).is_some_and(|outer| outer.kind() == "assignment");
    if aliased {
        return false;
    }
    // What is assigned to is not read.
    if is_target(node) {
        return false;
    }
    // Patterns that capture no name are of things that may stand anywhere in a statement, though not in the body of one.
    if captures.contains_key("name") || captures.contains_key("listen") || node.kind() == "dictionary" {
        return statement_of(node).byte_range() == *statement;
    }
    statement.start <= node.start_byte() && node.end_byte() <= header_end(file.root(), statement)
}

/// Whether a statement gives the expression a value, or takes it away.
fn is_target(expression: Node<'_>) -> bool {
    let Some(parent) = expression.parent() else { return false };
    match parent.kind() {
        "assignment" | "augmented_assignment" | "assignment_expression" | "augmented_assignment_expression" => {
            parent.child_by_field_name("left") == Some(expression)
        }
        "delete_statement" => true,
        _ => false,
    }
}

/// The library behind one match, or the callee that is not known.
fn recognise_match<'a>(
    context: &Context<'a>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    captures: &Captures<'_>,
) -> Result<Recognised<'a>, Option<Range<usize>>> {
    let expression = *captures.get("expression").ok_or(None)?;
    let (name, made) = match (captures.get("listen"), captures.get("name")) {
        // `app.listen(…)` speaks of the application that `app` was made as.
        (Some(listen), _) => {
            let (object, _) = member(file, *listen).ok_or(None)?;
            (file.text_of(object), made_as(file, object).ok_or_else(|| Some(object.byte_range()))?)
        }
        (None, Some(name)) => (file.text_of(*name), expression),
        (None, None) if is_default_export(expression) => ("default", expression),
        (None, None) if is_base(expression) => (class_name(file, expression), expression),
        (None, None) => (bound_to(expression).map_or("", |name| file.text_of(name)), expression),
    };
    let arguments = all_arguments(file, expression);
    let callee = match made.kind() {
        // What says which module is meant takes the place of what is called.
        "import_statement" => module_node(file, made),
        _ => callee(made),
    };
    let callee = callee.map(|callee| callee.byte_range());
    let given = captures.get("given").map(|key| given(file, *key));
    let unknown = || match given {
        Some(_) => None,
        None => callee.clone().or_else(|| Some(expression.byte_range())),
    };
    let mut meanings = given.map_or_else(|| meanings(context, file, made), |name| vec![named(name)]);
    let derived = callee.clone().filter(|_| annotation.origin.capability == Capability::Pubsub);
    let derived = derived.and_then(|callee| derived_class(context, file, &file.text[callee]));
    meanings.extend(derived.iter().map(|class| Meaning { symbols: vec![class.symbol.clone()], name: None }));
    let mut known = meanings.into_iter().filter_map(|meaning| {
        let (client, symbol) = library(context, file, annotation, (name, &arguments), &meaning)?;
        Some((client, symbol, meaning.name))
    });
    let (client, symbol, own_name) = known.next().ok_or_else(unknown)?;
    let beside = known.next().and_then(|(_, _, name)| name).map(str::to_owned);
    drop(known);
    let used_for = match &client.used_for {
        Use::Expose(facts) => UsedFor::Expose(facts),
        Use::Persist(facts) => UsedFor::Persist(facts),
        Use::Pubsub(facts) => UsedFor::Pubsub(facts),
        Use::Config(facts) => UsedFor::Config(facts),
    };
    // Only what is called can be another class.
    if is_base(expression) && !matches!(used_for, UsedFor::Persist(Persist { wiring: Wiring::Callee { .. }, .. })) {
        return Err(None);
    }
    let statement = statement_of(expression);
    if let (UsedFor::Expose(facts), Some(method)) =
        (used_for, captures.get("listen").and_then(|listen| member(file, *listen)))
        && !facts.listens.iter().any(|listens| listens == file.text_of(method.1))
    {
        return Err(Some(method.1.byte_range()));
    }
    Ok(Recognised {
        library: &client.library,
        symbol,
        name: own_name.unwrap_or(name).to_owned(),
        beside,
        used_for,
        expression: expression.byte_range(),
        callee: callee.unwrap_or(0..0),
        arguments,
        options: named_options(file, expression),
        literal: string_literal(file, expression).map(str::to_owned),
        item: item(expression).map_or("", |item| file.text_of(item)).to_owned(),
        fallback: fallback(file, expression),
        listens: None,
        exported: captures.contains_key("name") && statement.kind() == "export_statement",
        top_level: statement.parent().is_none_or(|parent| parent.parent().is_none()),
        has_entries: made.kind() == "dictionary" && made.named_child_count() > 0,
        inside: definition_around(file, expression).map(|definition| definition.byte_range()),
        classes: derived.map(|class| class.classes).unwrap_or_default(),
    })
}

/// Whether a class is made of it: `class Database extends PrismaClient`.
fn is_base(expression: Node<'_>) -> bool {
    expression.kind() == "extends_clause"
}

/// The name of the class that extends something.
fn class_name<'text>(file: &Parsed<'text>, extends: Node<'_>) -> &'text str {
    let class = extends.parent().and_then(|heritage| heritage.parent());
    class.and_then(|class| class.child_by_field_name("name")).map_or("", |name| file.text_of(name))
}

/// What an item is taken by.
fn item(expression: Node<'_>) -> Option<Node<'_>> {
    let of = |field: &str| expression.child_by_field_name(field);
    match expression.kind() {
        "member_expression" => of("property"),
        "subscript_expression" => of("index"),
        _ => of("subscript"),
    }
}

/// The text that stands behind `??` or `||`.
fn fallback(file: &Parsed<'_>, expression: Node<'_>) -> Option<String> {
    let parent = expression.parent().filter(|parent| parent.kind() == "binary_expression")?;
    let of = |field: &str| parent.child_by_field_name(field);
    let chooses = of("operator").is_some_and(|operator| matches!(operator.kind(), "??" | "||"));
    let right = of("right").filter(|_| chooses && of("left") == Some(expression))?;
    string_literal(file, right).map(str::to_owned)
}

/// `export default new Map()`
fn is_default_export(expression: Node<'_>) -> bool {
    let parent = expression.parent().filter(|parent| parent.kind() == "export_statement");
    parent.and_then(|parent| parent.child_by_field_name("value")) == Some(expression)
}

/// The library that one of the canonical names is of, and that name, for the directive's capability, where its conditions hold.
fn library<'a>(
    context: &Context<'a>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    (name, arguments): (&str, &[CallArgument]),
    meaning: &Meaning<'_>,
) -> Option<(&'a catalog::Client, String)> {
    let secret = matches!(annotation.request, Request::Persist { secret: true, .. });
    let holds = |client: &&catalog::Client| {
        let named = client.names.is_empty() || client.names.iter().any(|known| known == name);
        let given = client.when.as_ref().is_none_or(|when| {
            let keyword = arguments.iter().find(|one| one.keyword.as_ref() == Some(&when.keyword));
            let argument = keyword.or_else(|| arguments.get(when.position).filter(|one| one.keyword.is_none()));
            let Some(argument) = argument else { return when.or_absent };
            let starts = |text: &String| when.starts.iter().any(|start| text.starts_with(start));
            let is = |text: &String| symbol::of_text(context, file, text).iter().any(|one| when.is.contains(one));
            argument.literal.as_ref().is_some_and(starts) || argument.name.as_ref().is_some_and(is)
        });
        let capability = client.used_for.capability() == annotation.origin.capability;
        capability && client.is_for_secrets() == secret && named && given
    };
    let language = file.grammar.language();
    meaning.symbols.iter().find_map(|symbol| {
        let client = context.catalog.clients_of(language, symbol).find(&holds)?;
        Some((client, symbol.clone()))
    })
}

/// The call whose result the file names `object`.
fn made_as<'tree>(file: &'tree Parsed<'_>, object: Node<'_>) -> Option<Node<'tree>> {
    let named =
        |captures: &Captures<'_>| captures.get("name").is_some_and(|name| file.text_of(*name) == file.text_of(object));
    let declared = matches(file, file.root(), Capability::Expose.name()).into_iter().find(named)?;
    declared.get("expression").copied()
}
