//! The routes of URL configurations: <https://docs.djangoproject.com/en/5.2/topics/http/urls/>.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::super::Context;
use super::super::path::{WrittenPath, catch_all};
use super::pattern::{Pattern, Piece};
use super::regular_expression::{read, stays_in_segment};
use super::settings::{inside, values};
use super::{DjangoProject, missing};
use crate::app::{Method, Route, RoutePath, SourceLine};
use crate::catalog::{Django, Matches};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, LineIndex, Project, ProjectPath, Span};
use crate::syntax::{Argument, Parsed, ResolvedSymbol, Target, arguments, callee, imported_module, string_literal};

/// Modules and variables that take in one another, followed before giving up.
const MAX_DEPTH: usize = 32;

/// The modules of the project that the URL configuration `path` includes by their names.
pub(super) fn included_modules(project: &Project, facts: &Django, path: &ProjectPath) -> Vec<Target> {
    let Some(text) = project.text(path).filter(|_| Language::of(path) == Some(Language::Python)) else {
        return Vec::new();
    };
    // Most files are no URL configuration, and a tree costs more than a look at the text.
    let words = facts.urls.include.iter().filter_map(|name| name.rsplit('.').next());
    if !words.into_iter().any(|word| text.contains(&format!("{word}("))) || !text.contains(&facts.urls.patterns) {
        return Vec::new();
    }
    let Some(file) = Parsed::new(path, text) else { return Vec::new() };
    let names = |node: Node<'_>| {
        let called = callee(node)?;
        let word = file.text_of(called).rsplit('.').next()?;
        let includes = facts.urls.include.iter().any(|name| name.rsplit('.').next() == Some(word));
        let first = node.child_by_field_name("arguments").filter(|_| includes)?.named_child(0)?;
        let text = if first.kind() == "tuple" { first.named_child(0)? } else { first };
        string_literal(&file, text).map(str::to_owned)
    };
    let modules = inside(file.root()).into_iter().filter(|node| node.kind() == "call").filter_map(names);
    modules.map(|module| imported_module(project, path, &module)).filter(|target| target.module.is_some()).collect()
}

/// The routes of a project. Django answers any method on each.
pub(super) fn routes(context: &Context<'_>, project: &DjangoProject, diagnostics: &mut Diagnostics) -> Vec<Route> {
    let facts = context.catalog.django();
    let converters = facts.urls.converters.iter().map(|(name, matches)| (name.clone(), Some(*matches))).collect();
    let mut reader = Reader { context, facts, converters, found: Vec::new(), open: Vec::new(), diagnostics };
    if let Some(urls) = &project.urls {
        reader.variable(urls, &facts.urls.patterns, &Pattern::default());
    }
    if let Some((url, at)) = &project.static_files {
        let text = context.project.text(&at.file).unwrap_or_default();
        let at = SourceLine { file: at.file.clone(), line: LineIndex::new(text).position(at.start).line };
        let folder = Piece::Literal(format!("{}/", url.trim_matches('/')));
        if let WrittenPath::Known(path) = Pattern::new(vec![folder, Piece::Rest("path".to_owned())]).written() {
            for method in [Method::Get, Method::Head] {
                reader.found.push(route(path.clone(), method, at.clone()));
            }
        }
    }
    reader.found
}

struct Reader<'r, 'a> {
    context: &'r Context<'a>,
    facts: &'r Django,
    /// What each converter matches; nothing that a route can say for some.
    converters: BTreeMap<String, Option<Matches>>,
    found: Vec<Route>,
    /// The variables being read: one that leads to itself would never end.
    open: Vec<(ProjectPath, String)>,
    diagnostics: &'r mut Diagnostics,
}

