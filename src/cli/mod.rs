//! The command line: the only place that reads the environment, prints, and decides exit codes.

mod args;
mod build;
mod compile;
mod config;
mod explain;
mod output;
mod retarget;
mod style;
mod summary;
mod validate;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use crate::catalog::{Catalog, reference};
use args::{Cli, Command};

/// How a run ended. Stable: scripts depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing is wrong.
    Fine,
    /// The application has problems.
    Problems,
    /// The command line or the machine has: what was asked could not be tried. clap uses the same number.
    Environment,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Fine => Self::from(0),
            Exit::Problems => Self::from(1),
            Exit::Environment => Self::from(2),
        }
    }
}

/// Runs one command.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Environment } else { Exit::Fine };
            // Nothing is left to do about a closed terminal.
            _ = error.print();
            return exit.into();
        }
    };
    if let Some(conflict) = cli.command.conflict() {
        _ = conflict.print();
        return Exit::Environment.into();
    }
    let style = style::Style::choose(cli.color);
    match dispatch(cli.command, style) {
        Ok(exit) => exit.into(),
        // `inferra … | head` closes the pipe early: not a failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine.into(),
        Err(error) => {
            _ = writeln!(io::stderr(), "error: {error}");
            Exit::Environment.into()
        }
    }
}

fn dispatch(command: Command, style: style::Style) -> io::Result<Exit> {
    match command {
        Command::Compile(args) => compile::compile(&args, style),
        Command::Check(args) => compile::check(&args, style),
        Command::Build(args) => build::build(&args),
        Command::Retarget(args) => retarget::retarget(&args, style),
        Command::Explain { code } => explain::explain(&code),
        Command::Reference => {
            let catalog = Catalog::load().map_err(io::Error::other)?;
            io::stdout().write_all(reference(&catalog).as_bytes())?;
            Ok(Exit::Fine)
        }
        Command::Config(args) => config::config(&args, style),
        Command::Matrix => {
            io::stdout().write_all(crate::plan::matrix_table().as_bytes())?;
            Ok(Exit::Fine)
        }
        Command::Schema => {
            let schema = serde_json::to_string_pretty(&crate::config::schema()).map_err(io::Error::other)?;
            writeln!(io::stdout(), "{schema}")?;
            Ok(Exit::Fine)
        }
        Command::Defaults => {
            io::stdout().write_all(crate::config::DEFAULTS.as_bytes())?;
            Ok(Exit::Fine)
        }
    }
}
