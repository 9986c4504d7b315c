//! What is mounted and not followed, and what answers everywhere.

use super::argument::{Declaration, Given};
use super::walk::{Below, Walk};
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::{Definition, Meaning};
use crate::analyze::expression::Expression;
use crate::analyze::path::{WrittenPath, catch_all, read};
use crate::app::{Method, RoutePath};
use crate::catalog::Expose;
use crate::source::Span;
use crate::syntax::ResolvedSymbol;

impl Walk<'_, '_, '_> {
    /// What gives routes of a path, and is used elsewhere: `const users = app.route("/users")`.
    pub(super) fn named_route(&mut self, facts: &Expose, declaration: &Declaration<'_>, span: &Span, below: &Below) {
        let path = self.mount_path(facts, declaration).unwrap_or_default();
        let below = Below { path: super::walk::joined(&below.path, &path), ..below.clone() };
        self.fall_back(&below, declaration, span.clone());
    }

    /// A method call that declares no route by itself.
    pub(super) fn other(&mut self, facts: &Expose, declaration: &Declaration<'_>, span: &Span, below: &Below) {
        let path = self.mount_path(facts, declaration);
        let is = |argument: &CallArgument, symbols: &[String]| self.is_one_of(symbols, declaration, argument);
        let mounts = facts.mounts.iter().any(|mounts| mounts == declaration.name);
        let something = path.is_some()
            || declaration.arguments.iter().any(|argument| !(argument.function || is(argument, &facts.middleware)));
        // Below a prefix it is a mount like any other.
        if path.is_none() {
            self.preflights(facts, declaration, below);
        }
        if mounts && something {
            let prefix = path.unwrap_or_default();
            let below = Below { path: super::walk::joined(&below.path, &prefix), ..below.clone() };
            self.fall_back(&below, declaration, span.clone());
        }
    }

    /// The OPTIONS requests that middleware answers on every path, where an argument is such.
    pub(super) fn preflights(&mut self, facts: &Expose, declaration: &Declaration<'_>, below: &Below) {
        let answers = |argument: &CallArgument| self.is_one_of(&facts.preflights, declaration, argument);
        if declaration.arguments.iter().any(answers) {
            let at = self.line(declaration);
            for path in catch_all(RoutePath::default()) {
                self.add(below, &path, Method::Options, false, &at);
            }
        }
    }

    fn mount_path(&self, facts: &Expose, declaration: &Declaration<'_>) -> Option<RoutePath> {
        let parameters = [facts.path_parameter.clone()];
        match declaration.texts(self.definitions, &parameters, &facts.path_parameter) {
            Given::Texts(texts) => {
                texts.into_iter().flatten().next().map(|text| match read(facts.path_syntax, &text) {
                    WrittenPath::Known(path) | WrittenPath::KnownUpTo(path) => path,
                })
            }
            Given::Nothing | Given::Unknown => None,
        }
    }

    /// Whether the argument is, or is made by, something of those canonical names.
    fn is_one_of(&self, symbols: &[String], declaration: &Declaration<'_>, argument: &CallArgument) -> bool {
        argument.name.as_ref().is_some_and(|name| self.is_symbol_of(symbols, declaration, name))
    }

    /// Whether a name is one of those canonical ones.
    pub(super) fn is_symbol_of(&self, symbols: &[String], declaration: &Declaration<'_>, name: &str) -> bool {
        let listed = |symbol: &String| symbols.iter().any(|known| is_under(known, symbol));
        match self.context.graph.symbol(declaration.file, name) {
            ResolvedSymbol::External(symbol) => listed(&symbol),
            ResolvedSymbol::Project { .. } => match self.definitions.meaning(declaration.file, name, declaration.at) {
                Meaning::External(symbol) => listed(&symbol),
                Meaning::Project(found) => match &found.definition {
                    // `const limiter = rateLimit({ … })`
                    Definition::Value(Expression::Call(call)) => {
                        matches!(
                            self.definitions.meaning(&found.file, &call.callee, found.at),
                            Meaning::External(symbol) if listed(&symbol)
                        )
                    }
                    Definition::Value(_) | Definition::Function(_) | Definition::Class(_) | Definition::Variable => {
                        false
                    }
                },
                Meaning::Unknown => false,
            },
        }
    }
}

/// Whether a canonical name is a known one, or, behind `known.*`, of that module.
fn is_under(known: &str, symbol: &str) -> bool {
    match known.strip_suffix(".*") {
        Some(module) => symbol.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        None => known == symbol,
    }
}
