//! Syntax trees, comments, queries and imports. What a query cannot say of a language is in that language's file.

mod comment;
mod grammar;
pub(crate) mod imports;
mod literal;
mod modules;
mod query;

pub(crate) use comment::{CommentBlock, comment_blocks};
pub(crate) use grammar::{Grammar, Parsed};
pub(crate) use imports::{Binding, Import};
pub(crate) use literal::{Argument, arguments, string_literal};

pub(crate) use modules::{Graph, ResolvedSymbol};
pub(crate) use query::{Captures, matches};
