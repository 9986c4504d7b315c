//! Follows names and expressions through files, and says of each use what it does.

mod javascript;

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::flow::{self, Use};
use super::name::{self, Name};
use super::{Found, Thing, place, problem};
use crate::analyze::client::{Recognised, symbols};
use crate::analyze::{Construct, Context};
use crate::app::{Operation, SourceLine, StoreKind};
use crate::catalog::{Files, Persist};
use crate::source::{Language, LineIndex, ProjectPath, Span};
use crate::syntax::{Parsed, arguments, string_literal};

pub(super) struct Search<'a> {
    context: &'a Context<'a>,
    construct: &'a Construct<'a>,
    all: &'a [Construct<'a>],
    facts: &'a Persist,
    found: Found,
    /// The names of things, by file.
    names: BTreeMap<ProjectPath, BTreeSet<Name>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        construct: &'a Construct<'a>,
        all: &'a [Construct<'a>],
        facts: &'a Persist,
    ) -> Self {
        Self { context, construct, all, facts, found: Found::default(), names: BTreeMap::new() }
    }

    /// What the annotated statement itself says.
    fn start(&mut self, files: &Files) {
        let client: &Recognised<'_> = &self.construct.client;
        let home = &self.construct.annotation.origin.at.file;
        let Some(file) = self.context.marked.get(home).copied() else { return };
        let Some(node) = file.root().descendant_for_byte_range(client.expression.start, client.expression.end) else {
            return;
        };
        if file.grammar.language() == Language::TypeScript {
            return self.start_of_module(file, node);
        }
        if matches!(node.kind(), "import_statement" | "import_from_statement") {
            let scope = name::holds_in(node);
            let within = scope.map(|scope| (scope.start_byte(), scope.end_byte()));
            self.add(
                home,
                Name { text: client.name.clone(), within, thing: Thing::Path, method: None },
                scope.is_none(),
            );
            self.check_imports(file, node, within);
            return;
        }
        if files.called_as.is_some() {
            self.called(file, files, node);
            self.follow(file, node, Thing::File, true);
        } else {
            let named = client.arguments.first();
            self.found.base = named.map(|argument| place(file, argument.range.clone()));
            self.follow(file, node, Thing::Path, true);
        }
    }

    /// Starts at the annotated statement, and follows names until there are no new ones.
    pub(super) fn run(mut self, files: &Files) -> Found {
        self.start(files);
        self.follow_names();
        self.found
    }

    fn follow_names(&mut self) {
        let mut done: BTreeSet<(ProjectPath, Name)> = BTreeSet::new();
        loop {
            let waiting: Vec<_> = self
                .names
                .iter()
                .flat_map(|(path, names)| names.iter().map(|name| (path.clone(), name.clone())))
                .filter(|one| !done.contains(one))
                .collect();
            if waiting.is_empty() {
                return;
            }
            let mut by_file: BTreeMap<ProjectPath, Vec<Name>> = BTreeMap::new();
            for (path, name) in waiting {
                done.insert((path.clone(), name.clone()));
                by_file.entry(path).or_default().push(name);
            }
            for (path, names) in by_file {
                if let Some(file) = self.context.marked.get(&path).copied() {
                    self.names_in(file, &names);
                } else if let Some(file) = self.context.project.text(&path).and_then(|text| Parsed::new(&path, text)) {
                    self.names_in(&file, &names);
                }
            }
        }
    }

    fn names_in(&mut self, file: &Parsed<'_>, names: &[Name]) {
        for one in names {
            if file.grammar.language() == Language::TypeScript {
                self.uses_of_module(file, one);
                continue;
            }
            // A name that means something else as well is no proof of an error.
            let sure = !self.is_mixed(file, one);
            if !sure {
                let at = one.within.map_or(0, |(start, _)| start);
                self.everything(file, at);
            }
            let uses: Vec<_> = name::uses(file, |node| one.is_meant(file, node)).collect();
            for node in uses {
                self.follow(file, node, one.thing, sure);
            }
        }
    }

    /// Whether the name is given to something that is not of the store.
    fn is_mixed(&self, file: &Parsed<'_>, one: &Name) -> bool {
        let own = self.names.get(&file.path).into_iter().flatten().filter(|other| other.text == one.text);
        let known = own.filter(|other| other.within == one.within).count();
        let range = one.within.map_or(0..file.text.len(), |(start, end)| start..end);
        let given = name::given(file, range, &one.text)
            .filter(|target| name::holds_in(*target).map(|scope| (scope.start_byte(), scope.end_byte())) == one.within)
            .filter(|target| !self.is_derived(file, *target));
        known > 1 || given.count() > 0
    }

    /// Whether what is assigned to `target` is of the store: its value mentions a thing that is.
    fn is_derived(&self, file: &Parsed<'_>, target: Node<'_>) -> bool {
        let Some(parent) = target.parent() else { return false };
        let parent = if parent.kind() == "as_pattern_target" { parent.parent().unwrap_or(parent) } else { parent };
        let within = parent.byte_range();
        let client = &self.construct.client;
        let at_home = file.path == self.construct.annotation.origin.at.file;
        if at_home && within.start <= client.expression.start && client.expression.end <= within.end {
            return true;
        }
        let names: Vec<_> = self.names.get(&file.path).into_iter().flatten().collect();
        name::uses(file, |node| names.iter().any(|one| one.is_meant(file, node)))
            .any(|node| within.start <= node.start_byte() && node.end_byte() <= within.end)
    }

    fn follow(&mut self, file: &Parsed<'_>, start: Node<'_>, thing: Thing, sure: bool) {
        for one in flow::of(file, self.facts, start, thing) {
            match one {
                Use::Method { thing, name, call } => self.method(file, thing, (name, call), sure),
                Use::Called { call } => {
                    if let Some(files) = &self.facts.files {
                        self.called(file, files, call);
                    }
                }
                Use::Argument { node, function } => self.argument(file, node, function, sure),
                Use::Part { path, part } => self.part(file, path, part),
                Use::Gone { node } => self.everything(file, node.start_byte()),
                Use::Named { name, exported } => self.add(&file.path.clone(), name, exported),
            }
        }
    }

    /// A new name of a thing, and what other files call it.
    fn add(&mut self, path: &ProjectPath, name: Name, exported: bool) {
        if exported {
            for (other, texts) in self.context.graph.references(path, &name.text) {
                let names = texts.into_iter().map(|text| Name {
                    text,
                    within: None,
                    thing: name.thing,
                    method: name.method.clone(),
                });
                self.names.entry(other).or_default().extend(names);
            }
        }
        self.names.entry(path.clone()).or_default().insert(name);
    }

    fn method(&mut self, file: &Parsed<'_>, thing: Thing, (name, call): (Node<'_>, Option<Node<'_>>), sure: bool) {
        let (Some(files), method) = (&self.facts.files, file.text_of(name)) else { return };
        let at = Span::new(&file.path, name.byte_range());
        let annotation = self.construct.annotation;
        let instead = match thing {
            Thing::File => files.unsupported.get(method),
            Thing::Module | Thing::Path => self.facts.unsupported.get(method),
            // A list of paths, or the language's own iterator.
            Thing::Several => return,
        };
        let closed = thing == Thing::Path && self.facts.closed && !self.is_known(files, method);
        if sure && (instead.is_some() || closed) && !method.starts_with('_') {
            let instead = instead.map(String::as_str);
            self.found.problems.push(problem::unsupported(annotation, self.facts.kind, at, method, instead));
            return;
        }
        if thing == Thing::File {
            return;
        }
        if let Some(position) = files.opens.get(method) {
            let Some(call) = call else { return self.everything(file, name.start_byte()) };
            self.opened(file, call, *position, &at);
            if files.by_path.iter().any(|known| known == method) {
                self.first_place(file, call);
            }
            return;
        }
        for operation in self.operations(method) {
            self.check_secret(&operation, &at, method);
            self.record(file, name.start_byte(), operation);
        }
    }

    fn is_known(&self, files: &Files, method: &str) -> bool {
        let facts = self.facts;
        let lists =
            [&facts.reads, &facts.writes, &facts.lists, &facts.deletes, &facts.neutral, &files.makes, &files.yields];
        files.opens.contains_key(method) || lists.iter().any(|list| list.iter().any(|known| known == method))
    }

    fn operations(&self, method: &str) -> Vec<Operation> {
        let facts = self.facts;
        let lists = [
            (&facts.reads, Operation::Read),
            (&facts.lists, Operation::List),
            (&facts.writes, Operation::Write),
            (&facts.deletes, Operation::Delete),
        ];
        let found = lists.into_iter().filter(|(names, _)| names.iter().any(|known| known == method));
        found.map(|(_, operation)| operation).collect()
    }

    /// A call of the function that opens files, by whatever name.
    fn called(&mut self, file: &Parsed<'_>, files: &Files, call: Node<'_>) {
        let position = files.called_as.as_ref().and_then(|method| files.opens.get(method)).copied();
        let Some(position) = position else { return self.everything(file, call.start_byte()) };
        let at = Span::new(&file.path, call.byte_range());
        self.opened(file, call, position, &at);
        self.first_place(file, call);
    }

    /// What opening a file may do, by its mode.
    fn opened(&mut self, file: &Parsed<'_>, call: Node<'_>, position: usize, at: &Span) {
        let given = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
        let keyword = given.iter().find(|one| one.keyword.is_some_and(|name| file.text_of(name) == "mode"));
        let plain = given.iter().filter(|one| one.keyword.is_none()).nth(position);
        let mode = keyword.or(plain);
        let Some(mode) = mode.map_or(Some("r"), |mode| string_literal(file, mode.value)) else {
            return self.everything(file, call.start_byte());
        };
        let reads = !mode.contains(['w', 'x']) || mode.contains('+');
        if reads {
            self.record(file, call.start_byte(), Operation::Read);
        }
        if mode.contains(['w', 'x', 'a', '+']) {
            self.check_secret(&Operation::Write, at, "open");
            self.record(file, call.start_byte(), Operation::Write);
        } else {
            self.check_project(file, call);
        }
    }

    /// Says so where the code wants to read a file of the project from the store.
    fn check_project(&mut self, file: &Parsed<'_>, call: Node<'_>) {
        let named = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
        let Some(path) = named.first().and_then(|first| string_literal(file, first.value)) else { return };
        let known =
            ProjectPath::new(std::path::Path::new(path)).is_some_and(|path| self.context.project.contains(&path));
        if known && !self.is_secret() {
            let at = Span::new(&file.path, named[0].value.byte_range());
            self.found.problems.push(problem::not_in_store(self.construct.annotation, at, path));
        }
    }

    fn argument(&mut self, file: &Parsed<'_>, node: Node<'_>, function: Option<Node<'_>>, sure: bool) {
        let Some(files) = &self.facts.files else { return };
        let Some(function) = function else { return self.everything(file, node.start_byte()) };
        let text = name::spaceless(file, function);
        if self.is_of_store(file, &text, function) {
            return;
        }
        let symbols = symbols(self.context, file, function);
        if symbols.iter().any(|symbol| files.harmless.contains(symbol)) {
            return;
        }
        let matches = |known: &str, symbol: &str| match known.strip_suffix('*') {
            Some(start) => symbol.starts_with(start),
            None => symbol == known,
        };
        let instead = symbols.iter().find_map(|symbol| {
            files.elsewhere.iter().find(|(known, _)| matches(known, symbol)).map(|(_, instead)| instead)
        });
        match instead.filter(|_| sure) {
            Some(instead) => {
                let at = Span::new(&file.path, node.byte_range());
                self.found.problems.push(problem::elsewhere(self.construct.annotation, at, &text, instead));
            }
            None => self.everything(file, node.start_byte()),
        }
    }

    /// Whether a function stands for the same store itself, so that it takes the store's paths.
    fn is_of_store(&self, file: &Parsed<'_>, text: &str, function: Node<'_>) -> bool {
        let id = &self.construct.annotation.origin.id;
        self.all.iter().filter(|one| one.annotation.origin.id == *id).any(|one| {
            let at_home = one.annotation.origin.at.file == file.path && one.client.callee == function.byte_range();
            let names = one.references.get(&file.path).into_iter().flatten();
            let mut by_name = names.filter(|name| !name.is_empty());
            at_home
                || by_name.any(|name| {
                    text == name || text.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'))
                })
        })
    }

    /// The name that an import gives, where a later import gives it back to the library.
    fn check_imports(&mut self, file: &Parsed<'_>, own: Node<'_>, within: Option<(usize, usize)>) {
        let (name, id) = (&self.construct.client.name, &self.construct.annotation.origin.id);
        let covered = |node: Node<'_>| {
            self.all.iter().any(|one| {
                one.annotation.origin.at.file == file.path
                    && one.client.expression == node.byte_range()
                    && one.annotation.origin.id == *id
            })
        };
        let again: Vec<_> = name::imports(file)
            .filter(|node| node.start_byte() > own.start_byte() && !covered(*node))
            .filter(|node| name::holds_in(*node).map(|scope| (scope.start_byte(), scope.end_byte())) == within)
            .filter(|node| name::names_of(file, *node).any(|given| given == name))
            .map(|node| Span::new(&file.path, node.byte_range()))
            .collect();
        for at in again {
            self.found.problems.push(problem::given_back(self.construct.annotation, at, name));
        }
    }

    fn is_secret(&self) -> bool {
        self.facts.kind == StoreKind::Secret
    }

    fn check_secret(&mut self, operation: &Operation, at: &Span, method: &str) {
        if self.is_secret() && matches!(operation, Operation::Write | Operation::Delete) {
            self.found.problems.push(problem::secret_written(self.construct.annotation, at.clone(), method));
        }
    }

    fn first_place(&mut self, file: &Parsed<'_>, call: Node<'_>) {
        let given = call.child_by_field_name("arguments").map(arguments).unwrap_or_default();
        self.found.places.extend(given.first().map(|first| place(file, first.value.byte_range())));
    }

    /// Which file below a directory is meant; the outermost `/` says all of it.
    fn part(&mut self, file: &Parsed<'_>, path: Node<'_>, part: Node<'_>) {
        let goes_on = path
            .parent()
            .is_some_and(|outer| outer.kind() == "binary_operator" && outer.child_by_field_name("left") == Some(path));
        if !goes_on {
            self.found.places.push(place(file, part.byte_range()));
        }
    }

    fn everything(&mut self, file: &Parsed<'_>, at: usize) {
        self.record(file, at, Operation::Read);
        if !self.is_secret() {
            for operation in [Operation::List, Operation::Write, Operation::Delete] {
                self.record(file, at, operation);
            }
        }
    }

    fn record(&mut self, file: &Parsed<'_>, at: usize, operation: Operation) {
        let line = SourceLine { file: file.path.clone(), line: LineIndex::new(file.text).position(at).line };
        self.found.operations.entry(file.path.clone()).or_default().insert((operation, line));
    }
}