impl<'a> Reader<'_, 'a> {
    /// The patterns in a variable of a module.
    fn variable(&mut self, path: &ProjectPath, name: &str, prefix: &Pattern) {
        let key = (path.clone(), name.to_owned());
        if self.open.len() >= MAX_DEPTH || self.open.contains(&key) {
            return;
        }
        let Some(file) = self.context.project.text(path).and_then(|text| Parsed::new(path, text)) else { return };
        self.open.push(key);
        self.register(&file);
        let values = values(&file, name);
        if values.is_empty() {
            self.imported(&file, name, prefix, None);
        }
        for value in values {
            self.patterns(&file, value.node, prefix);
        }
        self.open.pop();
    }

    /// The patterns that a name stands for which the file takes from elsewhere; `at` is where it is used.
    fn imported(&mut self, file: &Parsed<'a>, name: &str, prefix: &Pattern, at: Option<Node<'_>>) {
        match self.context.graph.symbol(&file.path, name) {
            ResolvedSymbol::Project { file: other, name } if other != file.path && !name.contains('.') => {
                let name = if name.is_empty() { &self.facts.urls.patterns } else { &name };
                self.variable(&other, name, prefix);
            }
            ResolvedSymbol::Project { .. } | ResolvedSymbol::External(_) => {
                if let Some(at) = at {
                    self.unknown(file, at, prefix.prefix());
                }
            }
        }
    }

    /// The patterns that an expression holds.
    fn patterns(&mut self, file: &Parsed<'a>, node: Node<'_>, prefix: &Pattern) {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let mut cursor = node.walk();
            match node.kind() {
                "comment" => {}
                "list" | "tuple" | "parenthesized_expression" | "list_splat" => {
                    let mut children: Vec<_> = node.named_children(&mut cursor).collect();
                    children.reverse();
                    waiting.extend(children);
                }
                "binary_operator" if node.child_by_field_name("operator").is_some_and(|it| file.text_of(it) == "+") => {
                    waiting.extend(node.child_by_field_name("right"));
                    waiting.extend(node.child_by_field_name("left"));
                }
                "identifier" if !values(file, file.text_of(node)).is_empty() => {
                    self.variable(&file.path, file.text_of(node), prefix);
                }
                "identifier" | "attribute" => self.imported(file, file.text_of(node), prefix, Some(node)),
                "call" => self.call(file, node, prefix),
                // A grammar's kinds are open to us; what others hold is not known.
                _ => self.unknown(file, node, prefix.prefix()),
            }
        }
    }

    fn call(&mut self, file: &Parsed<'a>, call: Node<'_>, prefix: &Pattern) {
        let Some(symbol) = self.symbol(file, call) else { return self.unknown(file, call, prefix.prefix()) };
        let (urls, list) = (&self.facts.urls, given(call));
        if urls.path.contains(&symbol) {
            let converters = &self.converters;
            let matched = |converter: &str, name: &str| match converters.get(converter) {
                Some(Some(Matches::Segment)) => Piece::Parameter(name.to_owned()),
                Some(Some(Matches::Rest)) => Piece::Rest(name.to_owned()),
                Some(None) | None => Piece::Unknown,
            };
            let written = argument(file, &list, "route", 0).and_then(|node| string_literal(file, node));
            let own = written.map(|written| Pattern::of_path(written, matched));
            self.pattern(file, call, prefix, own);
        } else if urls.regular_expression.contains(&symbol) {
            let nested = argument(file, &list, "view", 1).is_some_and(|view| self.is_nested(file, view));
            let written = ["route", "regex"].iter().find_map(|keyword| argument(file, &list, keyword, 0));
            let own = written.and_then(|node| raw_literal(file, node)).map(|expression| read(expression, !nested));
            self.pattern(file, call, prefix, own);
        } else if urls.include.contains(&symbol) {
            if let Some(first) = argument(file, &list, "arg", 0) {
                self.include(file, first, prefix);
            }
        } else if !urls.nothing.contains(&symbol) {
            self.unknown(file, call, prefix.prefix());
        }
    }

    /// One pattern behind `prefix`: `own` is its path, where that is known.
    fn pattern(&mut self, file: &Parsed<'a>, call: Node<'_>, prefix: &Pattern, own: Option<Pattern>) {
        let called = callee(call).unwrap_or(call);
        let Some(own) = own else { return self.unknown(file, called, prefix.prefix()) };
        let whole = prefix.then(&own);
        match argument(file, &given(call), "view", 1) {
            Some(view) if self.is_nested(file, view) => self.nested(file, view, &whole),
            Some(_) | None => match whole.written() {
                WrittenPath::Known(path) => {
                    self.found.push(route(path, Method::Any, line(file, called)));
                }
                WrittenPath::KnownUpTo(path) => self.unknown(file, called, path),
            },
        }
    }

    /// Whether a pattern's view is other patterns.
    fn is_nested(&self, file: &Parsed<'a>, view: Node<'_>) -> bool {
        match view.kind() {
            "list" | "tuple" => true,
            "call" => self.symbol(file, view).is_some_and(|symbol| self.facts.urls.include.contains(&symbol)),
            "attribute" => {
                let name = view.child_by_field_name("attribute").map(|name| file.text_of(name));
                name.is_some_and(|name| self.facts.urls.attributes.iter().any(|known| known == name))
            }
            // A grammar's kinds are open to us; any other one is a view.
            _ => false,
        }
    }

    fn nested(&mut self, file: &Parsed<'a>, view: Node<'_>, prefix: &Pattern) {
        match view.kind() {
            // The patterns, and their names: `([…], "shop")`.
            "tuple" => view.named_child(0).into_iter().for_each(|first| self.patterns(file, first, prefix)),
            _ => self.patterns(file, view, prefix),
        }
    }

    /// What `include` takes in: a module by its name, a module, or patterns with or without a name for them.
    fn include(&mut self, file: &Parsed<'a>, what: Node<'_>, prefix: &Pattern) {
        if what.kind() == "tuple" {
            return what.named_child(0).into_iter().for_each(|first| self.include(file, first, prefix));
        }
        let Some(module) = string_literal(file, what) else { return self.patterns(file, what, prefix) };
        let target = imported_module(self.context.project, &file.path, module);
        if let Some(found) = target.module {
            self.variable(&found, &self.facts.urls.patterns, prefix);
        } else {
            if target.missing {
                self.diagnostics.push(missing(module, Span::new(&file.path, what.byte_range())));
            }
            self.unknown(file, what, prefix.prefix());
        }
    }

    /// The converters that a file gives names.
    fn register(&mut self, file: &Parsed<'a>) {
        for call in inside(file.root()).into_iter().filter(|node| node.kind() == "call") {
            if !self.symbol(file, call).is_some_and(|symbol| self.facts.urls.register.contains(&symbol)) {
                continue;
            }
            let list = given(call);
            let name = argument(file, &list, "type_name", 1).and_then(|node| string_literal(file, node));
            let class = argument(file, &list, "converter", 0);
            if let (Some(name), Some(class)) = (name, class) {
                let plain = self.expression(file, class).is_some_and(|text| stays_in_segment(&text));
                self.converters.insert(name.to_owned(), plain.then_some(Matches::Segment));
            }
        }
    }

    /// The regular expression of a converter's class.
    fn expression(&self, file: &Parsed<'a>, class: Node<'_>) -> Option<String> {
        let ResolvedSymbol::Project { file: path, name } = self.context.graph.symbol(&file.path, file.text_of(class))
        else {
            return None;
        };
        let file = Parsed::new(&path, self.context.project.text(&path)?)?;
        let named = |node: Node<'_>, wanted: &str| {
            node.child_by_field_name("name")
                .or_else(|| node.child_by_field_name("left"))
                .is_some_and(|it| file.text_of(it) == wanted)
        };
        let nodes = inside(file.root());
        let class = nodes.into_iter().find(|node| node.kind() == "class_definition" && named(*node, &name))?;
        let set = inside(class).into_iter().find(|node| node.kind() == "assignment" && named(*node, "regex"))?;
        raw_literal(&file, set.child_by_field_name("right")?).map(str::to_owned)
    }

    fn symbol(&self, file: &Parsed<'a>, call: Node<'_>) -> Option<String> {
        let written: String = file.text_of(callee(call)?).split_whitespace().collect();
        match self.context.graph.symbol(&file.path, &written) {
            ResolvedSymbol::External(symbol) => Some(symbol),
            ResolvedSymbol::Project { .. } => None,
        }
    }

    fn unknown(&mut self, file: &Parsed<'a>, node: Node<'_>, prefix: RoutePath) {
        let shown = callee(node).unwrap_or(node);
        let text: String = file.text_of(shown).split_whitespace().collect::<Vec<_>>().join(" ");
        let name = if text.chars().count() > LONGEST { "patterns" } else { &text };
        let [itself, below] = catch_all(prefix);
        self.diagnostics.push(
            Diagnostic::new(
                Code::CatchAllRoute,
                format!("the paths behind this `{name}` became `{itself}` and `{below}`"),
            )
            .at(Span::new(&file.path, shown.byte_range()), "its paths are not known from the code")
            .help("the application still decides what it answers; only the gateway is less exact"),
        );
        let at = line(file, shown);
        self.found.extend([itself, below].map(|path| route(path, Method::Any, at.clone())));
    }
}

