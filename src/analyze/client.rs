use std::ops::Range;

use tree_sitter::Node;

use super::Context;
use super::calls::{CallArgument, all_arguments};
use crate::annotation::Annotation;
use crate::app::{Capability, Client, Wiring};
use crate::catalog::{self, Expose, Persist, Pubsub, Use};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{LineIndex, Span};
use crate::syntax::{Captures, Parsed, ResolvedSymbol, callee, matches, matches_around, member, statement_of};

/// An annotated statement whose client library is known.
pub(super) struct Recognised<'a> {
    pub(super) library: &'a str,
    /// The name by which the code speaks of the object: `client`, `self.client`.
    pub(super) name: String,
    pub(super) used_for: UsedFor<'a>,
    pub(super) expression: Range<usize>,
    pub(super) callee: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
    /// Whether the statement itself exports the name.
    pub(super) exported: bool,
    /// Whether the statement stands at the top of its module.
    pub(super) top_level: bool,
}

/// The facts of the library, by capability.
#[derive(Clone, Copy)]
pub(super) enum UsedFor<'a> {
    Expose(&'a Expose),
    Persist(&'a Persist),
    Pubsub(&'a Pubsub),
}

impl<'a> UsedFor<'a> {
    /// Whether what other code does with the object matters: the routes that it adds, the events that it emits.
    pub(super) const fn is_followed(self) -> bool {
        match self {
            Self::Expose(_) | Self::Pubsub(_) => true,
            Self::Persist(_) => false,
        }
    }

    /// Methods that return the object that they are called on.
    pub(super) fn chains(self) -> &'a [String] {
        match self {
            Self::Expose(facts) => &facts.chains,
            Self::Persist(_) => &[],
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
            wiring: wiring.clone(),
        }
    }
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
    candidates.retain(|captures| {
        captures.get("expression").is_some_and(|node| {
            // With `a = b = Redis()` the object has two names, and its uses could not all be found by one.
            let aliased =
                node.parent().and_then(|named| named.parent()).is_some_and(|outer| outer.kind() == "assignment");
            !aliased && statement_of(*node).byte_range() == *statement
        })
    });
    if candidates.is_empty() {
        diagnostics.push(wrong_shape(context, file, annotation, statement));
        return None;
    }
    let (mut found, mut unknown) = (None::<Recognised<'a>>, None);
    for captures in &candidates {
        match recognise_match(context, file, capability, captures) {
            Ok(recognised) => match &found {
                Some(first) if first.expression != recognised.expression => {
                    diagnostics.push(several(file, annotation, first, &recognised));
                    return None;
                }
                Some(_) => {}
                None => found = Some(recognised),
            },
            Err(callee) => unknown = unknown.or(callee),
        }
    }
    if found.is_some() {
        return found;
    }
    diagnostics.push(not_recognised(context, file, annotation, unknown.unwrap_or_else(|| statement.clone())));
    None
}

/// The library behind one match, or the callee that is not known.
fn recognise_match<'a>(
    context: &Context<'a>,
    file: &Parsed<'_>,
    capability: Capability,
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
        (None, None) => return Err(None),
    };
    let callee = callee(made).ok_or(None)?;
    let unknown = Some(callee.byte_range());
    let client = library(context, file, callee).ok_or_else(|| unknown.clone())?;
    let used_for = match (&client.used_for, capability) {
        (Use::Expose(facts), Capability::Expose) => UsedFor::Expose(facts),
        (Use::Persist(facts), Capability::Persist) => UsedFor::Persist(facts),
        (Use::Pubsub(facts), Capability::Pubsub) => UsedFor::Pubsub(facts),
        (Use::Expose(_) | Use::Persist(_) | Use::Pubsub(_), _) => return Err(unknown),
    };
    let statement = statement_of(expression);
    if let (UsedFor::Expose(facts), Some(method)) =
        (used_for, captures.get("listen").and_then(|listen| member(file, *listen)))
        && !facts.listens.iter().any(|listens| listens == file.text_of(method.1))
    {
        return Err(Some(method.1.byte_range()));
    }
    Ok(Recognised {
        library: &client.library,
        name: name.to_owned(),
        used_for,
        expression: expression.byte_range(),
        callee: callee.byte_range(),
        arguments: all_arguments(file, expression),
        exported: captures.contains_key("name") && statement.kind() == "export_statement",
        top_level: statement.parent().is_none_or(|parent| parent.parent().is_none()),
    })
}

/// The library that makes what `callee` makes.
fn library<'a>(context: &Context<'a>, file: &Parsed<'_>, callee: Node<'_>) -> Option<&'a catalog::Client> {
    // A name may go on on the next line, behind a backslash in Python.
    let written: String = file.text_of(callee).split(|c: char| c.is_whitespace() || c == '\\').collect();
    if defines(file, &written) {
        return None;
    }
    let known = |symbol: &str| context.catalog.client(file.grammar.language(), symbol);
    match context.graph.symbol(&file.path, &written) {
        ResolvedSymbol::External(symbol) => known(&symbol),
        ResolvedSymbol::Project { file: made, name } if made == file.path && name == written => {
            context.graph.starred(&file.path, &written).iter().find_map(|symbol| known(symbol))
        }
        ResolvedSymbol::Project { .. } => None,
    }
}

