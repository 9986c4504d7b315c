//! What needs only Rust: whole compiles in memory and by the binary, and promises about the repository itself.

mod cli;
mod coverage;
mod determinism;
mod diagnostics;
mod documents;
mod goldens;
mod layers;
mod project;
