use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::Exit;
use super::args::{Format, InputArgs, RetargetArgs};
use super::compile::{Run, refuse};
use super::style::Style;
use crate::config::Target;
use crate::plan::{Comparison, compare};

/// `inferra retarget`: what a move would replace, keep and require, before anyone makes it.
pub(super) fn retarget(args: &RetargetArgs, style: Style) -> io::Result<Exit> {
    let [from, to] = match planned(&args.input, [args.from, args.to], style)? {
        Ok(runs) => runs,
        Err(exit) => return Ok(exit),
    };
    let comparison = compare(from.plan(), to.plan());
    match args.input.format {
        Format::Text => io::stdout().write_all(text(&from.plan().application, &comparison).as_bytes())?,
        Format::Json | Format::Sarif => writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&comparison)?)?,
    }
    Ok(Exit::Fine)
}

/// Both plans, or the exit that follows from what is wrong with one. What is wrong is said once, of the later one.
fn planned(input: &InputArgs, targets: [Target; 2], style: Style) -> io::Result<Result<[Run; 2], Exit>> {
    let mut runs = Vec::new();
    for target in targets {
        match Run::of(input, target)? {
            Ok(run) if run.succeeded() => runs.push(run),
            Ok(run) => return Ok(Err(run.report(input, style)?)),
            Err(problem) => return Ok(Err(refuse(input, style, &problem)?)),
        }
    }
    // Two targets are two runs.
    <[Run; 2]>::try_from(runs).map(Ok).map_err(|_| io::Error::other("a run was lost"))
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
