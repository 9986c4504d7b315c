//! What needs only Rust: whole compiles in memory and by the binary, and promises about the repository itself.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![allow(clippy::disallowed_methods, reason = "INFERRA_BLESS is the tests' own switch")]

mod adopted;
mod binding;
mod cli;
mod coverage;
mod determinism;
mod diagnostics;
mod django;
mod documents;
mod emitters;
mod environments;
mod files;
mod goldens;
mod kept;
mod layers;
mod listening;
mod matrix;
mod nest;
mod node_reach;
mod node_stores;
mod node_web;
mod outside;
mod pages;
mod prisma;
mod programs;
mod project;
mod retarget;
mod robustness;
mod schema;
mod servers;
mod shapes;
mod strays;
mod styles;
#[cfg(unix)]
mod validate;
mod web;
