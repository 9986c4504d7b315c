use std::io::{self, Write as _};

use super::Exit;
use super::args::{ConfigArgs, Format};
use super::compile::{Run, refuse};
use super::style::Style;
use crate::config::report;

/// `inferra config`: the settings on standard output, as TOML whose comments say who decided what; problems on standard
/// error.
pub(super) fn config(args: &ConfigArgs, style: Style) -> io::Result<Exit> {
    let run = match Run::of(&args.source, args.target)? {
        Ok(run) => run,
        Err(problem) => return refuse(Format::Text, style, &problem),
    };
    let exit = run.show(Format::Text, style)?;
    io::stdout().write_all(report(run.settings(), args.diff).as_bytes())?;
    Ok(exit)
}
