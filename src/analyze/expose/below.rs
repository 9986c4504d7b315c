//! Methods that put what is declared on an object below a path: `app.basePath("/api")`, `router.prefix("/v1")`.

use tree_sitter::Node;

use super::argument::Declaration;
use super::object::{Binding, Object, frameworks};
use super::walk::{Below, Walk, joined};
use crate::analyze::calls::Call;
use crate::analyze::definitions::Meaning;
use crate::analyze::expression::{bare, dotted};
use crate::app::RoutePath;
use crate::source::Span;
use crate::syntax::callee;

impl<'a> Walk<'_, '_, 'a> {
    /// The place below the path that a declaration begins with. Of several ways through conditions none is known.
    pub(super) fn below_first(
        &mut self,
        object: &Object<'a>,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
    ) -> Below {
        let facts = object.facts;
        let name = [facts.path_parameter.clone()];
        let paths = self.paths(declaration, &name, &name[0], facts.path_syntax, &RoutePath::default());
        match paths.as_deref() {
            Some([path]) => {
                let inner = Below { path: joined(&below.path, &path.path), ..below.clone() };
                if path.known { inner } else { self.unknown(&inner, declaration, span) }
            }
            Some(_) | None => self.unknown(below, declaration, span),
        }
    }

    /// The place below the path that a method gives an object after it was made.
    pub(super) fn prefixed_later(&mut self, object: &Object<'a>, below: &Below) -> Below {
        let mut below = below.clone();
        if object.facts.prefixes.is_empty() {
            return below;
        }
        for call in self.calls_on_object(object) {
            if object.facts.prefixes.contains(&call.method) {
                let span = Span::new(&call.at.file, call.method_range.clone());
                below = self.below_first(object, &declaration(&call), &span, &below);
            }
        }
        below
    }

    /// The place of a call at the end of a chain with such a method: `app.basePath("/api").get("/users", list)`.
    pub(super) fn derived_by_chain(&mut self, object: &Object<'a>, call: &Call, below: &Below) -> Option<Below> {
        let facts = object.facts;
        if !call.chain.iter().any(|link| facts.derives.contains(&link.method)) {
            return None;
        }
        let span = Span::new(&call.at.file, call.method_range.clone());
        let mut below = below.clone();
        for link in call.chain.iter().rev() {
            let declaration = Declaration { name: &link.method, arguments: &link.arguments, ..declaration(call) };
            if facts.derives.contains(&link.method) {
                below = self.below_first(object, &declaration, &span, &below);
            } else if !facts.chains.contains(&link.method) {
                below = self.unknown(&below, &declaration, &span);
            }
        }
        Some(below)
    }

    /// What is declared on the result of such a method, by the name that it is given.
    pub(super) fn derived(&mut self, object: &Object<'a>, call: &Call, declaration: &Declaration<'_>, below: &Below) {
        if call.continued {
            return;
        }
        let (file, at) = (&call.at.file, call.method_range.start);
        let span = Span::new(file, call.method_range.clone());
        let below = self.below_first(object, declaration, &span, below);
        let named = self.context.with_tree_around(file, &[at].into(), |parsed| {
            let (_, around) = call_at(parsed.root(), at)?;
            let name = (around.kind() == "variable_declarator").then(|| around.child_by_field_name("name"))??;
            dotted(parsed, name)
        });
        let own = named.and_then(|name| match self.definitions.meaning(file, &name, at) {
            Meaning::Project(found) if found.file == *file => {
                let local = (!found.module).then_some((found.scope.start, found.scope.end));
                Some(Binding { file: file.clone(), name, local })
            }
            Meaning::Project(_) | Meaning::External(_) | Meaning::Unknown => None,
        });
        match own {
            Some(binding) => self.bound(object, &binding, &below),
            None => self.fall_back(&below, declaration, span),
        }
    }

    /// Another form of the application, where a server is made of it: `http.createServer(app.callback())`.
    pub(super) fn hosted_form(&mut self, call: &Call) {
        let (file, at) = (&call.at.file, call.method_range.start);
        let hosted = self.context.with_tree_around(file, &[at].into(), |parsed| {
            let (form, around) = call_at(parsed.root(), at)?;
            let server = around.parent().filter(|_| around.kind() == "arguments")?;
            let name = dotted(parsed, callee(server)?)?;
            Some((name, form.byte_range()))
        });
        let Some((name, range)) = hosted else { return };
        let Meaning::External(symbol) = self.definitions.meaning(file, &name, at) else { return };
        if frameworks(self.context, file).any(|(_, facts)| facts.hosts.contains(&symbol)) {
            self.hosted.push(Span::new(file, range));
        }
    }
}

/// The call whose method stands at a place, and what it is a part of.
fn call_at(root: Node<'_>, at: usize) -> Option<(Node<'_>, Node<'_>)> {
    let method = root.descendant_for_byte_range(at, at)?;
    let call = std::iter::successors(Some(method), Node::parent).find(|node| node.kind() == "call_expression")?;
    let around = std::iter::successors(call.parent(), Node::parent).find(|node| bare(*node).is_none())?;
    Some((call, around))
}

/// A call, as what declares something.
pub(super) fn declaration(call: &Call) -> Declaration<'_> {
    Declaration {
        file: &call.at.file,
        at: call.method_range.start,
        line: Some(call.at.line),
        name: &call.method,
        arguments: &call.arguments,
    }
}
