use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use super::Exit;
use super::args::{CheckArgs, CompileArgs, Format, InputArgs, SourceArgs, Stage};
use super::output::{self, OutputError};
use super::style::{Style, shown};
use super::summary::summary;
use super::validate::validate;
use crate::build::quoted;
use crate::compile::{Compilation, CompileError, Options, Selection, compile as compile_project, compile_for, read};
use crate::config::{Entry, Target};
use crate::diag::{Code, Diagnostic, Severity, render};
use crate::plan::Plan;
use crate::source::Project;

/// `inferra compile`.
pub(super) fn compile(args: &CompileArgs, style: Style) -> io::Result<Exit> {
    // Before anything else: an hour of reading code is no consolation for a wrong folder.
    if let Err(error) = output::check_target(&args.out, &args.input.source.app) {
        return refuse(args.input.format, style, &of_output(&error));
    }
    let mut run = match Run::of_all(&args.input, args.target)? {
        Ok(run) => run,
        Err(problem) => return refuse(args.input.format, style, &problem),
    };
    let validated = match validate(&mut run.compilation, &args.out, args.validate) {
        Ok(validated) => validated,
        Err(problem) => return refuse(args.input.format, style, &problem),
    };
    let exit = run.report(&args.input, style)?;
    let Some(files) = run.compilation.files.take() else { return Ok(exit) };
    let start = Instant::now();
    if let Err(error) = output::write(&args.out, &files) {
        return refuse(args.input.format, style, &of_output(&error));
    }
    run.compilation.timings.push(("write", start.elapsed()));
    let mut stderr = io::stderr().lock();
    stderr.write_all(summary(&run.compilation, Some(&args.out)).as_bytes())?;
    if let Some(validated) = validated {
        writeln!(stderr, "  {validated}")?;
    }
    writeln!(stderr, "next: inferra build {}", shown(&args.out))?;
    run.timings(&args.input)?;
    // The process ends here, and the system takes its memory at once; returning it piece by piece would take as long as
    // reading the project did.
    std::mem::forget((run, files));
    Ok(exit)
}

/// `inferra check`.
pub(super) fn check(args: &CheckArgs, style: Style) -> io::Result<Exit> {
    let run = match Run::of_all(&args.input, args.target)? {
        Ok(run) => run,
        Err(problem) => return refuse(args.input.format, style, &problem),
    };
    let exit = run.report(&args.input, style)?;
    if run.compilation.files.is_some() {
        let mut stderr = io::stderr().lock();
        stderr.write_all(summary(&run.compilation, None).as_bytes())?;
        let app = shown(&args.input.source.app);
        writeln!(stderr, "next: inferra compile {app} --target {}{}", args.target.name(), repeated(&args.input))?;
    }
    run.timings(&args.input)?;
    Ok(exit)
}

/// The options of `source`, for a command to come.
fn repeated(input: &InputArgs) -> String {
    let source = &input.source;
    let platform = source.platform.iter().map(|file| format!(" --platform {}", quoted(&shown(file))));
    let environment = source.env.iter().map(|name| format!(" --env {}", quoted(name)));
    let set = source.set.iter().map(|pair| format!(" --set {}", quoted(pair)));
    let all = input.all_envs.then(|| " --all-envs".to_owned());
    platform.chain(environment).chain(all).chain(set).collect()
}

pub(super) struct Run {
    project: Project,
    compilation: Compilation,
}

impl Run {
    /// Compiles in memory, for one environment or none. The inner error is a problem with the folder itself.
    pub(super) fn of(source: &SourceArgs, target: Target) -> io::Result<Result<Self, Diagnostic>> {
        Self::with(source, target, None)
    }

    /// The same, for every environment that the options ask for.
    fn of_all(input: &InputArgs, target: Target) -> io::Result<Result<Self, Diagnostic>> {
        let names = &input.source.env;
        let several = names.iter().any(|name| *name != names[0]);
        let selection = match (input.all_envs, several) {
            (true, _) => Some(Selection::All),
            (false, true) => Some(Selection::Named(names)),
            (false, false) => None,
        };
        Self::with(&input.source, target, selection)
    }

