//! The table of routes that a walk fills, and what is said of those that are not known.

use super::argument::Declaration;
use super::shape;
use super::walk::{Below, Walk, joined};
use crate::analyze::path::catch_all;
use crate::app::{Method, Route, RoutePath, RouteSegment, SourceLine};
use crate::diag::{Code, Diagnostic};
use crate::source::{LineIndex, Span};

impl Walk<'_, '_, '_> {
    /// Lets everything below a path through, because what is declared there is not known.
    pub(super) fn fall_back(&mut self, below: &Below, unknown: &Declaration<'_>, span: Span) {
        if !below.known {
            return;
        }
        let [itself, all] = catch_all(below.path.clone());
        if self.said.insert((span.file.clone(), span.start)) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::CatchAllRoute,
                    format!("the paths behind this `{}` became `{itself}` and `{all}`", unknown.name),
                )
                .at(span, "its paths are not known from the code")
                .help("the application still decides what it answers; only the gateway is less exact"),
            );
        }
        let at = self.line(unknown);
        self.insert(itself, Method::Any, false, &at);
        self.insert(all, Method::Any, false, &at);
    }

    /// Says that a route's methods are not known.
    pub(super) fn say_any_method(&mut self, declaration: &Declaration<'_>, span: &Span) {
        if self.said.insert((span.file.clone(), span.start)) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::CatchAllRoute,
                    format!("the methods of this `{}` became `ANY`", declaration.name),
                )
                .at(span.clone(), "its methods are not known from the code")
                .help("the application still decides what it answers; only the gateway is less exact"),
            );
        }
    }

    /// Adds a route below a path.
    pub(super) fn add(
        &mut self,
        below: &Below,
        path: &RoutePath,
        method: Method,
        slash_optional: bool,
        at: &SourceLine,
    ) {
        if below.known {
            self.insert(joined(&below.path, path), method, slash_optional, at);
        }
    }

    fn insert(&mut self, path: RoutePath, method: Method, slash_optional: bool, at: &SourceLine) {
        // Whatever is in the rest of a path is let through anyway.
        let slash_optional = slash_optional && !matches!(path.0.last(), None | Some(RouteSegment::Rest(_)));
        let key = (shape(&path), method);
        let route = self.routes.entry(key).or_insert_with(|| Route {
            path,
            method,
            slash_optional,
            by_framework: true,
            at: at.clone(),
        });
        route.slash_optional |= slash_optional;
        route.by_framework &= self.by_framework;
    }

    /// The line of a declaration.
    pub(super) fn line(&self, declaration: &Declaration<'_>) -> SourceLine {
        let text = || self.context.project.text(declaration.file);
        let read = || text().map_or(1, |text| LineIndex::new(text).position(declaration.at).line);
        let line = declaration.line.unwrap_or_else(read);
        SourceLine { file: declaration.file.clone(), line }
    }
}
