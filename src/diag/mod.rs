//! Problems as values: a code, a place in the user's own file, what was found, and the edit to make.
//!
//! Stages push into [`Diagnostics`] and go on; nothing prints and nothing stops at the first problem.

mod code;
mod diagnostic;
mod file_problem;
#[cfg(test)]
mod pages;
pub mod render;
mod suggest;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label};
pub use suggest::closest;

pub(crate) use file_problem::{not_utf8, unreadable};
