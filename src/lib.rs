//! inferra infers the infrastructure that an application needs from the application's own code.

pub mod app;
pub mod config;
pub mod diag;
pub mod emit;
pub mod plan;
pub mod resource;
pub mod source;
pub mod terraform;
