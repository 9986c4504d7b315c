use std::io::{self, Write as _};
use std::path::Path;

use super::Exit;
use super::args::BuildArgs;
use super::style::shown;
use crate::build::{Event, Options, Tools, build as build_units, environments};

pub(super) fn build(args: &BuildArgs) -> io::Result<Exit> {
    let options = Options { unit: args.unit.clone(), tools: Tools::on_path(std::env::var_os("PATH").as_deref()) };
    let mut images = false;
    let mut progress = |event: Event| {
        images |= matches!(event, Event::Image { .. });
        // Progress that nobody can see is no reason to stop building.
        _ = report(&event, &args.out);
    };
    match build_units(&args.out, &options, &mut progress) {
        Ok(reports) => {
            let zips = if reports.len() == 1 { "zip" } else { "zips" };
            if !reports.is_empty() {
                writeln!(io::stderr(), "built {} {zips}", reports.len())?;
            }
            let several = several_environments(&args.out)?;
            let folder = shown(&args.out.join("terraform"));
            if let Some(line) = several {
                writeln!(io::stderr(), "{line}")?;
            } else if images {
                let repositories = "its `aws_ecr_repository` resources first, then the images, then the rest";
                writeln!(io::stderr(), "next: terraform -chdir={folder} init, and apply: {repositories}")?;
            } else {
                writeln!(io::stderr(), "next: terraform -chdir={folder} init && terraform -chdir={folder} apply")?;
            }
            Ok(Exit::Fine)
        }
        Err(error) => {
            writeln!(io::stderr(), "error: {error}")?;
            Ok(Exit::Environment)
        }
    }
}

/// What comes next where there are several environments: each of their files says it with its own names.
fn several_environments(out: &Path) -> io::Result<Option<String>> {
    let roots = environments(out).map_err(io::Error::other)?;
    let Some((directory, environment)) = roots.into_iter().next() else { return Ok(None) };
    let folder = shown(&out.join(directory).join("terraform"));
    Ok(Some(format!(
        "next, for each environment: terraform -chdir={folder} init -reconfigure, and plan -var-file=environments/{environment}.tfvars"
    )))
}

fn report(event: &Event, out: &Path) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    match event {
        Event::Root { directory } => writeln!(stderr, "in {}", shown(&out.join(directory))),
        Event::Started { unit, runtime, architecture } => writeln!(stderr, "{unit}: for {runtime} on {architecture}"),
        Event::Running { unit, purpose, command } => writeln!(stderr, "{unit}: {purpose}: {command}"),
        Event::Said { unit, line } => writeln!(stderr, "{unit}: | {line}"),
        Event::Warning { unit, warning } => writeln!(stderr, "warning: {unit}: {warning}"),
        Event::Zipping { unit, files } => writeln!(stderr, "{unit}: zipping {files} files"),
        Event::Image { unit, directory, platform } => {
            let folder = shown(&out.join(directory));
            writeln!(
                stderr,
                "{unit}: an image, for any builder: docker build --platform {platform} --tag <repository>:<tag> {folder}"
            )
        }
        Event::Built(report) => writeln!(stderr, "{report}"),
    }
}
