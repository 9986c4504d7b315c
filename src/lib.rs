//! inferra infers the infrastructure that an application needs from the application's own code.

mod analyze;
pub mod annotation;
pub mod app;
pub mod build;
pub mod catalog;
pub mod diag;
pub mod emit;
pub mod source;
mod syntax;
