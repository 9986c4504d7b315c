//! inferra infers the infrastructure that an application needs from the application's own code.

pub mod app;
pub mod build;
pub mod diag;
pub mod source;
