//! What holds routes: an application or a router, and how code speaks of it.

use std::ops::Range;

use crate::analyze::Context;
use crate::analyze::calls::CallArgument;
use crate::analyze::definitions::Parameter;
use crate::analyze::expression::Call;
use crate::app::WebInterface;
use crate::catalog::{self, Constructor, Endpoint, Expose, Use};
use crate::source::{Language, ProjectPath};

/// An application or a router.
#[derive(Debug, Clone)]
pub(in crate::analyze) struct Object<'a> {
    pub(in crate::analyze) library: &'a str,
    pub(in crate::analyze) facts: &'a Expose,
    pub(super) constructor: &'a Constructor,
    /// How it is called, as the outermost of what wraps it is.
    pub(in crate::analyze) interface: WebInterface,
    /// Whether it answers only what an application mounts it for.
    pub(in crate::analyze) router: bool,
    pub(super) made: Made,
    pub(super) bindings: Vec<Binding>,
    /// The methods that are called on it before it has a name, with their files.
    pub(super) calls: Vec<(ProjectPath, Call)>,
    /// Whether it is another one below a path, which is found from that one.
    pub(super) derived: bool,
}

/// Where an object is made, and with which arguments.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) file: ProjectPath,
    pub(super) at: usize,
    pub(super) arguments: Vec<CallArgument>,
}

/// A name by which code speaks of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Binding {
    pub(super) file: ProjectPath,
    pub(super) name: String,
    /// The first and the last byte of the function that it is local to.
    pub(super) local: Option<(usize, usize)>,
}

impl Binding {
    pub(super) fn local(file: &ProjectPath, name: &str, scope: &Range<usize>) -> Self {
        Self { file: file.clone(), name: name.to_owned(), local: Some((scope.start, scope.end)) }
    }

    /// Whether the name means this at a place.
    pub(super) fn holds(&self, file: &ProjectPath, at: usize) -> bool {
        self.local.is_none_or(|(start, end)| *file == self.file && (start..end).contains(&at))
    }
}

/// What an expression makes, as far as routes go.
#[derive(Debug)]
pub(in crate::analyze) enum Mounted<'a> {
    Object(Object<'a>),
    /// Files of a folder.
    Files,
    /// What answers at one path.
    Endpoint(&'a Endpoint, Made),
    /// A function that requests are handed to.
    Handler(Handler),
    Unknown,
}

/// A function that requests are handed to.
#[derive(Debug)]
pub(in crate::analyze) struct Handler {
    pub(super) parameters: Vec<Parameter>,
    pub(super) file: ProjectPath,
    pub(super) range: Range<usize>,
    /// Whether it is wrapped in what gives it the caller's own object.
    pub(super) wrapped: bool,
}

/// The web frameworks of the language that a file is in.
pub(in crate::analyze) fn frameworks<'a>(
    context: &Context<'a>,
    file: &ProjectPath,
) -> impl Iterator<Item = (&'a catalog::Client, &'a Expose)> + use<'a> {
    let clients = Language::of(file).map_or(&[][..], |language| context.catalog.clients(language));
    clients.iter().filter_map(|client| match &client.used_for {
        Use::Expose(facts) => Some((client, facts)),
        Use::Persist(_) | Use::Pubsub(_) | Use::Config(_) => None,
    })
}
