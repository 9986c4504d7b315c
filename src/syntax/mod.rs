//! Syntax trees, comments, queries and imports. What a query cannot say of a language is in that language's file.

mod comment;
mod grammar;
mod imports;
mod literal;
mod modules;
mod query;
mod scope;
mod shape;
mod statements;
mod walk;

pub(crate) use comment::{CommentBlock, comment_blocks};
pub(crate) use grammar::{Grammar, Parsed};
pub(crate) use literal::{Argument, arguments, properties, string_literal};

pub(crate) use modules::{
    Absence, Graph, Layout, MadeFolder, Manifest, PNPM_WORKSPACE, ResolvedSymbol, Target, import_of, imported_module,
    join, starred_modules,
};
pub(crate) use query::{Captures, matches, matches_around, warm_up};
pub(crate) use scope::{definition_around, is_function, is_shadowed};
pub(crate) use shape::{bound_to, callee, header_end, is_exports, member, statement_of};
pub(crate) use walk::{leave, preorder};
