//! The `inferra` command.

use std::process::ExitCode;

/// A compile makes and drops many small values on every core at once, syntax trees above all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    inferra::cli::run(std::env::args_os())
}