    fn with(
        source: &SourceArgs,
        target: Target,
        selection: Option<Selection<'_>>,
    ) -> io::Result<Result<Self, Diagnostic>> {
        let start = Instant::now();
        let project = match read(&source.app) {
            Ok(project) => project,
            Err(CompileError::Project(error)) => {
                let diagnostic = Diagnostic::new(Code::ProjectUnreadable, error.to_string());
                return Ok(Err(diagnostic.help("name the folder that holds the application's sources")));
            }
            Err(error @ (CompileError::Catalog(_) | CompileError::Json(_) | CompileError::Vanished(_))) => {
                return Err(io::Error::other(error));
            }
        };
        let reading = start.elapsed();
        // The folder's own name, also for `.` and `..`; it becomes the application's name and nothing else of the path does.
        let absolute = source.app.canonicalize()?;
        let folder = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let options = Options {
            folder: &folder,
            target,
            platform: &source.platform,
            environment: source.env.first().map(String::as_str),
            set: &source.set,
        };
        let compiled = match selection {
            Some(selection) => compile_for(&project, &options, selection),
            None => compile_project(&project, &options),
        };
        let mut compilation = compiled.map_err(io::Error::other)?;
        compilation.timings.insert(0, ("read", reading));
        Ok(Ok(Self { project, compilation }))
    }

    /// What is planned; useful only where the run [`succeeded`](Self::succeeded).
    pub(super) fn plan(&self) -> &Plan {
        &self.compilation.plan
    }

    /// The settings in force.
    pub(super) fn settings(&self) -> &[Entry] {
        &self.compilation.settings
    }

    /// Whether there is no error.
    pub(super) fn succeeded(&self) -> bool {
        self.compilation.files.is_some()
    }

    fn report(&self, input: &InputArgs, style: Style) -> io::Result<Exit> {
        self.print(input)?;
        self.show(input.format, style)
    }

    /// Shows what is to be said of the application.
    pub(super) fn show(&self, format: Format, style: Style) -> io::Result<Exit> {
        let texts = (&self.project, &self.compilation.texts);
        let diagnostics = &self.compilation.diagnostics;
        show(diagnostics, &texts, format, style)?;
        let errors = diagnostics.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error);
        Ok(if errors { Exit::Problems } else { Exit::Fine })
    }

    fn print(&self, input: &InputArgs) -> io::Result<()> {
        let compilation = &self.compilation;
        let value = match input.print {
            None => return Ok(()),
            Some(Stage::Annotations) => serde_json::to_string_pretty(&compilation.annotations),
            Some(Stage::Application) => serde_json::to_string_pretty(&compilation.application),
            Some(Stage::Plan) => match &compilation.environments {
                Some(all) => crate::emit::plan_json::emit_all(&all.plans),
                None => crate::emit::plan_json::emit(&compilation.plan),
            },
        };
        writeln!(io::stdout(), "{}", value?.trim_end())
    }

    fn timings(&self, input: &InputArgs) -> io::Result<()> {
        if !input.timings {
            return Ok(());
        }
        let mut stderr = io::stderr().lock();
        for (stage, time) in &self.compilation.timings {
            writeln!(stderr, "{stage:>12} {:>9.2} ms", time.as_secs_f64() * 1000.0)?;
        }
        let total: Duration = self.compilation.timings.iter().map(|(_, time)| *time).sum();
        writeln!(stderr, "{:>12} {:>9.2} ms", "total", total.as_secs_f64() * 1000.0)
    }
}

fn show(diagnostics: &[Diagnostic], texts: &dyn render::Texts, format: Format, style: Style) -> io::Result<()> {
    match format {
        Format::Text => {
            let mut stderr = io::stderr().lock();
            stderr.write_all(render::text(diagnostics, texts, style.of_diagnostics()).as_bytes())?;
            match render::summary(diagnostics) {
                line if line.is_empty() => Ok(()),
                line => writeln!(stderr, "{line}"),
            }
        }
        Format::Json => io::stdout().write_all(render::json(diagnostics, texts).as_bytes()),
        Format::Sarif => io::stdout().write_all(render::sarif(diagnostics, texts).as_bytes()),
    }
}

/// Reports a problem that has no place in the application.
pub(super) fn refuse(format: Format, style: Style, problem: &Diagnostic) -> io::Result<Exit> {
    let texts = std::collections::BTreeMap::new();
    show(std::slice::from_ref(problem), &texts, format, style)?;
    Ok(Exit::Environment)
}

fn of_output(error: &OutputError) -> Diagnostic {
    match error {
        OutputError::NotOurs(_) | OutputError::InTheWay(_) | OutputError::HoldsProject(_) => {
            Diagnostic::new(Code::OutputNotOurs, error.to_string())
                .help("name another folder with `--out`, or move what is there")
        }
        OutputError::HoldsCurrent(_) => Diagnostic::new(Code::OutputUnwritable, error.to_string())
            .help("run inferra from the folder above, and name this one with `--out`"),
        OutputError::Busy(_) | OutputError::Io { .. } => {
            Diagnostic::new(Code::OutputUnwritable, error.to_string()).help("the previous output, if any, is as it was")
        }
    }
}
