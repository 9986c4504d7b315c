//! The `inferra` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    inferra::cli::run(std::env::args_os())
}
