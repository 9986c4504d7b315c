use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::Exit;
use super::args::{ComparisonFormat, Format, RetargetArgs, SourceArgs};
use super::compile::{Run, refuse};
use super::style::Style;
use crate::config::Target;
use crate::plan::{Comparison, compare};

/// `inferra retarget`: what a move would replace, keep and require, before anyone makes it.
pub(super) fn retarget(args: &RetargetArgs, style: Style) -> io::Result<Exit> {
    let (from, to) = match (planned(&args.source, args.from, style)?, planned(&args.source, args.to, style)?) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(exit), Ok(_) | Err(_)) | (Ok(_), Err(exit)) => return Ok(exit),
    };
    // What is to be known of the application where it would run; of where it is, its users know.
    to.show(Format::Text, style)?;
    let comparison = compare(from.plan(), to.plan());
    match args.format {
        ComparisonFormat::Text => io::stdout().write_all(text(&from.plan().application, &comparison).as_bytes())?,
        ComparisonFormat::Json => writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&comparison)?)?,
    }
    Ok(Exit::Fine)
}

/// The run for one target, or the exit that follows from what is wrong with it, which is said.
fn planned(source: &SourceArgs, target: Target, style: Style) -> io::Result<Result<Run, Exit>> {
    match Run::of(source, target)? {
        Ok(run) if run.succeeded() => Ok(Ok(run)),
        Ok(run) => Ok(Err(run.show(Format::Text, style)?)),
        Err(problem) => Ok(Err(refuse(Format::Text, style, &problem)?)),
    }
}

fn text(application: &str, comparison: &Comparison) -> String {
    let mut text = format!("{application}: {} -> {}\n", comparison.from, comparison.to);
    for (id, [before, after]) in &comparison.units {
        let stays = if before == after { " (stays)" } else { "" };
        _ = writeln!(text, "  unit {id}: {before} -> {after}{stays}");
    }
    let changed: Vec<_> = comparison
        .changed
        .iter()
        .map(|(address, arguments)| {
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            format!("{address}: {}", arguments.join(", "))
        })
        .collect();
    let lines = |all: &[crate::terraform::Address]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    section(&mut text, "kept, as it is", &lines(&comparison.kept));
    section(&mut text, "kept, with other arguments", &changed);
    section(&mut text, "new", &lines(&comparison.added));
    section(&mut text, "gone", &lines(&comparison.removed));
    section(&mut text, "what stays for users and data", &comparison.promises);
    section(&mut text, "what the move needs", &comparison.requirements);
    text.push_str(
        "\nTerraform's own plan has the last word on what it replaces: compile to the new target and run it.\n",
    );
    text
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        _ = writeln!(text, "\n{title} ({}):", lines.len());
        for line in lines {
            _ = writeln!(text, "  {line}");
        }
    }
}