/// Characters of code that a message shows.
const LONGEST: usize = 40;

const fn route(path: RoutePath, method: Method, at: SourceLine) -> Route {
    // Django redirects to the path with the slash that it has; the route ends with it.
    Route { path, method, slash_optional: false, by_framework: false, at }
}

fn line(file: &Parsed<'_>, node: Node<'_>) -> SourceLine {
    SourceLine { file: file.path.clone(), line: LineIndex::new(file.text).position(node.start_byte()).line }
}

fn given(call: Node<'_>) -> Vec<Argument<'_>> {
    call.child_by_field_name("arguments").map(arguments).unwrap_or_default()
}

/// An argument by its keyword, or where it stands without one.
fn argument<'t>(file: &Parsed<'_>, list: &[Argument<'t>], keyword: &str, position: usize) -> Option<Node<'t>> {
    let named = list.iter().find(|one| one.keyword.is_some_and(|name| file.text_of(name) == keyword));
    let placed = || list.get(position).filter(|one| one.keyword.is_none());
    named.or_else(placed).map(|one| one.value)
}

/// A string literal in which a backslash stands for itself.
fn raw_literal<'text>(file: &Parsed<'text>, node: Node<'_>) -> Option<&'text str> {
    if let Some(plain) = string_literal(file, node) {
        return Some(plain);
    }
    let raw = file.text_of(node).strip_prefix(['r', 'R']).filter(|_| node.kind() == "string")?;
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    quotes.iter().find_map(|quote| raw.strip_prefix(quote)?.strip_suffix(quote))
}