/// Whether the module has a class or function of its own by the first name of `dotted`, which hides an import.
fn defines(file: &Parsed<'_>, dotted: &str) -> bool {
    let first = dotted.split('.').next().unwrap_or(dotted);
    let root = file.root();
    let mut cursor = root.walk();
    root.named_children(&mut cursor).any(|node| {
        let node = node.child_by_field_name("definition").unwrap_or(node);
        let defines = matches!(node.kind(), "class_definition" | "function_definition");
        defines && node.child_by_field_name("name").is_some_and(|name| file.text_of(name) == first)
    })
}

/// The call whose result the file names `object`.
fn made_as<'tree>(file: &'tree Parsed<'_>, object: Node<'_>) -> Option<Node<'tree>> {
    let named =
        |captures: &Captures<'_>| captures.get("name").is_some_and(|name| file.text_of(*name) == file.text_of(object));
    let declared = matches(file, file.root(), Capability::Expose.name()).into_iter().find(named)?;
    declared.get("expression").copied()
}

fn wrong_shape(
    context: &Context<'_>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    statement: &Range<usize>,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    let example = context.catalog.schema(capability).examples.get(file.grammar.language().name());
    let example = example.and_then(|text| text.trim().lines().last());
    let made = match capability {
        Capability::Expose => "an application",
        Capability::Persist => "a client",
        Capability::Pubsub => "an emitter",
        Capability::ExecutionUnit => "a unit",
    };
    let help = match example {
        Some(line) => format!("put it above the statement that makes {made} and names it, such as `{line}`"),
        None => format!("`@klotho::{capability}` has no use in {} yet", file.grammar.language().title()),
    };
    let end = statement.start + file.text[statement.clone()].lines().next().map_or(0, str::len);
    Diagnostic::new(Code::AttachedToWrongShape, format!("`@klotho::{capability}` does not fit the code below it"))
        .at(Span::new(&file.path, statement.start..end), format!("does not make {made} and give it a name"))
        .also(annotation.origin.span.clone(), "because of this directive")
        .help(help)
}

fn several(file: &Parsed<'_>, annotation: &Annotation, first: &Recognised<'_>, second: &Recognised<'_>) -> Diagnostic {
    let capability = annotation.origin.capability;
    Diagnostic::new(
        Code::AttachedToWrongShape,
        format!("`@klotho::{capability}` stands above two clients in one statement"),
    )
    .at(Span::new(&file.path, second.expression.clone()), format!("`{}` would get no directive", second.name))
    .also(Span::new(&file.path, first.expression.clone()), format!("`{}` is the first one", first.name))
    .help("make each in a statement of its own, under a directive of its own")
}

fn not_recognised(
    context: &Context<'_>,
    file: &Parsed<'_>,
    annotation: &Annotation,
    callee: Range<usize>,
) -> Diagnostic {
    let capability = annotation.origin.capability;
    let language = file.grammar.language();
    let written = &file.text[callee.clone()];
    let symbol = match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(_) if defines(file, written) => format!("`{written}` is made in this file"),
        ResolvedSymbol::External(symbol) => format!("it is `{symbol}`"),
        ResolvedSymbol::Project { file: made, name } if made == file.path => {
            format!("`{name}` is not imported from a known library")
        }
        ResolvedSymbol::Project { file: made, name } => format!("it is `{name}` of `{made}`"),
    };
    let known: Vec<&catalog::Client> =
        context.catalog.clients(language).iter().filter(|client| client.used_for.capability() == capability).collect();
    let hint = match context.graph.symbol(&file.path, written) {
        ResolvedSymbol::External(symbol) => known.iter().find_map(|client| client.hints.get(&symbol)).cloned(),
        ResolvedSymbol::Project { .. } => None,
    };
    let help = if let Some(hint) = hint {
        hint
    } else if known.is_empty() {
        format!("no {} library is known for `{capability}`", language.title())
    } else {
        let names: Vec<_> =
            known.iter().map(|client| format!("{} (`{}`)", client.library, client.symbols[0])).collect();
        format!("`@klotho::{capability}` knows {} in {}", names.join(", "), language.title())
    };
    let line = LineIndex::new(file.text).position(callee.start).line;
    Diagnostic::new(
        Code::ClientNotRecognised,
        format!("the library behind `{written}` on line {line} is not known for `{capability}`"),
    )
    .at(Span::new(&file.path, callee), symbol)
    .also(annotation.origin.span.clone(), "because of this directive")
    .help(help)
}
